"""A report as people and machines read it: one module a format, each with `render`."""
