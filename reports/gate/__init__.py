"""What a gate says: on a terminal, in a pull request, to continuous integration."""
