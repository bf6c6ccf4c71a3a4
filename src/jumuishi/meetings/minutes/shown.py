"""Confirmed minutes in the gallery: a link beside the meeting, and their words for whoever searches."""

from collections.abc import Iterable

from jumuishi.kernel.text import t
from jumuishi.meetings.gallery import searching
from jumuishi.meetings.gallery.shown import OF_MEETING, Link, register
from jumuishi.meetings.minutes.queries import edition_of
from jumuishi.meetings.models import Body, Meeting


def links(thing: Meeting | Body, lang: str) -> list[Link]:
    """The public edition, once the minutes are confirmed; asked as a visitor."""
    edition = edition_of(thing.id, is_public=True) if isinstance(thing, Meeting) else None
    if edition is None:
        return []
    path = f"/vikao/muhtasari/{thing.id}/"
    pdf = Link(t("meetings.minutes_pdf", lang), f"{path}faili/pdf/")
    return [Link(t("meetings.minutes_shown", lang), path), pdf, Link("Akoma Ntoso (XML)", f"{path}faili/xml/")]


register(OF_MEETING, 10, "meetings.minutes_shown_heading", links)


@searching.register
def texts(meeting: Meeting) -> Iterable[str]:
    """What the public edition says, in both languages; asked as a visitor."""
    edition = edition_of(meeting.id, is_public=True)
    return [str(one[lang]) for one in (edition.paragraphs if edition else []) for lang in ("sw", "en")]
