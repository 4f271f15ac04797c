"""Glue's Spark without Java: sessions, statements and jobs, each run in a process of its own.

On the server's side are `handlers` and `jobs` (what clients ask), `sessions` (those there are), `session`
(the life of one) and `driver` (its process). There, `warden` starts `worker` and ends all that comes of it,
and `shim` is what `import pyspark` finds.
"""
