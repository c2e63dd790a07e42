"""Scenario files: schema, loader, library, names of degradations and events."""
