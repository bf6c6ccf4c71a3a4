"""What can go wrong with the embedded database, in words that a person can act on."""


class PostgresError(Exception):
    """The database could not be started, prepared or stopped; the text says what to do."""


class AlreadyRunning(PostgresError):
    """Another living process holds the same data folder."""
