"""A member's own notes on papers: theirs alone, sealed where they lie, the same on each phone that signs in.

They are written and read as the person, whose rows they are: to the institution they are not there. The journal says
that a note was written, never on what.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from uuid import UUID

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, NotAllowedError, Thing
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.seal import BrokenSealError, seal, unseal
from jumuishi.meetings.calling.platform import as_system
from jumuishi.meetings.calling.serving import seat_in
from jumuishi.meetings.models import Meeting
from jumuishi.meetings.orders.types import RefusedError
from jumuishi.meetings.papers import queries
from jumuishi.meetings.papers.models import Note, Paper

_PURPOSE = "meetings.note"
LONGEST, MOST = 4000, 500
# So many of the forms that changed a note are known again.
_SENT = 20


def as_self(actor: Actor) -> AbstractContextManager[None]:
    """As the natural person, whichever session they came by."""
    return tenancy.acting_as(tenancy.Principal.person(actor.who))


def note_thing(note_id: UUID, person_id: UUID) -> Thing:
    """A note: a person's and nobody else's."""
    return Thing("meeting_note", note_id, None, person_id)


@identity.policy("meetings.note.keep")
def keep(actor: Actor, thing: Thing) -> bool:
    """Whose note it is."""
    return thing.person_id is not None and actor.person_id == thing.person_id


def _shut(note_id: UUID, person_id: UUID, text: str) -> bytes:
    # The words know whose and which note they are, and cannot be laid into another.
    return seal(note_id.bytes + person_id.bytes + text.encode(), _PURPOSE)


def words_of(note: Note) -> str:
    """What it says; empty once it was taken away. Raises BrokenSealError."""
    if note.ended_at is not None:
        return ""
    plain = unseal(bytes(note.sealed), _PURPOSE)
    if plain[:32] != note.id.bytes + note.person_id.bytes:
        raise BrokenSealError("words of another note")
    return plain[32:].decode()


def notes_of(actor: Actor, meeting_id: UUID) -> list[Note]:
    """All that the actor noted on a meeting's papers and that stands, the oldest first."""
    with as_self(actor):
        rows = Note.objects.filter(person_id=actor.who, meeting_id=meeting_id, ended_at=None)
        return list(rows.order_by("at", "id"))


def _checked(text: str) -> str:
    said = text.replace("\r\n", "\n").strip()
    if not said:
        raise RefusedError("note_empty")
    if len(said) > LONGEST:
        raise RefusedError("note_long", most=LONGEST)
    return said


def readable_in(actor: Actor, meeting_id: UUID) -> tuple[Meeting, list[Paper]]:
    """The meeting and the papers in it that the actor may read. Raises NotAllowedError for whoever has no seat."""
    meeting, member = seat_in(actor, meeting_id)
    with as_system():
        return meeting, queries.readable(queries.papers_of(meeting), meeting, member)


def standing(papers: Sequence[Paper]) -> dict[UUID, tuple[Paper, Paper]]:
    """Each edition of these papers by its id, with the edition that stands: a note lies on the one that was read."""
    newest = {(one.item_id, one.title): one for one in papers}
    with as_system():
        rows = Paper.objects.filter(item__in={one.item_id for one in papers}).select_related("item").defer("texts")
        return {one.id: (one, found) for one in rows if (found := newest.get((one.item_id, one.title)))}


@identity.action("meetings.note.write")
def write_note(*, actor: Actor, meeting_id: UUID, paper_id: UUID, label: str, text: str, once: UUID) -> None:
    """Note something on a paper that one may read; `label` is a number printed on it, or empty for the whole.

    Raises NotAllowedError, RefusedError (no such page, no words, too many).
    """
    meeting, papers = readable_in(actor, meeting_id)
    found = standing(papers).get(paper_id)
    if found is None or meeting.called_at is None:
        raise NotAllowedError("meetings.note.keep")
    paper, _ = found
    said, page = _checked(text), label.strip().upper()
    if page and page not in paper.labels:
        raise RefusedError("note_page", first=paper.labels[0], last=paper.labels[-1])
    with as_self(actor):
        rows = Note.objects.filter(person_id=actor.who, meeting_id=meeting.id, ended_at=None)
        if rows.count() >= MOST:
            raise RefusedError("note_many", most=MOST)
        note, is_new = _made(actor, meeting.id, paper.id, page, said, once)
    identity.record(actor, note_thing(note.id, actor.who), after={"written": is_new})


def _made(actor: Actor, meeting_id: UUID, paper_id: UUID, label: str, text: str, once: UUID) -> tuple[Note, bool]:
    """A new note, or the one that this form made before."""
    now, key = clock.now(), new_id()
    return Note.objects.get_or_create(
        person_id=actor.who, once=once,
        defaults={"id": key, "meeting_id": meeting_id, "paper_id": paper_id, "label": label, "at": now,
                  "changed_at": now, "sealed": _shut(key, actor.who, text)},
    )  # fmt: skip


@identity.action("meetings.note.change")
def change_note(*, actor: Actor, note_id: UUID, version: int, text: str, once: UUID) -> bool:
    """Say it otherwise, having read `version`; whether the note took the words.

    Where it was changed or taken away meanwhile, on another phone, the words are kept in a note beside it.
    Raises NotAllowedError, RefusedError.
    """
    said = _checked(text)
    with as_self(actor):
        note = _own(actor, note_id)
        is_again = str(once) in note.sent or words_of(note) == said
        is_kept = is_again or (note.version == version and note.ended_at is None)
        if is_kept and not is_again:
            note.sealed, note.version, note.changed_at = (
                _shut(note.id, note.person_id, said),
                note.version + 1,
                clock.now(),
            )
            note.is_beside, note.sent = False, [*note.sent, str(once)][-_SENT:]
            note.save()
        elif not is_kept:
            beside, _ = _made(actor, note.meeting_id, note.paper_id, note.label, said, once)
            Note.objects.filter(id=beside.id).update(is_beside=True)
    identity.record(actor, note_thing(note.id, actor.who), after={"changed": is_kept, "version": note.version})
    return is_kept


@identity.action("meetings.note.drop")
def drop_note(*, actor: Actor, note_id: UUID, version: int) -> bool:
    """Take a note away, having read `version`; False where it reads otherwise by now, and stays."""
    with as_self(actor):
        note = _own(actor, note_id)
        is_gone = note.ended_at is not None or note.version == version
        if is_gone and note.ended_at is None:
            note.sealed, note.ended_at = b"", clock.now()
            note.save()
    identity.record(actor, note_thing(note.id, actor.who), after={"dropped": is_gone})
    return is_gone


@identity.action("meetings.note.drop_all")
def drop_all(*, actor: Actor, meeting_id: UUID) -> int:
    """Erase all that the actor noted on a meeting's papers; how many notes."""
    with as_self(actor):
        _, found = Note.objects.filter(person_id=actor.who, meeting_id=meeting_id).delete()
    n = found.get("meetings.Note", 0)
    identity.record(actor, note_thing(actor.who, actor.who), after={"erased": n})
    return n


def _own(actor: Actor, note_id: UUID) -> Note:
    """One of the actor's own, locked; raises NotAllowedError."""
    found = Note.objects.select_for_update().filter(id=note_id).first()
    if found is None:
        raise NotAllowedError("meetings.note.keep")
    identity.must(actor, "meetings.note.keep", note_thing(found.id, found.person_id))
    return found
