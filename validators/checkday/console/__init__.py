"""`workshop console`: pages in a browser over the running sandbox, rendered here, without JavaScript."""
