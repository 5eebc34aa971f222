"""`candour report`: what a run found, for people, as one HTML file that needs nothing else."""
