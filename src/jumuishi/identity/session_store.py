"""Django's sessions in the database, read by a statement that is planned once: every request of somebody known asks."""

from typing import Any

from django.contrib.sessions.backends import db
from django.db import connection
from django.utils import timezone

from jumuishi.kernel.statements import Often

_READ = Often("SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s")


class SessionStore(db.SessionStore):
    """What Django's does; a key that is gone or over is forgotten."""

    def load(self) -> dict[str, Any]:
        """What is kept under the key."""
        with connection.cursor() as cursor:
            cursor.execute(_READ, [self.session_key, timezone.now()])
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return {}
        found: dict[str, Any] = self.decode(row[0])
        return found
