"""What the gallery shows, and is searched by, of the room's other parts. Each is asked as a visitor."""

from collections.abc import Iterable

from jumuishi.kernel.text import t
from jumuishi.meetings import naming
from jumuishi.meetings.gallery import searching, shown
from jumuishi.meetings.gallery.shown import Link
from jumuishi.meetings.minutes import queries as minutes
from jumuishi.meetings.models import Body, Meeting
from jumuishi.meetings.resolutions import queries as resolutions


def minutes_links(thing: Meeting | Body, lang: str) -> list[Link]:
    """The confirmed minutes, without what was closed."""
    if isinstance(thing, Body) or not minutes.editions_of(thing, is_public=True):
        return []
    return [Link(naming.title_of(thing, lang), f"vikao/muhtasari/{thing.id}/")]


def resolutions_links(thing: Meeting | Body, lang: str) -> list[Link]:
    """What a body decided, and how far it has come, where anything of it is public."""
    if isinstance(thing, Meeting) or not resolutions.public_of(thing.id).exists():
        return []
    return [Link(t("meetings.gallery_progress", lang), f"vikao/maazimio/chombo/{thing.id}/")]


shown.register(shown.OF_BODY, 20, "meetings.gallery_resolutions", resolutions_links)
shown.register(shown.OF_MEETING, 10, "meetings.gallery_minutes", minutes_links)


@searching.register
def minutes_texts(meeting: Meeting) -> Iterable[str]:
    """What the newest public edition says."""
    edition = minutes.edition_of(meeting.id, is_public=True)
    for one in edition.paragraphs if edition else ():
        yield str(one["edited"]["text"] if one.get("edited") else one.get("sw", ""))
