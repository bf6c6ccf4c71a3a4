"""Resolutions in the gallery: a link to each beside the meeting that made it."""

from jumuishi.kernel.text import t
from jumuishi.meetings.gallery.shown import OF_MEETING, Link, register
from jumuishi.meetings.models import Body, Meeting, Resolution

MOST = 50


def of_meeting(thing: Meeting | Body, lang: str) -> list[Link]:
    """What it decided that somebody has to do; asked as a visitor."""
    rows = Resolution.objects.filter(meeting_id=thing.id, is_public=True).order_by("number")[:MOST]
    return [
        Link(t("meetings.res_number", lang, number=str(one)), f"/vikao/maazimio/{one.id}/", one.text[:160])
        for one in rows
    ]


register(OF_MEETING, 20, "meetings.res_public", of_meeting)
