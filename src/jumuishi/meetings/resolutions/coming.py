"""What is not done comes back: each open resolution of a body is an item of its next meeting."""

from collections.abc import Iterable

from jumuishi.kernel.text import LANGUAGES, t
from jumuishi.meetings.calling.coming import Coming, register
from jumuishi.meetings.models import Meeting, Resolution

MOST = 100


@register("resolutions")
def resolutions(meeting: Meeting) -> Iterable[Coming]:
    """The open ones, by the day on which they were to be done."""
    rows = Resolution.objects.filter(
        institution_id=meeting.institution_id, body_id=meeting.body_id, state=Resolution.State.OPEN,
        meeting__starts_at__lt=meeting.starts_at,
    )  # fmt: skip
    return [
        Coming(
            "resolution",
            one.id,
            {lang: t("meetings.res_coming", lang, number=str(one), text=one.text[:120]) for lang in LANGUAGES},
            is_closed=not one.is_public,
        )
        for one in rows.order_by("due_on", "number")[:MOST]
    ]
