"""Systems that plan routes."""
