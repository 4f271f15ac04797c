"""A crawler that really crawls: lists a lake, looks into a sample of it, and writes tables into the catalog.

`crawl` runs it all; `worker`, a process of its own, is the only part that opens what the objects hold.
"""
