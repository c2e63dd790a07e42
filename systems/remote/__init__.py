"""Systems that answer over a network: what every kind of them shares."""
