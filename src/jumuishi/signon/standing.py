"""Whether a client may let anybody in, and whether a sign-in still stands: asked anew each time that it matters."""

from collections.abc import Iterable
from uuid import UUID

from jumuishi.identity import appointments
from jumuishi.identity import public as identity
from jumuishi.identity.appointments import AppointmentRef
from jumuishi.institutions import public as institutions
from jumuishi.kernel import tenancy
from jumuishi.signon.models import Client, SignIn
from jumuishi.signon.types import Audience, Terms

SYSTEM = tenancy.Principal.system()


def client(client_id: str) -> Client | None:
    """A client with approved terms, of an institution that is approved; None for every other reason."""
    try:
        key = UUID(client_id)
    except ValueError:
        return None
    with tenancy.acting_as(SYSTEM):
        row = Client.objects.filter(id=key, ended_at=None, terms__isnull=False).first()
        home = institutions.institution(row.institution_id) if row is not None else None
    return row if home is not None and home.state == "approved" else None


def terms(row: Client) -> Terms:
    """What was approved for a client that stands."""
    return Terms.of(row.terms or {})


def post_of(row: SignIn) -> AppointmentRef | None:
    """The post of an officer's sign-in, as it is today; None for one that is over, and for a citizen."""
    if row.appointment_id is None:
        return None
    held = appointments.appointments_of(row.person_id)
    return next((one for one in held if one.id == row.appointment_id), None)


def may_enter(found: Client, home: UUID | None) -> bool:
    """Whether the staff of an institution may use a client for staff."""
    said = terms(found).audience
    return said == Audience.EVERY_STAFF or (said == Audience.STAFF and home == found.institution_id)


def stands(row: SignIn) -> bool:
    """Whether the sign-in counts now: not ended; session, client and, for an officer, account and post are there."""
    if row.ended_at is not None or client(str(row.client_id)) is None or not identity.open_chains([row.chain]):
        return False
    if row.appointment_id is None:
        return True
    post = post_of(row)
    is_open = bool(identity.active_officers([row.person_id]))
    return is_open and post is not None and may_enter(row.client, post.institution_id)


def lost(rows: Iterable[SignIn]) -> list[SignIn]:
    """Those whose session is not there any more; three queries for all."""
    found = list(rows)
    there = identity.open_chains(row.chain for row in found)
    return [row for row in found if row.chain not in there]
