"""Reads about minutes, for their pages. Each says for whom it reads."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor
from jumuishi.kernel import tenancy
from jumuishi.meetings.minutes.held import sat_there, seat_of
from jumuishi.meetings.minutes.policies import minutes_thing
from jumuishi.meetings.minutes.source import SYSTEM, meeting_by_id
from jumuishi.meetings.models import (
    Correction,
    Meeting,
    Member,
    Minutes,
    MinutesEdition,
    Sending,
    Signature,
)


@dataclass(frozen=True)
class Part:
    """What somebody is to a meeting's minutes: their secretary, a reader at the office, a member who sat or not."""

    meeting: Meeting
    minutes: Minutes | None
    keeps: bool = False
    reads: bool = False
    member: Member | None = None
    sat: bool = False


def part_at_office(actor: Actor, meeting_id: UUID) -> Part | None:
    """For the office's pages; None for whom the meeting is not there."""
    with tenancy.acting_as(SYSTEM):
        meeting = meeting_by_id(meeting_id)
        if meeting is None or not identity.may(actor, "meetings.minutes.read", minutes_thing(meeting)):
            return None
        keeps = identity.may(actor, "meetings.minutes.keep", minutes_thing(meeting))
        return Part(meeting, minutes_of(meeting), keeps=keeps, reads=True)


def part_of_member(actor: Actor, meeting_id: UUID) -> Part | None:
    """For members' pages; None for who is no member of the body on that day."""
    with tenancy.acting_as(SYSTEM):
        meeting = meeting_by_id(meeting_id)
        member = seat_of(actor, meeting) if meeting else None
        if meeting is None or member is None:
            return None
        return Part(meeting, minutes_of(meeting), member=member, sat=sat_there(member, meeting))


def minutes_of(meeting: Meeting) -> Minutes | None:
    """The minutes of a meeting, as far as the principal sees them."""
    return Minutes.objects.filter(meeting=meeting).select_related("confirmed_in").first()


def editions_of(meeting: Meeting, *, is_public: bool = False) -> list[MinutesEdition]:
    """Its editions, the newest first, without their words."""
    rows = MinutesEdition.objects.filter(meeting=meeting, is_public=is_public).defer("paragraphs")
    return list(rows.order_by("-number"))


def edition_of(meeting_id: UUID, number: int | None = None, *, is_public: bool = False) -> MinutesEdition | None:
    """One edition, or the newest, as far as the principal sees it."""
    rows = MinutesEdition.objects.filter(meeting_id=meeting_id, is_public=is_public).select_related("meeting__body")
    return (rows.filter(number=number) if number is not None else rows.order_by("-number")).first()


def corrections_of(meeting: Meeting, member: Member | None = None) -> list[Correction]:
    """What was proposed, the open ones first; of one member, only that member's."""
    rows = Correction.objects.filter(meeting=meeting).select_related("member")
    rows = rows.filter(member=member) if member else rows
    return sorted(rows, key=lambda one: (one.state != Correction.State.OPEN, one.at))


def signatures_of(minutes: Minutes) -> list[Signature]:
    """Under the frozen edition."""
    return list(Signature.objects.filter(meeting_id=minutes.meeting_id, sha256=minutes.sha256).order_by("at"))


def sendings_of(meeting: Meeting) -> list[Sending]:
    """To whom they went, and who opened them."""
    return list(Sending.objects.filter(meeting=meeting).order_by("sent_at", "key"))


def text_of(kept: list[dict[str, Any]], key: str, lang: str) -> str:
    """What a paragraph reads now."""
    found = next((one for one in kept if one["key"] == key), None)
    if found is None:
        return ""
    return str(found["edited"]["text"] if found.get("edited") else found[lang])
