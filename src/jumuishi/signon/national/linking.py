"""Who is who: a person of the provider and one of ours, joined by two proofs in one browser, never by mail or number.

The provider's names for people are kept as keyed hashes: they are compared, and shown to nobody.
"""

from datetime import timedelta
from uuid import UUID

from django.utils.crypto import salted_hmac

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.signon.models import NationalLink, NationalSession, SeenToken
from jumuishi.signon.national.options import Options

SYSTEM = tenancy.Principal.system()
CITIZEN, OFFICER = "citizen", "officer"


@identity.policy("signon.national.link")
def _may_link(actor: Actor, thing: Thing) -> bool:
    return actor.person_id is not None and actor.person_id == thing.person_id


def mark(options: Options, name: str, value: str) -> str:
    """A name of the provider's (`sub`, `sid`, `jti`) as we keep it."""
    return str(salted_hmac("signon.national", f"{options.issuer}|{name}|{value}", algorithm="sha256").hexdigest())


def person_of(subject: str, kind: str) -> UUID | None:
    """Whom the provider's person was joined to."""
    with tenancy.acting_as(SYSTEM):
        row = NationalLink.objects.filter(subject=subject, kind=kind, ended_at=None).first()
    return row.person_id if row is not None else None


@identity.action("signon.national.link")
def link(*, actor: Actor, subject: str, kind: str) -> bool:
    """Join them; call it once both were proven in one browser. False where either is joined to another already."""
    mine = Thing("person", actor.who, person_id=actor.person_id)
    identity.must(actor, "signon.national.link", mine)
    with tenancy.acting_as(SYSTEM):
        identity.one_at_a_time(f"signon.national {subject}")
        identity.one_at_a_time(f"signon.national {actor.who}")
        theirs = NationalLink.objects.filter(subject=subject, kind=kind, ended_at=None).first()
        ours = NationalLink.objects.filter(person_id=actor.who, kind=kind, ended_at=None).first()
        is_new = theirs is None and ours is None
        if is_new:
            NationalLink.objects.create(
                id=new_id(), person_id=actor.who, subject=subject, kind=kind, made_at=clock.now()
            )
        is_same = theirs is not None and ours is not None and theirs.id == ours.id
    identity.record(actor, mine, after={"national": "linked" if is_new else "same" if is_same else "refused"})
    return is_new or is_same


@identity.action("signon.national.unlink")
def unlink(*, actor: Actor, kind: str) -> None:
    """The provider lets one in no more; twice is once."""
    mine = Thing("person", actor.who, person_id=actor.person_id)
    identity.must(actor, "signon.national.link", mine)
    with tenancy.acting_as(SYSTEM):
        ended = NationalLink.objects.filter(person_id=actor.who, kind=kind, ended_at=None).update(ended_at=clock.now())
    identity.record(actor, mine, after={"national": "unlinked", "ended": ended})


def is_linked(person_id: UUID, kind: str) -> bool:
    """Whether the provider lets this person in."""
    with tenancy.acting_as(SYSTEM):
        return NationalLink.objects.filter(person_id=person_id, kind=kind, ended_at=None).exists()


def note(*, subject: str, sid: str, chain: UUID) -> None:
    """A session here was begun by one there, and ends with it."""
    with tenancy.acting_as(SYSTEM):
        NationalSession.objects.create(id=new_id(), subject=subject, sid=sid, chain=chain, begun_at=clock.now())


@identity.action("signon.national.logout")
def end(*, actor: Actor, subject: str, sid: str, jti: str) -> bool:
    """The provider ended a session, or all of a person's: so do we. False for a word that was heard before."""
    now = clock.now()
    with tenancy.acting_as(SYSTEM):
        SeenToken.objects.filter(until_at__lt=now).delete()
        _, is_new = SeenToken.objects.get_or_create(
            mark=jti, defaults={"id": new_id(), "until_at": now + timedelta(days=1)}
        )
        rows = NationalSession.objects.filter(sid=sid) if sid else NationalSession.objects.filter(subject=subject)
        if subject:
            rows = rows.filter(subject=subject)
        ended = identity.end_chains(rows.values_list("chain", flat=True)) if is_new else 0
        if is_new:
            rows.delete()
    identity.record(actor, Thing("national_session", new_id()), after={"ended": ended, "heard_before": not is_new})
    return is_new
