"""Systems that answer customers."""
