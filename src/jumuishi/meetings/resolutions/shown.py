"""Resolutions in the gallery: a link beside the body whose they are, and beside the meeting that made them."""

from jumuishi.kernel.text import t
from jumuishi.meetings.gallery.shown import OF_BODY, OF_MEETING, Link, register
from jumuishi.meetings.models import Body, Meeting, Resolution

MOST = 50


def of_body(thing: Meeting | Body, lang: str) -> list[Link]:
    """Where its resolutions stand; asked as a visitor."""
    if not Resolution.objects.filter(body_id=thing.id, is_public=True).exists():
        return []
    return [Link(t("meetings.res_shown", lang), f"/vikao/maazimio/chombo/{thing.id}/")]


def of_meeting(thing: Meeting | Body, lang: str) -> list[Link]:
    """What it decided that somebody has to do; asked as a visitor."""
    rows = Resolution.objects.filter(meeting_id=thing.id, is_public=True).order_by("number")[:MOST]
    return [
        Link(t("meetings.res_number", lang, number=str(one)), f"/vikao/maazimio/{one.id}/", one.text[:160])
        for one in rows
    ]


register(OF_BODY, 20, "meetings.res_public", of_body)
register(OF_MEETING, 20, "meetings.res_public", of_meeting)
