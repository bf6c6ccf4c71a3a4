"""A document's life: what a renewed, amended or replaced one has to do with the one before it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from jumuishi.definitions.forms.settle import Error
from jumuishi.definitions.model import Document, Life, Package
from jumuishi.kernel.numbers import normalise

NEW, RENEWAL, AMENDMENT, REPLACEMENT = "new", "renewal", "amendment", "replacement"
PURPOSES = (NEW, RENEWAL, AMENDMENT, REPLACEMENT)


@dataclass(frozen=True)
class Earlier:
    """The applicant's own document of this service and institution that a number names; `until` is its last day.

    `state` is what became of it: `stands` (expired too: it may be renewed late), suspended or ended.
    """

    number: str
    until: date | None = None
    state: Literal["stands", "suspended", "ended"] = "stands"


@dataclass(frozen=True)
class Following:
    """That a document follows another: for what, and which."""

    purpose: str
    number: str
    earlier: Earlier | None

    @property
    def is_in_place(self) -> bool:
        """Whether it takes the other's place, and keeps its last day; a renewal leaves the other valid to its end."""
        return self.purpose in (AMENDMENT, REPLACEMENT)

    def first_day(self, today: date) -> date:
        """The day from which its months count: after the last day of one that is renewed while it is still valid."""
        until = self.earlier.until if self.earlier is not None and self.purpose == RENEWAL else None
        return date.fromordinal(until.toordinal() + 1) if until is not None and until >= today else today


def followed(package: Package, answers: Mapping[str, Any]) -> Iterator[tuple[str, Life, str, str]]:
    """Each document that these answers ask for in the place of another: its id, life, purpose and that one's number.

    Answers as canonical data or as the machine's own; an application for a new document follows none.
    """
    for name, document in package.documents.items():
        if document.life is None:
            continue
        purpose = answers.get(document.life.purpose)
        number = normalise(str(answers.get(document.life.earlier) or ""))
        if purpose not in (None, NEW) and number:
            yield name, document.life, str(purpose), number


def earlier_errors(package: Package, answers: Mapping[str, Any], known: Mapping[str, Earlier]) -> tuple[Error, ...]:
    """What is wrong with the numbers named: not the applicant's (or not there: they look alike), ended, suspended."""
    found: dict[str, Error] = {}
    for _, life, _, number in followed(package, answers):
        earlier = known.get(number)
        if earlier is None:
            found[life.earlier] = Error((life.earlier,), "earlier_unknown")
        elif earlier.state != "stands":
            found[life.earlier] = Error((life.earlier,), f"earlier_{earlier.state}")
    return tuple(found.values())


def following(
    document: str, package: Package, answers: Mapping[str, Any], known: Mapping[str, Earlier]
) -> Following | None:
    """What a document that is now to be issued follows; None for a new one."""
    for name, _, purpose, number in followed(package, answers):
        if name == document:
            return Following(purpose, number, known.get(number))
    return None


def purposes_of(package: Package, document: Document) -> tuple[str, ...]:
    """For what its holder may apply with it in hand, in the author's order."""
    if document.life is None:
        return ()
    field = package.all_fields()[document.life.purpose]
    return tuple(one for one in field.choices if one in PURPOSES and one != NEW)
