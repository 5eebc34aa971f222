"""The import report: what came in, what was kept, what was refused and why, for people and for machines."""
