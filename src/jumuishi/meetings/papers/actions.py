"""Ask for a paper, hand one in, bind the pack."""

from collections.abc import Iterable
from functools import partial
from uuid import UUID

from django.db import transaction

from jumuishi.documents import public as documents
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, NotAllowedError, Thing
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, files, scanning
from jumuishi.kernel.files import StoredFile, TooLargeError
from jumuishi.kernel.text import t
from jumuishi.meetings import naming
from jumuishi.meetings.calling import queries as calling
from jumuishi.meetings.calling.holding import held
from jumuishi.meetings.calling.in_force import orders_of
from jumuishi.meetings.calling.policies import SECRETARY, meeting_thing
from jumuishi.meetings.models import Item, Meeting
from jumuishi.meetings.orders.types import RefusedError
from jumuishi.meetings.papers import queries, rules
from jumuishi.meetings.papers.models import Ask, Pack, Paper
from jumuishi.meetings.papers.policies import ask_thing, may_give

LIMIT = 20 * 1024 * 1024


@identity.action("meetings.paper.ask")
def ask_for_paper(
    *, actor: Actor, meeting_id: UUID, item_id: UUID, what: str, asked_id: UUID | None, unit_id: UUID | None
) -> UUID:
    """Ask a person or a unit for a paper, due by the rule; the same of the same is the same ask.

    Raises NotAllowedError, RefusedError.
    """
    meeting = held(actor, meeting_id, *calling.AHEAD)
    item = _item(meeting, item_id)
    said = what.strip()[:160]
    if not said:
        raise RefusedError("paper_what")
    people = {one.person_id for one in institutions.people_in(meeting.institution_id)}
    units = {one for one, _ in institutions.units_of(meeting.institution_id)}
    if (asked_id is None) == (unit_id is None) or not ((asked_id in people) or (unit_id in units)):
        raise RefusedError("paper_of_whom")
    due, rule = rules.due_at(
        orders_of(meeting, institutions.today())[1], meeting.starts_at,
        institutions.working_time(meeting.institution_id).zone,
    )  # fmt: skip
    found, is_new = Ask.objects.get_or_create(
        institution_id=meeting.institution_id, item=item, what=said, asked_id=asked_id, unit_id=unit_id,
        defaults={"due_at": due, "by": actor.who, "at": clock.now()},
    )  # fmt: skip
    after = {"item": item.id, "what": said, "due_at": due, "rule": rule.clause, "new": is_new}
    identity.record(actor, ask_thing(found), after=after)
    return found.id


def _item(meeting: Meeting, item_id: UUID) -> Item:
    found = Item.objects.filter(institution_id=meeting.institution_id, meeting=meeting, id=item_id).first()
    if found is None:
        raise RefusedError("no_such_item")
    return found


def take_file(chunks: Iterable[bytes]) -> tuple[StoredFile, str, documents.Inside]:
    """Keep a file that came, looked through and read, before any transaction. Raises RefusedError, keeping nothing."""
    try:
        stored, scan = scanning.take(chunks, LIMIT)
    except TooLargeError:
        raise RefusedError("paper_large", most=LIMIT // (1024 * 1024)) from None
    except scanning.InfectedFileError:
        raise RefusedError("paper_infected") from None
    try:
        return stored, scan, documents.look_inside(files.path_of(stored.id).read_bytes())
    except documents.BadPdfError:
        files.drop(stored.id)
        raise RefusedError("paper_bad", most=documents.MOST_PAGES) from None


@identity.action("meetings.paper.give")
def give_paper(
    *, actor: Actor, item_id: UUID, ask_id: UUID | None, title: str,
    taken: tuple[StoredFile, str, documents.Inside],
) -> UUID:  # fmt: skip
    """Hand in a paper: for an ask, or as the secretary for an item. Another file of one title is its next edition.

    The same file again is the paper that is there. Once the pack is bound its pages are numbered behind what is there.
    Raises NotAllowedError, RefusedError.
    """
    ask = Ask.objects.filter(institution_id=actor.workplace, id=ask_id).first() if ask_id else None
    item = Item.objects.filter(institution_id=actor.workplace, id=ask.item_id if ask else item_id).first()
    if item is None or (ask_id and ask is None):
        raise NotAllowedError("meetings.paper.give")
    if ask is None:
        identity.must(actor, "meetings.meeting.keep", Thing("meeting", item.meeting_id, item.institution_id))
    elif not may_give(actor, ask):
        raise NotAllowedError("meetings.paper.give")
    meeting = Meeting.objects.select_for_update().get(id=item.meeting_id)
    if meeting.state not in calling.AHEAD:
        raise RefusedError("past_that")
    said = (ask.what if ask else title).strip()[:160]
    if not said:
        raise RefusedError("paper_what")
    stored, scan, inside = taken
    before = list(Paper.objects.filter(institution_id=item.institution_id, item=item, title=said).order_by("edition"))
    same = next((one for one in before if one.sha256 == stored.sha256), None)
    if same is not None and same.scan == scanning.INFECTED:
        files.drop(stored.id)
        raise RefusedError("paper_infected")
    if same is not None:
        files.drop(stored.id)
        identity.record(actor, meeting_thing(meeting), after={"sent_again": "paper"})
        return same.id
    now, pack = clock.now(), queries.pack_of(meeting)
    Paper.objects.filter(id__in=[one.id for one in before], replaced_at=None).update(replaced_at=now)
    made = Paper.objects.create(
        institution_id=item.institution_id, item=item, ask=ask, title=said, edition=len(before) + 1,
        file_id=stored.id, size=stored.size, sha256=stored.sha256, scan=scan, pages=inside.pages,
        texts=list(inside.texts), is_late=pack is not None or (ask is not None and now > ask.due_at),
        labels=_behind(meeting, item, inside.pages) if pack else [], by=actor.who, at=now,
    )  # fmt: skip
    if ask is not None:
        Ask.objects.filter(id=ask.id, given_at=None).update(given_at=now)
    after = {
        "paper": made.id, "item": item.id, "title": said, "edition": made.edition, "sha256": made.sha256,
        "labels": made.labels, "late": made.is_late,
    }  # fmt: skip
    _noted(pack, identity.record(actor, meeting_thing(meeting), after=after))
    return made.id


def _noted(pack: Pack | None, journal: UUID) -> None:
    """What is bound changed: the journal's row of it is among the bundle's proofs."""
    if pack is not None:
        pack.changed_at, pack.journal_ids = clock.now(), [*pack.journal_ids, str(journal)]
        pack.save(update_fields=["changed_at", "journal_ids"])


@identity.action("meetings.paper.scan")
def mark_scanned(*, actor: Actor, paper_id: UUID, scan: str, found: str) -> None:
    """Write down what the scanner said. An infected paper stands no more: its file goes, whoever gave it hears of it.

    What was asked for has not been given then; pages that are bound keep their numbers, and nobody reads them.
    """
    paper = Paper.objects.select_related("item").get(id=paper_id)
    meeting = Meeting.objects.select_for_update().get(id=paper.item.meeting_id)
    identity.must(actor, "meetings.paper.scan", meeting_thing(meeting))
    after = {"paper": paper.id, "title": paper.title, "sha256": paper.sha256, "scan": scan, "found": found}
    journal = identity.record(actor, meeting_thing(meeting), after=after)
    rows = Paper.objects.filter(id=paper.id)
    rows.update(scan=scan)
    if scan != scanning.INFECTED:
        return
    rows.update(is_open=False)
    rows.filter(replaced_at=None).update(replaced_at=clock.now())
    if paper.ask_id is not None and not Paper.objects.filter(ask=paper.ask_id, replaced_at=None).exists():
        Ask.objects.filter(id=paper.ask_id).update(given_at=None)
    _noted(queries.pack_of(meeting), journal)
    transaction.on_commit(partial(files.drop, paper.file_id))
    _tell_infected(meeting, paper)


def _tell_infected(meeting: Meeting, paper: Paper) -> None:
    def say(lang: str) -> tuple[str, str]:
        subject = t("meetings.paper_sms_infected", lang, what=paper.title, meeting=naming.name_of(meeting, lang))
        path = "nyaraka/" if paper.ask_id else f"mkutano/{meeting.id}/nyaraka/"
        return subject, f"{subject}\n\n{identity.link_to(f'/ofisi/mabaraza/{path}', lang)}\n"

    people = {paper.by, *institutions.role_holders(meeting.institution_id, SECRETARY)}
    identity.tell(people, say, purpose="meetings.paper")


def _behind(meeting: Meeting, item: Item, count: int) -> list[str]:
    """The labels of a supplement: behind the last page of its item, or of the items before it."""
    rows = Paper.objects.filter(institution_id=meeting.institution_id, item__meeting=meeting)
    found = list(rows.values_list("item__position", "labels"))
    number = rules.last_number(one for position, labels in found if position <= item.position for one in labels)
    return documents.labels_after(number, (one for _, labels in found for one in labels), count)


@identity.action("meetings.paper.open")
def open_paper(*, actor: Actor, meeting_id: UUID, paper_id: UUID, is_open: bool) -> None:
    """Let the public read an edition once members have it, or no more. Never one of a closed item.

    Raises NotAllowedError, RefusedError.
    """
    meeting = held(actor, meeting_id, *(one for one in Meeting.State if one != Meeting.State.CANCELLED))
    paper = next((one for one in queries.papers_of(meeting) if one.id == paper_id), None)
    if paper is None:
        raise RefusedError("paper_gone")
    if is_open and paper.item.is_closed:
        raise RefusedError("paper_of_closed")
    if is_open and not (meeting.is_public and meeting.body.is_public):
        raise RefusedError("paper_no_public")
    Paper.objects.filter(id=paper.id).update(is_open=is_open)
    after = {"paper": paper.id, "title": paper.title, "edition": paper.edition, "open": is_open}
    identity.record(actor, meeting_thing(meeting), before={"open": paper.is_open}, after=after)


@identity.action("meetings.pack.bind")
def bind_pack(*, actor: Actor, meeting_id: UUID) -> int:
    """Number the pages of all papers that are there, once and for ever; how many pages. Raises RefusedError."""
    meeting = held(actor, meeting_id, *calling.AHEAD)
    if queries.pack_of(meeting) is not None:
        identity.record(actor, meeting_thing(meeting), after={"sent_again": "bind"})
        return 0
    papers = queries.papers_of(meeting)
    if not papers:
        raise RefusedError("no_papers")
    for one, labels in zip(papers, rules.numbered([one.pages for one in papers]), strict=True):
        one.labels = labels
    Paper.objects.bulk_update(papers, ["labels"])
    pages = sum(one.pages for one in papers)
    listed = [{"sha256": one.sha256, "pages": f"{one.labels[0]}-{one.labels[-1]}"} for one in papers]
    journal = identity.record(actor, meeting_thing(meeting), after={"bound": pages, "papers": listed})
    now = clock.now()
    Pack.objects.create(
        institution_id=meeting.institution_id, meeting=meeting, by=actor.who, at=now, changed_at=now,
        journal_ids=[str(journal)],
    )  # fmt: skip
    return pages
