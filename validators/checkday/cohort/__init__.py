"""Looks at a cohort's accounts: collect, then judge; resumable, and a broken account never stops the run."""
