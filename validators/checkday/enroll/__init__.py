"""Enrolment: an ExternalId a learner, the template of the read-only role, and the links that create it."""
