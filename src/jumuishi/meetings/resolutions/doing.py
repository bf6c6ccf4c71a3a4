"""What is done about a duty, by whoever's it is; and accepted or sent back by who asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial
from uuid import UUID

from django.db import transaction

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, NotAllowedError, Thing
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, files, scanning, tenancy
from jumuishi.kernel.files import StoredFile
from jumuishi.meetings.minutes.source import SYSTEM
from jumuishi.meetings.models import Duty, Resolution, Step
from jumuishi.meetings.resolutions.policies import duty_thing, is_doer, resolution_thing
from jumuishi.meetings.resolutions.telling import tell_askers, tell_doers
from jumuishi.meetings.resolutions.types import ResolutionError

LIMIT = 5 * 1024 * 1024
# What evidence may be, by its first bytes: papers and pictures, nothing that runs.
KINDS = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
OPEN = (Duty.State.WAITING, Duty.State.ACKNOWLEDGED)


@dataclass(frozen=True)
class Said:
    """What an act says: words, a date, a piece of evidence; `command` is the form's, so that it comes once."""

    command: UUID
    text: str = ""
    on: date | None = None
    file: tuple[str, Iterable[bytes]] | None = None


def locked(duty_id: UUID) -> Duty:
    """The duty, locked; raises NotAllowedError where there is none. Called as the platform."""
    rows = Duty.objects.select_for_update(of=("self",)).select_related("resolution__body")
    found = rows.filter(id=duty_id).first()
    if found is None:
        raise NotAllowedError("meetings.duty.do")
    return found


def is_late(duty: Duty) -> bool:
    """Whether its day is over and it is not reported."""
    return duty.state in OPEN and duty.due_on < institutions.today()


@identity.action("meetings.duty.do")
def do(*, actor: Actor, duty_id: UUID, act: str, said: Said) -> None:
    """`acknowledge`, `commit` (to a day), `note`, `report`: by whoever's duty it is; the same command is one step.

    After its day, and for a day beyond it, words are needed that say why. Raises NotAllowedError, ResolutionError.
    """
    with tenancy.acting_as(SYSTEM):
        duty = locked(duty_id)
        if not is_doer(actor, duty):
            raise NotAllowedError("meetings.duty.do")
        if not _done_before(duty, said):
            _check(duty, act, said)
            _move(duty, act, said, actor)
            _step(duty, act, said, actor)
            if act == "report":
                tell_askers(duty, "reported")
        identity.record(actor, duty_thing(duty), after={"act": act, "state": duty.state, "on": said.on})


def _done_before(duty: Duty, said: Said) -> bool:
    return Step.objects.filter(duty=duty, command=said.command).exists()


def _check(duty: Duty, act: str, said: Said) -> None:
    if act not in ("acknowledge", "commit", "note", "report") or duty.state not in OPEN:
        raise ResolutionError("past_that")
    if act == "acknowledge" and duty.state != Duty.State.WAITING:
        raise ResolutionError("past_that")
    if act == "commit" and (said.on is None or said.on < institutions.today()):
        raise ResolutionError("no_date")
    beyond = act == "commit" and said.on is not None and said.on > duty.due_on
    if (beyond or (act == "report" and is_late(duty))) and not said.text.strip():
        raise ResolutionError("why_late")
    if act == "note" and not said.text.strip() and said.file is None:
        raise ResolutionError("no_text")
    if act == "report" and not said.text.strip():
        raise ResolutionError("no_text")


def _move(duty: Duty, act: str, said: Said, actor: Actor) -> None:
    now = clock.now()
    if act in ("acknowledge", "commit", "report") and duty.acknowledged_at is None:
        duty.acknowledged_at = now
        duty.state = Duty.State.ACKNOWLEDGED
    if act == "commit":
        duty.committed_on = said.on
    if act == "report":
        duty.state, duty.reported_at, duty.reported_by = Duty.State.REPORTED, now, actor.who
    duty.save()


def _step(duty: Duty, kind: str, said: Said, actor: Actor) -> None:
    name, media, stored, scan = "", "", None, scanning.UNSCANNED
    if said.file is not None:
        name, (media, stored, scan) = said.file[0], _keep(said.file[1])
    Step.objects.create(
        institution_id=duty.institution_id, duty=duty, asked_by=duty.asked_by, kind=kind, text=said.text.strip()[:2000],
        file_id=stored.id if stored else None, file_name=name[:120], file_type=media,
        sha256=stored.sha256 if stored else "", scan=scan, by=actor.person_id, name=actor.name[:120], at=clock.now(),
        command=said.command,
    )  # fmt: skip


def _keep(chunks: Iterable[bytes]) -> tuple[str, StoredFile, str]:
    """The file on disk, looked through, if it is of KINDS by its first bytes and no larger than LIMIT.

    Raises ResolutionError, keeping nothing.
    """
    try:
        stored, scan = scanning.take(chunks, LIMIT)
    except files.TooLargeError:
        raise ResolutionError("file_large") from None
    except scanning.InfectedFileError:
        raise ResolutionError("file_infected") from None
    first = next(iter(files.read(stored.id)), b"")
    media = next((kind for start, kind in KINDS.items() if first.startswith(start)), "")
    if not media:
        files.drop(stored.id)
        raise ResolutionError("file_kind")
    return media, stored, scan


@identity.policy("meetings.evidence.scan")
def may_scan(actor: Actor, thing: Thing) -> bool:
    """What a scanner said is the platform's to write down."""
    return identity.is_system(actor, thing)


def unscanned() -> list[tuple[UUID, UUID]]:
    """Evidence that nobody looked through yet, oldest first: step and file."""
    rows = Step.objects.filter(scan=scanning.UNSCANNED).exclude(file_id=None).order_by("at")
    return [(one.id, one.file_id) for one in rows.only("id", "file_id")[:50] if one.file_id is not None]


@identity.action("meetings.evidence.scan")
def mark_scanned(*, actor: Actor, step_id: UUID, scan: str, found: str) -> None:
    """Write down what the scanner said. An infected file goes, its step stays, and whose duty it is hears of it."""
    with tenancy.acting_as(SYSTEM):
        step = Step.objects.select_for_update(of=("self",)).select_related("duty__resolution__body").get(id=step_id)
        thing = duty_thing(step.duty)
        identity.must(actor, "meetings.evidence.scan", thing)
        Step.objects.filter(id=step.id).update(scan=scan)
        identity.record(actor, thing, after={"step": step.id, "sha256": step.sha256, "scan": scan, "found": found})
        if scan == scanning.INFECTED and step.file_id is not None:
            transaction.on_commit(partial(files.drop, step.file_id))
            tell_doers(step.duty.resolution, [step.duty], "infected")


@identity.action("meetings.duty.judge")
def judge(*, actor: Actor, duty_id: UUID, accept: bool, said: Said) -> None:
    """Who asked accepts what was reported, or sends it back with a reason; not who reported it.

    The resolution is done when each duty of it is accepted. Raises NotAllowedError, ResolutionError.
    """
    with tenancy.acting_as(SYSTEM):
        duty = locked(duty_id)
        resolution = Resolution.objects.select_for_update().get(id=duty.resolution_id)
        identity.must(actor, "meetings.resolution.accept", resolution_thing(resolution))
        if not _done_before(duty, said):
            if duty.state != Duty.State.REPORTED:
                raise ResolutionError("past_that")
            _another(actor, duty)
            if not accept and not said.text.strip():
                raise ResolutionError("no_reason")
            if accept:
                duty.state, duty.accepted_at = Duty.State.ACCEPTED, clock.now()
            else:
                duty.state, duty.reported_at, duty.reported_by = Duty.State.ACKNOWLEDGED, None, None
                duty.reminded_at = duty.late_told_at = None
            duty.save()
            _step(duty, "accept" if accept else "return", said, actor)
            _close(resolution)
            tell_doers(resolution, [duty], "accepted" if accept else "returned")
        identity.record(actor, duty_thing(duty), after={"state": duty.state, "resolution": resolution.state})


def _another(actor: Actor, duty: Duty) -> None:
    if duty.reported_by is not None:
        natural = identity.natural_people([duty.reported_by, actor.who])
        if natural[duty.reported_by] == natural[actor.who]:
            raise ResolutionError("two_people")


def _close(resolution: Resolution) -> None:
    if not resolution.duties.exclude(state=Duty.State.ACCEPTED).exists():
        resolution.state, resolution.done_at = Resolution.State.DONE, clock.now()
        resolution.save(update_fields=["state", "done_at"])
