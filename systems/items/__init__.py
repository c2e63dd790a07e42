"""Systems that know what an item is."""
