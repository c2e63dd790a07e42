"""Files that ``labgap init`` writes."""
