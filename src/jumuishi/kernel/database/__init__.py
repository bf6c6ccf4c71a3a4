"""Django's PostgreSQL backend, which tells each transaction at its beginning who is asking."""
