"""A member writes back that they have the notice: NIMEPATA and the code that stood in it."""

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, BadPhoneError
from jumuishi.institutions import public as institutions
from jumuishi.kernel.spoken import say_instant
from jumuishi.kernel.text import t
from jumuishi.meetings import naming
from jumuishi.meetings.calling import serving
from jumuishi.meetings.calling.models import Service
from jumuishi.meetings.models import Contact, Meeting
from jumuishi.messaging import public as messaging
from jumuishi.messaging.types import Answer, Wrote

_MOST = 20


def _is_from(contact: Contact, phone: str) -> bool:
    try:
        return identity.normalise_phone(contact.phone) == phone
    except BadPhoneError:
        return False


def waiting_of(phone: str, code: str = "") -> list[Service]:
    """The newest notice of each meeting ahead that went to this phone, with this code where one is said."""
    rows = Service.objects.filter(
        notice__meeting__state=Meeting.State.CALLED, member__contact__phone__endswith=phone[-9:]
    )
    if code:
        rows = rows.filter(code=code)
    rows = rows.select_related("notice__meeting__body", "member__contact").order_by("-notice__sequence")[:_MOST]
    newest: dict[object, Service] = {}
    for one in rows:
        if _is_from(one.member.contact, phone):
            newest.setdefault(one.notice.meeting_id, one)
    return list(newest.values())


@messaging.register_word(sw=("NIMEPATA",), en=("GOTIT", "GOT IT"), order=60)
def got(wrote: Wrote) -> Answer:
    """Acknowledge the notice of the code; without one, the only one that waits for this phone."""
    code = "".join(one for one in wrote.text if one.isdigit())[:8]
    found = waiting_of(wrote.phone, code)
    open_ones = [one for one in found if one.acknowledged_at is None] or found
    if len(open_ones) != 1:
        return Answer(t("meetings.in_which_notice" if open_ones else "meetings.in_no_notice", wrote.lang))
    service = open_ones[0]
    person = service.member.person_id
    serving.acknowledge(
        actor=Actor.person(person) if person else Actor.system(), service_id=service.id, way=serving.SMS
    )
    meeting = service.notice.meeting
    zone = institutions.working_time(meeting.institution_id).zone
    said = {"meeting": naming.name_of(meeting, wrote.lang), "at": say_instant(meeting.starts_at, wrote.lang, zone)}
    return Answer(t("meetings.in_got", wrote.lang, **said), institution_id=meeting.institution_id, person_id=person)
