"""Papers that the secretary has let the public read, on the public page of their meeting."""

from jumuishi.kernel.text import t
from jumuishi.meetings.gallery import shown
from jumuishi.meetings.gallery.shown import Link
from jumuishi.meetings.models import Body, Meeting, Paper
from jumuishi.meetings.papers import queries
from jumuishi.meetings.papers.words import paper_words

# So many stand on the meeting's page, so that it stays light; all on a page of their own.
FIRST = 10


def link_of(meeting: Meeting, paper: Paper, lang: str) -> Link:
    """A paper with its pages and size; it is downloaded from there."""
    words = paper_words(paper, lang, "")
    note = f"{t('meetings.pack_pages', lang)} {words['pages']} · PDF, {words['size']}"
    return Link(f"{words['number']} {words['title']}", f"vikao/{meeting.id}/nyaraka/{paper.id}.pdf", note)


def links(thing: Meeting | Body, lang: str) -> list[Link]:
    """The first of them, and the way to all where there are more."""
    if isinstance(thing, Body):
        return []
    rows = queries.open_to_all(thing)
    found = [link_of(thing, one, lang) for one in rows[: FIRST + 1]]
    if len(found) > FIRST:
        every = Link(t("meetings.gallery_papers_all", lang, n=rows.count()), f"vikao/{thing.id}/nyaraka/")
        found = [*found[:FIRST], every]
    return found


shown.register(shown.OF_MEETING, 5, "meetings.gallery_papers", links)
