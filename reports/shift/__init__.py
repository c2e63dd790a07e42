"""One shift as it went: who did what when, and what waited."""
