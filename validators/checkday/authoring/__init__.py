"""The authors' tools: compile the curriculum, and say with file and line what does not fit together."""
