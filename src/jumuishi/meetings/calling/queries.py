"""Reads: meetings, agendas, members, what became of a notice; bulk first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from jumuishi.identity.types import Actor
from jumuishi.meetings.calling.models import Apology, Notice, Service
from jumuishi.meetings.models import Body, Contact, Item, Meeting, Member
from jumuishi.meetings.terms import in_office
from jumuishi.messaging import public as messaging
from jumuishi.messaging.types import Became, MessageState

AHEAD = (Meeting.State.PLANNED, Meeting.State.CALLED)


def body_of(actor: Actor, body_id: UUID) -> Body | None:
    """A body of the actor's institution."""
    return Body.objects.filter(institution_id=actor.workplace, id=body_id).first()


def meetings_of(body: Body) -> QuerySet[Meeting]:
    """A body's meetings, the newest first."""
    return Meeting.objects.filter(institution_id=body.institution_id, body=body).order_by("-starts_at", "id")


def meeting_of(actor: Actor, meeting_id: UUID) -> Meeting | None:
    """A meeting of the actor's institution, with its body and edition."""
    rows = Meeting.objects.select_related("body", "edition")
    return rows.filter(institution_id=actor.workplace, id=meeting_id).first()


def items_of(meeting: Meeting) -> list[Item]:
    """The agenda in its order."""
    return list(Item.objects.filter(institution_id=meeting.institution_id, meeting=meeting).order_by("position", "id"))


def members_of(body: Body, day: date) -> list[Member]:
    """Who is a member on a day, by name, each with how they are reached (`contact`, where one is entered)."""
    rows = Member.objects.filter(institution_id=body.institution_id, body=body).filter(in_office(day))
    return list(rows.select_related("contact").order_by("name", "id"))


def contact_of(member: Member) -> Contact | None:
    """How a member is reached; None where nothing is entered."""
    return getattr(member, "contact", None)


def seats_of(person_id: UUID, day: date) -> list[Member]:
    """The seats that a person holds on a day, in whatever institution: read as the system."""
    return list(Member.objects.filter(person_id=person_id).filter(in_office(day)).select_related("body"))


@dataclass(frozen=True)
class Served:
    """One member's line under a notice: what came of it; `at` is when it counts as served, None: not yet."""

    service: Service
    member: Member
    sms: Became | None
    mail: Became | None
    at: datetime | None

    @property
    def is_acknowledged(self) -> bool:
        """Whether the member said so, or the secretary gave it by hand."""
        return self.service.acknowledged_at is not None


def served(notice: Notice) -> list[Served]:
    """A line a member, by name; three questions however many they are.

    Served is who acknowledged, opened it, or whose phone had the SMS: whichever came first. A letter that was only sent
    proves nothing.
    """
    rows = Service.objects.filter(institution_id=notice.institution_id, notice=notice)
    found = list(rows.select_related("member").order_by("member__name", "id"))
    became = messaging.became(
        messages=[one.sms_id for one in found if one.sms_id], letters=[one.mail_id for one in found if one.mail_id]
    )
    lines = []
    for one in found:
        sms = became.get(one.sms_id) if one.sms_id else None
        mail = became.get(one.mail_id) if one.mail_id else None
        instants = [one.acknowledged_at, one.opened_at]
        if sms is not None and sms.state == MessageState.DELIVERED:
            instants.append(sms.delivered_at)
        lines.append(Served(one, one.member, sms, mail, min((at for at in instants if at), default=None)))
    return lines


def notices_of(meeting: Meeting) -> list[Notice]:
    """What members were told, the newest first."""
    rows = Notice.objects.filter(institution_id=meeting.institution_id, meeting=meeting)
    return list(rows.select_related("ordered_by", "item").order_by("-sequence"))


def apologies_of(meeting: Meeting) -> list[Apology]:
    """Apologies that stand, in the order of their coming."""
    rows = Apology.objects.filter(institution_id=meeting.institution_id, meeting=meeting, withdrawn_at=None)
    return list(rows.select_related("member").order_by("at"))


def of_members(seats: Iterable[Member]) -> QuerySet[Meeting]:
    """Meetings that these seats were told of, with the services of each: read as the system."""
    mine = Service.objects.filter(member__in=list(seats)).select_related("notice")
    notices = Notice.objects.order_by("-sequence").prefetch_related(Prefetch("services", mine, to_attr="mine"))
    rows = Meeting.objects.filter(body__in={one.body_id for one in seats}).exclude(called_at=None)
    return rows.select_related("body").prefetch_related(Prefetch("notices", notices, to_attr="called_by"))
