"""The two commands. Parsing and printing only; imports wait until they are needed."""
