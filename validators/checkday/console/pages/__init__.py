"""What each address of the console answers: one module a service, one function a page."""
