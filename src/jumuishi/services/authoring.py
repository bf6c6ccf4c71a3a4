"""The catalogue's verbs: an author proposes an edition, another approves it; one that harms is withdrawn at once."""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.db.models import Max

from jumuishi.definitions import public as definitions
from jumuishi.definitions.types import Finding, Package, StoryResult
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel import clock
from jumuishi.kernel.canonical import digest
from jumuishi.kernel.events import tell
from jumuishi.kernel.ids import new_id
from jumuishi.services import events, letters
from jumuishi.services.editions import definition
from jumuishi.services.models import Edition, Proposal
from jumuishi.services.types import EditionRefusedError, SamePersonError, SettingRefusedError

STORIES = 2
"""How many stories of its author a service must have before anybody offers it."""
STORY_SECONDS = 10.0
AT_THE_DOOR = ("services.unreadable", "services.unsound", "services.stories_needed")
"""Why the check at the door refuses what was sound when it was proposed."""


def faults_of(files: Mapping[str, str]) -> list[Finding]:
    """What the whole check says of these files, warnings too; raises EditionRefusedError where nothing can be read."""
    return list(_faults_once(tuple(sorted(files.items()))))


@lru_cache(maxsize=64)
def _faults_once(files: tuple[tuple[str, str], ...]) -> tuple[Finding, ...]:
    # Seconds a package, and a page of a proposal is read often; the same bytes always mean the same.
    try:
        return tuple(definitions.check_files({name: text.encode() for name, text in files}))
    except definitions.UnreadableError as error:
        raise EditionRefusedError("services.unreadable") from error


def stories_of(files: Mapping[str, str]) -> list[StoryResult]:
    """How each of the author's stories among these files goes; none of files in which there is no package."""
    return list(_stories_once(tuple(sorted(files.items()))))


@lru_cache(maxsize=64)
def _stories_once(files: tuple[tuple[str, str], ...]) -> tuple[StoryResult, ...]:
    raw = {name: text.encode() for name, text in files}
    package = definitions.package_of(raw)
    return tuple(definitions.play_files(package, raw, seconds=STORY_SECONDS)) if package is not None else ()


def _sound(files: Mapping[str, str]) -> Package:
    """The package in these files, checked whole, its author's stories played; raises EditionRefusedError."""
    found = [one for one in faults_of(files) if not one.is_warning]
    if found:
        raise EditionRefusedError("services.unsound", found)
    played = stories_of(files)
    failed = [one for one in played if not one.holds]
    if failed or len(played) < STORIES:
        held = len(played) - len(failed)
        raise EditionRefusedError("services.stories_needed", stories=failed, n=STORIES, held=held)
    return definitions.edition_of_files({name: text.encode() for name, text in files.items()}).package


def is_same_person(one: UUID | None, other: UUID | None) -> bool:
    """Whether two ids are one natural person; nobody is nobody's like."""
    known = identity.natural_people([one, other]) if one is not None and other is not None else {}
    return one is not None and other is not None and known[one] == known[other]


def before(service: str) -> Edition | None:
    """The newest edition of a service that stands in the catalogue."""
    return Edition.objects.filter(service=service, withdrawn_at__isnull=True).order_by("-number").first()


@identity.action("services.edition.propose")
def propose_edition(*, actor: Actor, files: Mapping[str, str], note: str) -> UUID:
    """The author lays an edition before a second person; one at a time for each service. The same again is the same.

    Raises EditionRefusedError with the findings, with stories that are missing or do not hold, for one that is in the
    catalogue, and while another waits.
    """
    edition_id = new_id()
    identity.must(actor, "services.edition.propose", Thing("proposal", edition_id))
    package = _sound(files)
    fixed = definitions.edition_of(package)
    if Edition.objects.filter(hash=fixed.hash).exists():
        raise EditionRefusedError("services.edition_known")
    waiting = Proposal.objects.filter(service=package.service, state=Proposal.State.OPEN).first()
    if waiting is not None and (waiting.hash, waiting.author_id) == (fixed.hash, actor.person_id):
        identity.record(actor, Thing("proposal", waiting.id), after={"sent_again": "propose"})
        return waiting.id
    if waiting is not None:
        raise EditionRefusedError("services.edition_waits")
    if not note.strip():
        raise EditionRefusedError("services.need_note")
    row = Proposal.objects.create(
        id=edition_id, service=package.service, hash=fixed.hash, files=dict(files), name=dict(package.name),
        note=note.strip()[:500], author_id=actor.person_id, created_at=clock.now(),
    )  # fmt: skip
    identity.record(
        actor, Thing("proposal", row.id), after={"service": row.service, "hash": row.hash, "note": row.note}
    )
    return row.id


def _open(actor: Actor, proposal_id: UUID) -> Proposal:
    identity.must(actor, "services.edition.propose", Thing("proposal", proposal_id))
    row = Proposal.objects.select_for_update().get(id=proposal_id)
    if row.state != Proposal.State.OPEN:
        raise EditionRefusedError("services.edition_decided")
    return row


@identity.action("services.edition.say_same")
def say_same_meaning(*, actor: Actor, proposal_id: UUID, fields: Collection[str]) -> None:
    """The author says of which questions only the words changed, so that no applicant is asked about them anew.

    The approver sees it and answers for it with the edition. Raises EditionRefusedError.
    """
    row = _open(actor, proposal_id)
    if row.author_id != actor.person_id:
        raise EditionRefusedError("services.author_only")
    earlier = before(row.service)
    known = reworded(earlier, row)
    said = sorted(set(fields) & set(known))
    old = row.same_meaning
    row.same_meaning = said
    row.save(update_fields=["same_meaning"])
    identity.record(actor, Thing("proposal", row.id), before={"same_meaning": old}, after={"same_meaning": said})


def reworded(earlier: Edition | None, row: Proposal) -> dict[str, dict[str, str]]:
    """The questions that read otherwise than in the edition before: their labels of now by name."""
    if earlier is None:
        return {}
    found = definitions.reworded_fields(definition(earlier.hash).package, definition(row.hash).package)
    return {name: dict(one.label) if one.label else {"sw": name, "en": name} for name, one in found.items()}


def seen_of(row: Proposal) -> str:
    """What an approver answers for besides the files: which edition it follows, and what is said to mean the same.

    A short mark of both.
    """
    earlier = before(row.service)
    return digest([earlier.hash if earlier else "", row.same_meaning])[:16]


def publish_edition(*, actor: Actor, proposal_id: UUID, seen: str | None = None) -> UUID:
    """The approver, another natural person, puts it into the catalogue; check and stories run again at the door.

    `seen` is what seen_of said when the approver read it. The same person again is the same edition. Where the door
    refuses it, its author is told. Raises SamePersonError, EditionRefusedError.
    """
    try:
        return _publish(actor=actor, proposal_id=proposal_id, seen=seen)
    except EditionRefusedError as error:
        if error.code in AT_THE_DOOR:
            _stopped(actor=actor, proposal_id=proposal_id, error=error)
        raise


@identity.action("services.edition.stopped")
def _stopped(*, actor: Actor, proposal_id: UUID, error: EditionRefusedError) -> None:
    """The author is told once that the door did not let it through, however often it is tried."""
    row = _open(actor, proposal_id)
    codes = sorted({one.code for one in error.findings})
    if row.stopped_at is None:
        row.stopped_at = clock.now()
        row.save(update_fields=["stopped_at"])
        letters.stopped(row, error)
    identity.record(actor, Thing("proposal", row.id), after={"stopped": error.code, "codes": codes})


@identity.action("services.edition.publish")
def _publish(*, actor: Actor, proposal_id: UUID, seen: str | None) -> UUID:
    identity.must(actor, "services.edition.publish", Thing("proposal", proposal_id))
    done = Proposal.objects.filter(id=proposal_id, state=Proposal.State.PUBLISHED, decided_by=actor.person_id).first()
    if done is not None and done.edition_id is not None:
        identity.record(actor, Thing("edition", done.edition_id), after={"sent_again": "publish"})
        return done.edition_id
    row = _open(actor, proposal_id)
    if is_same_person(row.author_id, actor.person_id):
        raise SamePersonError
    if seen is not None and seen != seen_of(row):
        raise EditionRefusedError("services.proposal_changed")
    package = _sound(row.files)
    if definitions.edition_of(package).hash != row.hash:
        raise EditionRefusedError("services.unsound")
    edition_id = keep_edition(package, row.files, row.hash, same_meaning=row.same_meaning)
    row.state, row.decided_by, row.decided_at = Proposal.State.PUBLISHED, actor.person_id, clock.now()
    row.edition_id = edition_id
    row.save(update_fields=["state", "decided_by", "decided_at", "edition"])
    identity.record(
        actor, Thing("edition", edition_id),
        after={"service": row.service, "hash": row.hash, "author": row.author_id, "same_meaning": row.same_meaning},
    )  # fmt: skip
    tell(events.EditionPublished(edition_id, row.service))
    letters.published(row, Edition.objects.get(id=edition_id).number, faults_of(row.files))
    return edition_id


def keep_edition(
    package: Package, files: Mapping[str, str], edition_hash: str, *, same_meaning: list[str] | None = None,
    now: datetime | None = None,
) -> UUID:  # fmt: skip
    """The next edition of a service, as a row that stands; the stories stay with the author and the proposal."""
    last = Edition.objects.filter(service=package.service).aggregate(n=Max("number"))["n"] or 0
    return Edition.objects.create(
        id=new_id(), service=package.service, number=last + 1, hash=edition_hash,
        files={name: text for name, text in files.items() if "/" not in name},
        name=dict(package.name), about=dict(package.about), offered_by=list(package.offered_by),
        doors=list(package.doors), same_meaning=same_meaning or None, created_at=now or clock.now(),
    ).id  # fmt: skip


@identity.action("services.edition.refuse")
def refuse_edition(*, actor: Actor, proposal_id: UUID, reason: str) -> None:
    """The second person sends it back with a reason, and the author is told; the author may take it back without one.

    Again is the same. Raises EditionRefusedError.
    """
    identity.must(actor, "services.edition.propose", Thing("proposal", proposal_id))
    done = Proposal.objects.filter(id=proposal_id, decided_by=actor.person_id).first()
    if done is not None and done.state in (Proposal.State.REFUSED, Proposal.State.TAKEN_BACK):
        identity.record(actor, Thing("proposal", done.id), after={"sent_again": "refuse"})
        return
    row = _open(actor, proposal_id)
    is_own = row.author_id == actor.person_id
    if not is_own and not reason.strip():
        raise EditionRefusedError("services.reason_missing")
    row.state = Proposal.State.TAKEN_BACK if is_own else Proposal.State.REFUSED
    row.reason, row.decided_by, row.decided_at = reason.strip()[:500], actor.person_id, clock.now()
    row.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    identity.record(actor, Thing("proposal", row.id), after={"state": row.state, "reason": row.reason})
    if not is_own:
        letters.sent_back(row, faults_of(row.files))


@identity.action("services.edition.withdraw")
def withdraw_edition(*, actor: Actor, edition_id: UUID, reason: str) -> None:
    """No new application under this edition from this moment, at any institution; open cases go on under it.

    One person does it, for it has to happen at once. Again is the same. Raises SettingRefusedError without a reason.
    """
    thing = Thing("edition", edition_id)
    identity.must(actor, "services.edition.publish", thing)
    row = Edition.objects.select_for_update().defer("files").get(id=edition_id)
    if row.withdrawn_at is not None:
        identity.record(actor, thing, after={"sent_again": "withdraw"})
        return
    if not reason.strip():
        raise SettingRefusedError("services.reason_missing")
    row.withdrawn_at, row.withdrawn_reason = clock.now(), reason.strip()[:500]
    row.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    identity.record(actor, thing, after={"withdrawn": row.withdrawn_reason, "hash": row.hash})
    tell(events.EditionWithdrawn(row.id, row.service))
