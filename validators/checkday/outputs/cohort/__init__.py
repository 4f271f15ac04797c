"""The parts of the cohort's page: what is counted, what is packed for its script, what stands without one."""
