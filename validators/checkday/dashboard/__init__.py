"""The learner's own dashboard: two queries of Athena, drawn as one page that needs nothing else."""
