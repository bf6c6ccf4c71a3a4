"""What the gallery shows, and is searched by, of the room's other parts. Each is asked as a visitor."""

from collections.abc import Iterable

from jumuishi.meetings.gallery import searching, shown
from jumuishi.meetings.gallery.shown import Link
from jumuishi.meetings.gallery.web.words import title_of
from jumuishi.meetings.minutes import queries as minutes
from jumuishi.meetings.models import Body, Meeting


def minutes_links(thing: Meeting | Body, lang: str) -> list[Link]:
    """The confirmed minutes, without what was closed."""
    if isinstance(thing, Body) or not minutes.editions_of(thing, is_public=True):
        return []
    return [Link(title_of(thing, lang), f"vikao/muhtasari/{thing.id}/")]


shown.register(shown.OF_MEETING, 10, "meetings.gallery_minutes", minutes_links)


@searching.register
def minutes_texts(meeting: Meeting) -> Iterable[str]:
    """What the newest public edition says."""
    edition = minutes.edition_of(meeting.id, is_public=True)
    for one in edition.paragraphs if edition else ():
        yield str(one["edited"]["text"] if one.get("edited") else one.get("sw", ""))
