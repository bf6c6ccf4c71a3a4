"""A migration of a test: a column on a table that the service reads all the time."""
