"""Confirmed minutes go to those whom the rules name, with proof that they went and that they were opened."""

import hashlib
import secrets
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.numbers import group
from jumuishi.kernel.text import t
from jumuishi.meetings.minutes.held import minutes_for
from jumuishi.meetings.minutes.policies import SECRETARY, minutes_thing
from jumuishi.meetings.minutes.source import SYSTEM
from jumuishi.meetings.minutes.types import MinutesError
from jumuishi.meetings.models import Contact, Meeting, Minutes, Recipient, Sending
from jumuishi.meetings.orders import needs
from jumuishi.meetings.orders.types import RefusedError
from jumuishi.meetings.terms import members_at, orders_at

LANGUAGE = "sw"
# The name by which orders mean all members of the body.
MEMBERS = "members"


def mark_of(word: str) -> str:
    """What the table keeps of the word in a link."""
    return hashlib.sha256(word.encode()).hexdigest()


@identity.policy("meetings.recipient.set")
def set_recipient_policy(actor: Actor, thing: Thing) -> bool:
    """The secretary of the institution's bodies, and its head."""
    return identity.is_of_institution(actor, thing) and actor.has(SECRETARY, "head")


@identity.action("meetings.recipient.set")
def set_recipient(*, actor: Actor, key: str, name: str, email: str) -> None:
    """Where minutes go for a name that orders use. Raises MinutesError."""
    thing = Thing("minutes_recipients", actor.workplace, actor.workplace)
    identity.must(actor, "meetings.recipient.set", thing)
    if not key.strip() or not name.strip() or "@" not in email:
        raise MinutesError("no_address")
    Recipient.objects.update_or_create(
        institution_id=actor.workplace, key=key.strip()[:40],
        defaults={"name": name.strip()[:120], "email": email.strip().lower()[:200]},
    )  # fmt: skip
    identity.record(actor, thing, after={"key": key.strip()[:40]})


def unsent() -> QuerySet[Minutes]:
    """Confirmed minutes that went to nobody yet; whether the orders name anybody, `names_somebody` says."""
    gone = Sending.objects.filter(meeting_id=OuterRef("meeting_id"))
    rows = Minutes.objects.filter(~Exists(gone), state=Minutes.State.CONFIRMED)
    return rows.select_related("meeting__body", "meeting__edition").defer("paragraphs")


def names_somebody(meeting: Meeting) -> bool:
    """Whether the orders say to whom the minutes of a meeting go."""
    try:
        return bool(needs.minutes_to(orders_at(meeting))[0])
    except RefusedError:
        return False


@identity.action("meetings.minutes.send")
def send(*, actor: Actor, meeting_id: UUID) -> int:
    """Send them to each whom the rules name and who has not got them; how many went.

    Raises RefusedError where the orders name nobody, MinutesError where the institution has no address for one.
    """
    with tenancy.acting_as(SYSTEM):
        minutes = minutes_for(actor, meeting_id, Minutes.State.CONFIRMED)
        wanted, rule = needs.minutes_to(orders_at(minutes.meeting))
        known = {one.key: one for one in Recipient.objects.filter(institution_id=minutes.institution_id)}
        if MEMBERS in wanted:
            wanted = (*(one for one in wanted if one != MEMBERS), *(members := _members(minutes)))
            known |= members
        lacking = [one for one in wanted if one not in known]
        if lacking:
            raise MinutesError("no_recipient", who=", ".join(lacking))
        sent = set(Sending.objects.filter(meeting_id=meeting_id).values_list("key", flat=True))
        went = [known[one] for one in wanted if one not in sent]
        journal = identity.record(
            actor, minutes_thing(minutes.meeting),
            after={"to": [one.key for one in went], "clause": rule.clause, "number": minutes.number},
        )  # fmt: skip
        for one in went:
            _send(minutes, one, actor, journal)
        return len(went)


def _members(minutes: Minutes) -> dict[str, Recipient]:
    """Members with a mailbox, as recipients; every member reads the minutes on the own page besides."""
    rows = Contact.objects.filter(member__in=members_at(minutes.meeting)).exclude(email="").select_related("member")
    return {
        f"member-{one.member_id}": Recipient(key=f"member-{one.member_id}", name=one.member.name, email=one.email)
        for one in rows
    }


def _send(minutes: Minutes, to: Recipient, actor: Actor, journal: UUID) -> None:
    word = secrets.token_urlsafe(24)
    Sending.objects.create(
        institution_id=minutes.institution_id, meeting_id=minutes.meeting_id, key=to.key, name=to.name, email=to.email,
        mark=mark_of(word), sent_at=clock.now(), sent_by=actor.person_id, journal_id=journal,
    )  # fmt: skip
    body = minutes.meeting.body.name.get(LANGUAGE, "")
    given = {"body": body, "number": minutes.meeting.number}
    identity.send_mail(
        to=to.email,
        subject=t("meetings.minutes_mail_subject", LANGUAGE, **given),
        text=t("meetings.minutes_mail", LANGUAGE, **given, name=to.name, document=group(minutes.number),
               link=identity.link_to(f"/vikao/muhtasari/pokea/{word}/", LANGUAGE)),
        purpose="secret.minutes",
    )  # fmt: skip


@identity.policy("meetings.minutes.receive")
def receive_policy(actor: Actor, thing: Thing) -> bool:  # noqa: ARG001  # the shape of every rule
    """Whoever holds the word of a letter: the action looks for it."""
    return True


@identity.action("meetings.minutes.receive")
def receive(*, actor: Actor, word: str) -> str:
    """Whoever was sent minutes opens them: noted the first time; the document's number. Raises MinutesError."""
    with tenancy.acting_as(SYSTEM):
        found = Sending.objects.select_for_update().filter(mark=mark_of(word)).first()
        minutes = (
            Minutes.objects.select_related("meeting").filter(meeting_id=found.meeting_id).first() if found else None
        )
        if found is None or minutes is None:
            raise MinutesError("no_such")
        identity.must(actor, "meetings.minutes.receive", minutes_thing(minutes.meeting))
        if found.opened_at is None:
            found.opened_at = clock.now()
            found.save(update_fields=["opened_at"])
        identity.record(actor, minutes_thing(minutes.meeting), after={"opened_by": found.key})
        return minutes.number
