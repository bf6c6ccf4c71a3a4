"""Full-text search of what was said in the open: a narrow table of folded words, read by a visitor as by anybody."""

from collections.abc import Callable, Iterable
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from jumuishi.kernel import clock
from jumuishi.kernel.text import fold
from jumuishi.meetings.gallery import queries
from jumuishi.meetings.gallery.models import Told, Word
from jumuishi.meetings.models import Meeting, MinutesEdition

# Words of one meeting, letters of one word, words of one question.
MOST, LONGEST, ASKED = 4000, 40, 5
# After every letter that a word is folded to.
LAST = "\U0010ffff"
Texts = Callable[[Meeting], Iterable[str]]
_sources: list[Texts] = []


def register(source: Texts) -> Texts:
    """Let a part bring public texts of a meeting (its confirmed minutes); asked as a visitor."""
    _sources.append(source)
    return source


def words_of(meeting: Meeting) -> set[str]:
    """The folded words of what everybody may read of a meeting."""
    texts = [*meeting.title.values(), *meeting.body.name.values(), meeting.place]
    with queries.as_visitor():
        texts += [text for one in queries.items(meeting) for text in one.title.values()]
        said = queries.events(meeting, "motion.moved", "amendment.moved", "decision.made", "question.asked")
        texts += [str(one.body.get("text", "")) for one in said]
        texts += [text for source in _sources for text in source(meeting)]
    found = {word[:LONGEST] for text in texts for word in fold(str(text)).split() if len(word) > 1}
    return set(sorted(found)[:MOST])


def index(meeting: Meeting) -> None:
    """Write a meeting's words anew, as the system; again does no harm."""
    words = words_of(meeting)
    Word.objects.filter(meeting=meeting).exclude(token__in=words).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO meetings_word (institution_id, token, meeting_id) SELECT %s::uuid, unnest(%s::text[]), "
            "%s::uuid ON CONFLICT DO NOTHING",
            [meeting.institution_id, sorted(words), meeting.id],
        )
    Told.objects.update_or_create(
        meeting=meeting,
        defaults={
            "institution_id": meeting.institution_id,
            "seq": meeting.seq,
            "state": meeting.state,
            "read_at": clock.now(),
        },
    )


def unread() -> QuerySet[Meeting]:
    """Open meetings in which something happened since their words were read, or whose minutes were confirmed."""
    told = Told.objects.filter(meeting=OuterRef("pk"))
    read_at = Subquery(told.values("read_at")[:1])
    rows = queries.meetings().annotate(read_at=read_at)
    newer = MinutesEdition.objects.filter(meeting=OuterRef("pk"), is_public=True, made_at__gt=OuterRef("read_at"))
    as_read = told.filter(seq=OuterRef("seq"), state=OuterRef("state"))
    return rows.filter(~Exists(as_read) | Exists(newer)).order_by("-starts_at")


def found(text: str, body_id: UUID | None = None) -> QuerySet[Meeting]:
    """Meetings that hold a word beginning with each one that was typed, the last first; none for no words."""
    words = [word for word in fold(text).split()[:ASKED] if len(word) > 1]
    rows = queries.meetings(body_id)
    if not words:
        return rows.none()
    for word in words:
        begins = Q(token__gte=word, token__lt=word + LAST)
        rows = rows.filter(Exists(Word.objects.filter(begins, meeting=OuterRef("pk"))))
    return rows.order_by("-starts_at", "-id")
