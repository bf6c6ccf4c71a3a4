"""What a story expects of the case after an act: stage, clock, bill, document, message."""

from collections.abc import Mapping
from typing import Any

from jumuishi.definitions.machine.clock import start_clock
from jumuishi.definitions.machine.effects import Message
from jumuishi.definitions.machine.state import Clock
from jumuishi.definitions.model import Package, Within
from jumuishi.definitions.stories.playing import Playing
from jumuishi.definitions.stories.read import StoryFault
from jumuishi.kernel.numbers import normalise
from jumuishi.kernel.worktime import Span


def expect(stage: Playing, expected: Any) -> None:
    """Raises StoryFault for the first that is not so."""
    if not isinstance(expected, Mapping):
        raise StoryFault("expect is a mapping")
    for key, wanted in expected.items():
        check = _CHECKS.get(str(key))
        if check is None:
            raise StoryFault(f"nothing called {key} can be expected")
        check(stage, wanted)


def _same(what: str, wanted: Any, found: Any) -> None:
    if wanted != found:
        raise StoryFault(f"expected {what} {wanted}, found {found}")


def _expect_stage(stage: Playing, wanted: Any) -> None:
    _same("stage", wanted, stage.case.stage)


def _expect_due(stage: Playing, wanted: Any) -> None:
    clocks = [stage.case.task.due] if stage.case.task else [seat.due for seat in stage.case.seats if seat.is_open]
    if stage.case.wait is not None:
        clocks = [stage.case.wait.expires]
    elif stage.case.bill is not None:
        clocks = [stage.case.bill.expires]
    found = sorted({f"{one.n} {one.unit}" for one in clocks if one is not None})
    if str(wanted) not in found and not _is_moment(stage, str(wanted), [one for one in clocks if one is not None]):
        raise StoryFault(f"expected due {wanted}, found {' and '.join(found) or 'nothing due'}")


def _is_moment(stage: Playing, wanted: str, clocks: list[Clock]) -> bool:
    """The same moment said in another unit, as 8 working_hours for 1 working_days."""
    try:
        span = Span.parse(wanted)
    except ValueError as error:
        raise StoryFault(f"not a span of time: {wanted}") from error
    within = Within(span.unit, span.n)
    return any(start_clock(within, one.since, stage.settings, stage.working_time).at == one.at for one in clocks)


def _expect_bill(stage: Playing, wanted: Any) -> None:
    _same("bill", str(wanted), str(stage.case.bill.total if stage.case.bill else 0))


def _expect_document(stage: Playing, wanted: Any) -> None:
    found = [one.document for one in stage.case.issued]
    if wanted not in found and not (wanted in (None, False) and not found):
        raise StoryFault(f"expected document {wanted}, found {', '.join(found) or 'none issued'}")


def _expect_valid_until(stage: Playing, wanted: Any) -> None:
    found = stage.case.issued[-1].valid_until if stage.case.issued else None
    _same("valid_until", str(wanted), found)


def _expect_replaces(stage: Playing, wanted: Any) -> None:
    """The number of the document that the one just issued took the place of; false for none."""
    _same("replaces", "" if wanted in (None, False) else normalise(str(wanted)), stage.replaces)


def _expect_claims(stage: Playing, wanted: Any) -> None:
    found = stage.case.issued[-1].claims if stage.case.issued else {}
    if not isinstance(wanted, Mapping):
        raise StoryFault("claims are a mapping")
    for name, value in wanted.items():
        claim = found.get(name)
        shown = {True: "true", False: "false"}.get(claim, str(claim)) if isinstance(claim, bool) else claim
        _same(f"claim {name}", value, shown if shown is None else str(shown))


def _expect_sms(stage: Playing, wanted: Any) -> None:
    """True or false: whether a message went out at the step before; a text: the stage's id, or words of the message."""
    sent = [one for one in stage.last if isinstance(one, Message)]
    said = [text for one in sent for text in _words_of(stage.package, one)]
    if isinstance(wanted, bool):
        _same("sms", wanted, bool(sent))
    elif not any(str(wanted) == one.stage for one in sent) and not any(str(wanted) in text for text in said):
        raise StoryFault(f"expected sms {wanted}, found {' / '.join(said) or 'none'}")


def _words_of(package: Package, message: Message) -> list[str]:
    """What the message says before its number, in each language."""
    stage = package.stages.get(message.stage)
    if stage is None:
        return [message.stage]
    if stage.sms is not None and message.kind != "submitted":
        return list(stage.sms.values())
    return [f"{package.name.in_language(one)}: {stage.name.in_language(one)}. " for one in package.languages]


_CHECKS = {
    "stage": _expect_stage,
    "due": _expect_due,
    "bill": _expect_bill,
    "document": _expect_document,
    "valid_until": _expect_valid_until,
    "replaces": _expect_replaces,
    "claims": _expect_claims,
    "sms": _expect_sms,
}
