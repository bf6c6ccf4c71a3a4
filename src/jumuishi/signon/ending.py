"""A sign-in ends: its tokens count no more at once, and its client is told by a signed logout token."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from jumuishi.hooks import public as hooks
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.signon.models import Consent, Logout, SignIn, Token
from jumuishi.signon.types import LogoutState, SignonRefusedError

SYSTEM = tenancy.Principal.system()


def thing(row: SignIn) -> Thing:
    """A sign-in, as a thing that is acted on; the client is loaded."""
    return Thing("sign_in", row.id, row.client.institution_id, row.person_id)


@identity.policy("signon.sign_in.end")
def _may_end(actor: Actor, thing: Thing) -> bool:
    return actor.person_id is not None and actor.person_id == thing.person_id


def end(rows: QuerySet[SignIn], why: str, actor: Actor | None = None) -> int:
    """End these sign-ins that still stand, each with its journal row; how many there were. As the system."""
    found = list(rows.filter(ended_at=None).select_related("client").select_for_update(of=("self",)))
    for row in found:
        _end(actor=actor or Actor.system(), row=row, why=why)
    return len(found)


@identity.action("signon.sign_in.end")
def _end(*, actor: Actor, row: SignIn, why: str) -> None:
    now = clock.now()
    with tenancy.acting_as(SYSTEM):
        row.ended_at, row.why = now, why
        row.save(update_fields=["ended_at", "why"])
        Token.objects.filter(sign_in=row, ended_at=None).update(ended_at=now)
        url = (row.client.terms or {}).get("told_at", "")
        if url:
            Logout.objects.create(
                id=new_id(), institution_id=row.client.institution_id, client=row.client, sign_in=row, url=url,
                next_at=now, give_up_at=now + hooks.GIVE_UP, made_at=now,
            )  # fmt: skip
    identity.record(actor, thing(row), after={"why": why, "client": str(row.client_id), "told": bool(url)})


def of_chains(chains: Iterable[UUID], why: str) -> int:
    """Every sign-in that stands on these sessions. As the system."""
    return end(SignIn.objects.filter(chain__in=set(chains)), why)


def of_post(appointment_id: UUID) -> int:
    """Every sign-in in a post that its holder left. As the system."""
    return end(SignIn.objects.filter(appointment_id=appointment_id), "post")


@identity.action("signon.sign_in.leave")
def leave(*, actor: Actor, sign_in_id: UUID) -> bool:
    """End one's own sign-in at one client; False where it is over, or somebody else's: which is not said."""
    mine = Thing("sign_in", sign_in_id, person_id=actor.person_id)
    identity.must(actor, "signon.sign_in.end", mine)
    with tenancy.acting_as(SYSTEM):
        ended = end(SignIn.objects.filter(id=sign_in_id, person_id=actor.who), "person", actor) > 0
    identity.record(actor, mine, after={"ended": ended})
    return ended


@identity.action("signon.consent.withdraw")
def withdraw(*, actor: Actor, consent_id: UUID) -> bool:
    """A client is told nothing more of oneself, and every sign-in there ends; False where there is no such consent."""
    mine = Thing("consent", consent_id, person_id=actor.person_id)
    identity.must(actor, "signon.sign_in.end", mine)
    with tenancy.acting_as(SYSTEM):
        row = Consent.objects.select_for_update().filter(id=consent_id, person_id=actor.who, ended_at=None).first()
        if row is not None:
            row.ended_at = clock.now()
            row.save(update_fields=["ended_at"])
            end(SignIn.objects.filter(client_id=row.client_id, person_id=actor.who), "consent", actor)
    identity.record(actor, mine, after={"ended": row is not None})
    return row is not None


@identity.action("signon.logout.again")
def tell_again(*, actor: Actor, logout_id: UUID) -> None:
    """A word that was given up is tried again for three days. Raises SignonRefusedError."""
    row = Logout.objects.select_for_update().filter(id=logout_id, institution_id=actor.workplace).first()
    if row is None or row.state != LogoutState.DEAD:
        raise SignonRefusedError("signon.not_there")
    what = Thing("logout", row.id, row.institution_id)
    identity.must(actor, "signon.client.manage", what)
    row.state, row.next_at, row.give_up_at = LogoutState.WAITING, clock.now(), clock.now() + hooks.GIVE_UP
    row.save(update_fields=["state", "next_at", "give_up_at"])
    identity.record(actor, what, after={"attempts": row.attempts})
