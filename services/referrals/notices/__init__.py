"""Telling a person that something waits for them: by case number and link, and nothing else."""
