"""What must fit together, one module a subject; each offers `problems(tree)`."""
