"""Reports: one HTML page, one Markdown page, from metrics and nothing else."""
