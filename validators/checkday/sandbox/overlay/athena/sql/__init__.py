"""Trino's SQL as Athena speaks it, run by DuckDB over files: imported only where a query is run.

What it needs of the outside, the tables and their objects, it asks of a `Lake`.
"""
