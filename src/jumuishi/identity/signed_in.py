"""Who is signed in to a session, since when and by what: for a room that lets other systems stand on it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.contrib.sessions.models import Session
from django.http import HttpRequest

from jumuishi.identity import lifetime, session
from jumuishi.identity.models import Account, OpenSession
from jumuishi.identity.principal import as_system
from jumuishi.kernel import clock


@dataclass(frozen=True)
class SignedIn:
    """A session as others stand on it: `chain` stays where the same person signs in again in the same browser.

    `kind`: officer or citizen (a guest is nobody that another system could know). `factor`: what was shown besides the
    password ("totp", "webauthn", "recovery_codes"), or how a citizen came in ("phone", "national").
    """

    chain: UUID
    person_id: UUID
    kind: str
    at: datetime
    factor: str


def signed_in(request: HttpRequest) -> SignedIn | None:
    """Whose session this is, as the middleware found it; None for a visitor and for a guest."""
    account = getattr(request, "account", None)
    actor = getattr(request, "actor", None)
    person_id = getattr(actor, "person_id", None)
    if person_id is None or getattr(request, "is_guest", False):
        return None
    with as_system():
        row = OpenSession.objects.filter(session_key=request.session.session_key, person_id=person_id).first()
        if row is None:
            return None
        if row.chain is None:
            row.chain = row.id
            row.save(update_fields=["chain"])
    officer = isinstance(account, Account)
    factor = request.session.get(session.FACTOR) or ("" if officer else "phone")
    since = datetime.fromtimestamp(request.session.get(lifetime.SINCE, 0), UTC)
    return SignedIn(row.chain, person_id, lifetime.OFFICER if officer else lifetime.CITIZEN, since, factor)


def open_chains(chains: Iterable[UUID]) -> set[UUID]:
    """Those of the chains whose session is there still and not too old; an idle one counts. Two queries."""
    with as_system():
        rows = list(OpenSession.objects.filter(chain__in=set(chains)))
        keys = [row.session_key for row in rows]
        kept = Session.objects.filter(expire_date__gt=clock.now()).in_bulk(keys)
    return {
        row.chain
        for row in rows
        if row.chain is not None
        and row.session_key in kept
        and not lifetime.is_old(kept[row.session_key].get_decoded(), row.kind)
    }


def active_officers(person_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the people whose account at work is open; one query."""
    with as_system():
        return set(
            Account.objects.filter(person_id__in=set(person_ids), is_active=True).values_list("person_id", flat=True)
        )
