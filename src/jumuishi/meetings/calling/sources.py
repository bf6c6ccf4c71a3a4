"""What this room itself knows to come: the minutes of the meeting before, what arises from them, reports from below."""

from collections.abc import Iterable

from jumuishi.kernel.spoken import say_date
from jumuishi.kernel.text import LANGUAGES, t
from jumuishi.meetings.calling.coming import Coming, ended_before, register, settled
from jumuishi.meetings.models import Body, Meeting

MOST = 20


def titled(key: str, meeting: Meeting, body: Body | None = None) -> dict[str, str]:
    """A title in both languages, of a meeting by its number and day."""
    return {
        lang: t(
            key, lang, number=meeting.number, day=say_date(meeting.starts_at.date(), lang, weekday=False),
            body=body.name.get(lang, "") if body else "",
        )
        for lang in LANGUAGES
    }  # fmt: skip


def _of_before(meeting: Meeting, thing: str, key: str) -> Iterable[Coming]:
    rows = list(ended_before(meeting, meeting.body_id)[:MOST])
    done = settled(thing, [one.id for one in rows])
    # Oldest first: what was left over comes before what is new. What is older than the last one dealt with is past.
    waiting = []
    for one in rows:
        if one.id in done:
            break
        waiting.append(one)
    return [Coming(thing, one.id, titled(key, one)) for one in reversed(waiting)]


@register("minutes")
def minutes(meeting: Meeting) -> Iterable[Coming]:
    """Each meeting since the last one whose minutes were dealt with."""
    return _of_before(meeting, "minutes", "meetings.call_item_minutes")


@register("arising")
def arising(meeting: Meeting) -> Iterable[Coming]:
    """What arises from the same."""
    return _of_before(meeting, "arising", "meetings.call_item_arising")


@register("reports")
def reports(meeting: Meeting) -> Iterable[Coming]:
    """One report of each meeting that the bodies below held since this body last met."""
    last = ended_before(meeting, meeting.body_id).first()
    bodies = {
        one.id: one for one in Body.objects.filter(institution_id=meeting.institution_id, parent_id=meeting.body_id)
    }
    rows = Meeting.objects.filter(
        institution_id=meeting.institution_id, body__in=bodies, state=Meeting.State.ENDED,
        starts_at__lt=meeting.starts_at,
    )  # fmt: skip
    if last is not None:
        rows = rows.filter(starts_at__gte=last.starts_at)
    found = list(rows.order_by("body__what", "body__slug", "starts_at")[:100])
    done = settled("report", [one.id for one in found])
    return [
        Coming("report", one.id, titled("meetings.call_item_report", one, bodies[one.body_id]))
        for one in found
        if one.id not in done
    ]
