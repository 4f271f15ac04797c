"""One function a milestone, in the module of its day: it returns what it saw, or says what is missing."""
