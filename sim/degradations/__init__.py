"""Code that damages labels and light; names and levels live in `scenarios.degradations`."""
