"""Members are told: one notice, a service for each, by SMS and by letter with an invitation for the calendar."""

import secrets
from uuid import UUID

from django.conf import settings

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, BadPhoneError
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock
from jumuishi.kernel.spoken import say_instant
from jumuishi.kernel.text import t
from jumuishi.meetings import naming
from jumuishi.meetings.calling import calendars, queries
from jumuishi.meetings.calling.models import Notice, Service
from jumuishi.meetings.models import Contact, Meeting, Member
from jumuishi.messaging import public as messaging

# What is called on shorter notice goes out at night too, and to whoever wants no other messages.
URGENT, USUAL = "notice.meeting", "meeting"
WITH_AGENDA = (Notice.What.CALLED, Notice.What.ADDED)


def tell(actor: Actor, meeting: Meeting, notice: Notice) -> int:
    """Keep the notice, and send it to every member of today; how many it was sent to. In the caller's transaction."""
    notice.institution_id, notice.meeting, notice.sequence = meeting.institution_id, meeting, meeting.sequence
    notice.at, notice.by = clock.now(), actor.who
    notice.save(force_insert=True)
    members = queries.members_of(meeting.body, institutions.today())
    rows = [new_service(notice, one) for one in members]
    reached = sum([send(notice, row, member) for row, member in zip(rows, members, strict=True)])
    Service.objects.bulk_create(rows)
    return reached


def new_service(notice: Notice, member: Member) -> Service:
    """A member's line, with a code of its own; not kept yet."""
    # A member's phone has few codes at a time, and no other phone's message counts for it: five digits are plenty.
    code = f"{secrets.randbelow(90_000) + 10_000}"
    return Service(institution_id=notice.institution_id, notice=notice, member=member, code=code)


def send(notice: Notice, service: Service, member: Member, again: str = "") -> bool:
    """Send it by what the member has, into the service's own columns; whether by anything."""
    contact = queries.contact_of(member)
    if contact is None:
        return False
    zone = institutions.working_time(notice.institution_id).zone
    service.sms_id = _sms(notice, service, contact, member, zone, again) or service.sms_id
    service.mail_id = _mail(notice, service, contact, zone) or service.mail_id
    return bool(service.sms_id or service.mail_id)


def _said(notice: Notice, service: Service, lang: str, zone: str) -> dict[str, str]:
    meeting = notice.meeting
    return {
        "meeting": naming.name_of(meeting, lang), "at": say_instant(meeting.starts_at, lang, zone),
        "place": meeting.place, "code": service.code, "reason": notice.reason,
        "item": _item(notice, lang),
    }  # fmt: skip


def _item(notice: Notice, lang: str) -> str:
    """What was added; of a closed item the number alone, for a message lies open on a phone."""
    if notice.item is None:
        return ""
    closed = t("meetings.call_item_closed", lang)
    return f"{notice.item.number} {closed if notice.item.is_closed else notice.item.title.get(lang, '')[:80]}"


def _sms(notice: Notice, service: Service, contact: Contact, member: Member, zone: str, again: str) -> UUID | None:
    if not contact.phone:
        return None
    said = _said(notice, service, contact.language, zone)
    try:
        return messaging.send_sms(
            institution_id=notice.institution_id, person_id=member.person_id, to=contact.phone,
            text=t(f"meetings.call_sms_{notice.what}", contact.language, **said),
            purpose=URGENT if notice.ordered_by_id else USUAL, idempotency_key=f"{service.id}{again}",
        )  # fmt: skip
    except BadPhoneError:
        # The secretary sees that nothing went out, and serves by hand.
        return None


def _mail(notice: Notice, service: Service, contact: Contact, zone: str) -> UUID | None:
    if not contact.email:
        return None
    meeting, lang = notice.meeting, contact.language
    link = identity.link_to(f"/mimi/vikao/{meeting.id}/", lang)
    text = t(f"meetings.call_mail_{notice.what}", lang, **_said(notice, service, lang, zone))
    items = "\n".join(f"{one.number}  {one.title.get(lang, '')}" for one in queries.items_of(meeting))
    agenda = f"\n\n{t('meetings.call_agenda', lang)}\n{items}" if notice.what in WITH_AGENDA else ""
    sender = settings.PUBLIC_URL.partition("://")[2].partition("/")[0].partition(":")[0] or "localhost"
    return identity.send_mail(
        to=contact.email, subject=naming.name_of(meeting, lang), text=f"{text}{agenda}\n\n{link}\n",
        purpose="meeting",
        invitation=calendars.invitation(
            meeting, to=contact.email, sender=f"vikao@{sender}", lang=lang, zone=zone, link=link
        ),
    )  # fmt: skip
