"""Who is told of a duty: new, soon due, late, reported, sent back."""

from collections.abc import Iterable
from uuid import UUID

from jumuishi.identity import public as identity
from jumuishi.institutions import public as institutions
from jumuishi.kernel.spoken import say_date
from jumuishi.kernel.text import t
from jumuishi.meetings.minutes.policies import SECRETARY
from jumuishi.meetings.models import Duty, Resolution


def doers_of(duty: Duty) -> set[UUID]:
    """Whose turn it is: the person, the unit's people, else the head."""
    if duty.person_id:
        return {duty.person_id}
    if duty.unit_id:
        found = {one.person_id for one in institutions.people_in(duty.institution_id) if one.unit_id == duty.unit_id}
        if found:
            return found
    return set(institutions.role_holders(duty.institution_id, "head"))


def tell_doers(resolution: Resolution, duties: Iterable[Duty], what: str, *more_roles: str) -> None:
    """Tell who does it; called as the platform. The text is meetings.res_sms_WHAT."""
    for one in duties:
        people = doers_of(one) | {
            who for role in more_roles for who in institutions.role_holders(one.institution_id, role)
        }
        _tell(people, resolution, one, what)


def tell_askers(duty: Duty, what: str) -> None:
    """Tell the secretary who asked."""
    _tell(set(institutions.role_holders(duty.asked_by, SECRETARY)), duty.resolution, duty, what)


def _tell(people: set[UUID], resolution: Resolution, duty: Duty, what: str) -> None:
    def say(lang: str) -> tuple[str, str]:
        subject = t(f"meetings.res_sms_{what}", lang, number=str(resolution), body=resolution.body.name.get(lang, ""),
                    due=say_date(duty.due_on, lang, weekday=False))  # fmt: skip
        link = identity.link_to(f"/ofisi/mabaraza/maazimio/{duty.id}/", lang)
        return subject, f"{subject}\n\n{link}\n"

    identity.tell(people, say, purpose="meetings.resolution")
