"""Moving: started by an officer who saw what will happen; each case on its own; what is asked its applicant settles."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from jumuishi.cases import effects, engine, messages, search
from jumuishi.cases.actions.things import SYSTEM, case_thing, locked
from jumuishi.cases.models import Case
from jumuishi.cases.moving import looking
from jumuishi.cases.moving.judging import Judge, whys
from jumuishi.cases.moving.models import Move, MoveItem
from jumuishi.cases.types import CaseError
from jumuishi.definitions.machine.types import CaseState
from jumuishi.definitions.moving.types import Verdict
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.canonical import digest
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.spoken import say_date
from jumuishi.kernel.text import t
from jumuishi.services import public as services

State = MoveItem.State


@identity.action("cases.move.start")
def start_move(*, actor: Actor, offering_id: UUID, answer_days: int) -> UUID:
    """Move the open cases of a service to the edition that the institution runs now; a second start joins the first.

    `answer_days`: how long an applicant has to answer what the move asks (1 to 90). Raises CaseError.
    """
    ref = services.offering(offering_id)
    if ref is None or ref.institution_id != actor.workplace:
        raise CaseError("cases.move_nothing")
    thing = Thing("offering", ref.id, ref.institution_id)
    identity.must(actor, "cases.move.start", thing)
    if ref.withdrawn is not None:
        raise CaseError("cases.move_withdrawn")
    if not 1 <= answer_days <= 90:
        raise CaseError("cases.move_days")
    running = Move.objects.filter(
        institution_id=ref.institution_id, offering_id=ref.id, kind=Move.Kind.MOVE, state=Move.State.RUNNING
    ).first()
    if running is not None:
        identity.record(actor, thing, after={"sent_again": "move"})
        return running.id
    move = Move.objects.create(
        id=new_id(), institution_id=ref.institution_id, offering_id=ref.id, service=ref.service,
        edition_hash=ref.edition_hash, kind=Move.Kind.MOVE, officer_id=actor.who, appointment_id=actor.appointment_id,
        answer_days=answer_days, created_at=clock.now(),
    )  # fmt: skip
    move.all = looking.open_cases(move, move.institution_id).count()
    move.save(update_fields=["all"])
    identity.record(actor, thing, after={"move": move.id, "edition": move.edition_hash, "answer_days": answer_days})
    return move.id


def still_runs(move: Move) -> bool:
    """Whether the edition of a move is the one that runs: not withdrawn, and no newer one taken up since."""
    ref = services.offering(move.offering_id) if move.offering_id else None
    return ref is not None and ref.edition_hash == move.edition_hash and ref.withdrawn is None


@identity.action("cases.case.move")
def move_case(*, actor: Actor, move_id: UUID, case_id: UUID, judge: Judge | None = None) -> str:
    """What comes of one case: moved, asked, or cannot, which is written down and changes nothing. Again is the same.

    `judge` is whoever judges many of one move. Raises CaseError once the edition runs no more.
    """
    case = locked(case_id, None)
    identity.must(actor, "cases.move.start", Thing("offering", case.offering_id, case.institution_id))
    move = Move.objects.get(id=move_id)
    if not still_runs(move):
        raise CaseError("cases.move_withdrawn")
    done = MoveItem.objects.filter(institution_id=case.institution_id, move=move, case=case).first()
    if done is not None or case.edition_hash == move.edition_hash:
        identity.record(actor, case_thing(case), after={"sent_again": "move"})
        return done.state if done else State.MOVED
    judge = judge or Judge(move.edition_hash, clock.now())
    found = judge.verdict(case)
    old = services.definition(case.edition_hash).package
    item = MoveItem(
        id=new_id(), institution_id=case.institution_id, person_id=case.person_id, move=move, case=case,
        from_hash=case.edition_hash, to_hash=move.edition_hash, why=whys(found, old, judge.package),
        created_at=clock.now(),
    )  # fmt: skip
    said = {"to": move.edition_hash, "verdict": found.kind}
    if found.state is not None:
        before = {"edition": case.edition_hash, "state": digest(case.state)}
        item.state, item.settled_at = State.MOVED, clock.now()
        _take_along(case, found.state, judge)
        with tenancy.acting_as(SYSTEM):
            effects.write_note(case, actor, "edition", "", role="")
            messages.send(case, _sms("cases.sms_edition_moved", case), f"moved:{move.edition_hash}")
        identity.record(actor, case_thing(case), before=before, after={**said, "state": digest(case.state)})
    elif found.reasons:
        item.state, item.settled_at = State.CANNOT, clock.now()
        identity.record(actor, case_thing(case), after={**said, "why": item.why})
    else:
        _ask(case, item, move, actor)
        identity.record(actor, case_thing(case), after={**said, "why": item.why, "until": item.asked_until})
    item.save(force_insert=True)
    return item.state


def _ask(case: Case, item: MoveItem, move: Move, actor: Actor) -> None:
    """Something to settle by a day; what an earlier move asked, this one asks in its place."""
    item.state, item.asked_until = State.ASKED, clock.now() + clock.seconds(move.answer_days * 86400)
    with tenancy.acting_as(SYSTEM):
        MoveItem.objects.filter(institution_id=case.institution_id, case=case, state=State.ASKED).update(
            state=State.LAPSED, settled_at=clock.now()
        )
        work = institutions.working_time(case.institution_id)
        day = say_date(item.asked_until.astimezone(ZoneInfo(work.zone)).date(), case.language, weekday=False)
        effects.write_note(case, actor, "edition_ask", day)
        messages.send(case, _sms("cases.sms_move_asked", case, day=day), f"move_asked:{item.id}")


def _sms(key: str, case: Case, **more: str) -> str:
    lang = case.spoken
    return t(key, lang, service=case.service_name[lang], number=case.reference, **more)


def _take_along(case: Case, state: CaseState, judge: Judge) -> None:
    """The case under the newer edition: its stage, its clocks and what is open stay as they are."""
    with tenancy.acting_as(SYSTEM):
        case.settings = judge.settings(case)
    case.edition_hash = judge.edition_hash
    frame = engine.frame_of(case)
    seen = case.version
    engine.take_state(case, frame, state)
    # Whoever has it open looks again: other words, other acts.
    case.version = seen + 1
    case.answers_hash = digest(case.state["answers"])
    case.title = search.title_of(frame.edition.package, case.state["answers"])
    with tenancy.acting_as(SYSTEM):
        case.save()
        search.index(case)


def asked_of(case: Case, now: datetime) -> MoveItem | None:
    """What a move asks of the applicant of a case, while there is time and the edition stands."""
    rows = MoveItem.objects.filter(institution_id=case.institution_id, case=case, state=State.ASKED)
    item = rows.filter(asked_until__gt=now).first()
    edition = services.edition_by_hash(item.to_hash) if item is not None else None
    return item if edition is not None and edition.withdrawn is None else None


def _last(case: Case) -> MoveItem | None:
    return MoveItem.objects.filter(institution_id=case.institution_id, case=case).order_by("-created_at").first()


def is_settled(case: Case) -> bool:
    """Whether the last move asked something and the applicant agreed."""
    last = _last(case)
    return last is not None and last.state == State.AGREED and case.edition_hash == last.to_hash


@identity.action("cases.move.agree")
def agree(*, actor: Actor, case_id: UUID, given: Mapping[str, Any], agreed: Collection[str]) -> Verdict:
    """The applicant answers and agrees; the case moves once nothing is left to settle.

    The verdict says what is still open (nothing has changed then), or why it cannot move any more. Again is the same.
    Raises CaseError when nothing is asked.
    """
    case = locked(case_id, None)
    thing = case_thing(case)
    identity.must(actor, "cases.move.settle", thing)
    item = asked_of(case, clock.now())
    if item is None and is_settled(case):
        identity.record(actor, thing, after={"sent_again": "agree"})
        return Verdict(state=engine.state_of(case))
    if item is None:
        raise CaseError("cases.move_nothing")
    judge = Judge(item.to_hash, clock.now())
    with tenancy.acting_as(SYSTEM):
        found = judge.verdict(case, given=given, agreed=agreed)
        settled = judge.verdict(case, given=given)
    if found.state is None and not found.reasons:
        identity.record(actor, thing, after={"move": item.to_hash, "still": [one.why for one in found.asks]})
        return found
    old = services.definition(case.edition_hash).package
    before = {"edition": case.edition_hash, "state": digest(case.state)}
    item.settled_at = clock.now()
    if found.state is None:
        item.state, item.why = State.CANNOT, whys(found, old, judge.package)
        after: dict[str, Any] = {"move": item.to_hash, "verdict": "cannot", "why": item.why}
    else:
        words = [
            {"why": one.why, "field": one.field, "before": one.before, "after": one.after, "mark": one.mark}
            for one in settled.asks
            if one.mark in agreed
        ]
        item.state, item.consent = State.AGREED, {"answered": sorted(given), "agreed": words}
        _take_along(case, found.state, judge)
        answers = {name: case.state["answers"].get(name) for name in given}
        after = {
            "act": {"agree": answers, "agreed": words}, "to": item.to_hash, "state": digest(case.state),
            "answers": case.answers_hash,
        }  # fmt: skip
        with tenancy.acting_as(SYSTEM):
            effects.write_note(case, actor, "edition", "")
    with tenancy.acting_as(SYSTEM):
        item.save()
    identity.record(actor, thing, before=before, after=after)
    return found


@identity.action("cases.move.decline")
def decline(*, actor: Actor, case_id: UUID) -> None:
    """The case stays under its edition: the applicant says so, or the day has passed. Again is the same.

    Raises CaseError when nothing is asked.
    """
    case = locked(case_id, None)
    thing = case_thing(case)
    identity.must(actor, "cases.move.settle", thing)
    with tenancy.acting_as(SYSTEM):
        row = MoveItem.objects.filter(institution_id=case.institution_id, case=case, state=State.ASKED).first()
        is_late = actor.person_id is None
        last = _last(case) if row is None and not is_late else None
        if last is not None and last.state == State.DECLINED:
            identity.record(actor, thing, after={"sent_again": "decline"})
            return
        if row is None:
            raise CaseError("cases.move_nothing")
        row.state, row.settled_at = State.LAPSED if is_late else State.DECLINED, clock.now()
        row.save(update_fields=["state", "settled_at"])
        effects.write_note(case, actor, "edition_stay", "")
    identity.record(actor, thing, after={"move": row.to_hash, "stays": case.edition_hash, "late": is_late})


def lapsed(now: datetime) -> list[UUID]:
    """Cases whose applicants did not answer in time."""
    rows = MoveItem.objects.filter(state=State.ASKED, asked_until__lte=now)
    return list(rows.order_by("asked_until").values_list("case_id", flat=True)[:500])
