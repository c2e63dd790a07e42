"""How parcels come to lie: dropped from a chute onto the belt, settled, kept, drawn from."""
