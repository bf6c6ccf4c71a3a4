"""Telling the process that carries messages that what it goes by has changed."""

from django.db import connection

CHANNEL = "exchange_changed"


def changed() -> None:
    """The gateway reads its rights anew once this transaction is committed."""
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")
