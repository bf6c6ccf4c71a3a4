"""What other parts of the room show in the gallery: each brings links to what it has made public."""

from collections.abc import Callable
from dataclasses import dataclass

from jumuishi.meetings.models import Body, Meeting

# The places where something can be shown.
OF_MEETING, OF_BODY = "meeting", "body"


@dataclass(frozen=True)
class Link:
    """One public thing: its words, its address without a language, and a line below it."""

    label: str
    path: str
    note: str = ""


Shown = Callable[[Meeting | Body, str], list[Link]]
_shown: dict[str, list[tuple[int, str, Shown]]] = {OF_MEETING: [], OF_BODY: []}


def register(place: str, order: int, heading: str, links: Shown) -> None:
    """Let a part show links (of a meeting or a body, in a language) under a heading's text key; asked as a visitor."""
    _shown[place].append((order, heading, links))
    _shown[place].sort(key=lambda one: one[0])


def sections(place: str, thing: Meeting | Body, lang: str) -> list[tuple[str, list[Link]]]:
    """(heading's key, links) of every part that has something to show."""
    found = ((heading, links(thing, lang)) for _, heading, links in _shown[place])
    return [(heading, links) for heading, links in found if links]
