"""Whose sessions these are, many at once: for a process that keeps connections open as long as a session lives."""

from collections.abc import Collection
from uuid import UUID

from django.contrib.sessions.models import Session

from jumuishi.identity import lifetime, session
from jumuishi.identity.models import OpenSession
from jumuishi.identity.principal import as_system
from jumuishi.kernel import clock


def people_of_sessions(keys: Collection[str]) -> dict[str, UUID]:
    """The person of each browser's session that is open still; guests and programs are nobody here. Two queries.

    Asking is no use of a session: one that nobody touches ends as if nothing were connected.
    """
    with as_system():
        rows = list(
            OpenSession.objects.filter(session_key__in=keys, kind__in=[lifetime.CITIZEN, lifetime.OFFICER]).values_list(
                "session_key", "person_id", "kind"
            )
        )
        kept = Session.objects.filter(expire_date__gt=clock.now()).in_bulk([key for key, _, _ in rows])
    found = {}
    for key, person_id, kind in rows:
        data = kept[key].get_decoded() if key in kept else {}
        is_in = session.PERSON in data if kind == lifetime.CITIZEN else bool(data.get(session.FACTOR))
        if is_in and not lifetime.is_over(data, kind):
            found[key] = person_id
    return found
