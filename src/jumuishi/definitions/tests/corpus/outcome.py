"""What the checker says of a broken package, held against what the operator says must be said."""

from collections.abc import Iterable
from dataclasses import dataclass

from jumuishi.definitions.check.package import check_files
from jumuishi.definitions.findings import Finding
from jumuishi.definitions.read.yamlfile import UnreadableError
from jumuishi.definitions.tests.corpus.mutants import Mutant, Operator

AWAITED: dict[str, tuple[str, ...]] = {
    "J303": (
        "choice-that-leads-to-itself",
        "task-and-choice-for-ever",
        "loop-at-a-number",
    ),
    "J306": (
        "key-without-a-branch",
        "number-without-a-branch",
        "day-without-a-branch",
        "silence-without-a-branch",
        "pair-without-a-branch",
        "officers-word-without-a-branch",
        "length-without-a-branch",
    ),
    "J307": (
        "shadowed-branch",
        "branch-beyond-the-constraint",
        "branch-after-the-last-resort",
        "last-resort-of-nobody",
        "branch-that-the-way-excludes",
        "branch-of-an-officers-word-that-is-not-asked",
    ),
    "J308": (
        "fee-in-no-payment",
        "fee-left-out-of-the-payment",
        "way-round-the-payment",
        "one-key-pays-nothing",
        "fee-that-begins-after-the-payment",
    ),
    "J309": (
        "granted-without-paper",
        "granted-without-paper-for-one-key",
    ),
    "J310": (
        "nobody-reviews-one-key",
        "nobody-reviews-one-number",
        "one-reviews-where-two-must-pass",
        "three-of-two-must-pass",
        "two-that-never-meet-must-pass",
    ),
}
"""By code, the operators whose faults the checker does not find yet; whatever is found is taken out."""


@dataclass(frozen=True)
class Outcome:
    """`caught`: the code at its line, and no other error beside it."""

    mutant: Mutant
    caught: bool
    found: tuple[Finding, ...]

    def __str__(self) -> str:
        wanted = f"{self.mutant.file}:{self.mutant.line} {self.mutant.operator.code}"
        said = "; ".join(f"{one.file}:{one.line} {one.code} {one.message[:90]}" for one in self.found)
        return f"{self.mutant.name}: wanted {wanted}, found {said or 'nothing'}"


def is_awaited(operator: Operator) -> bool:
    """Whether an operator's faults are not yet to be found."""
    return operator.name in AWAITED.get(operator.code, ())


def outcome(mutant: Mutant) -> Outcome:
    """Checks one broken package; warnings do not count."""
    try:
        found = tuple(one for one in check_files(mutant.files) if not one.is_warning)
    except UnreadableError:
        found = ()
    places = [(one.code, one.file, one.line) for one in found]
    return Outcome(mutant, places == [(mutant.operator.code, mutant.file, mutant.line)], found)


def table(outcomes: Iterable[Outcome]) -> dict[str, dict[str, tuple[int, int]]]:
    """By code and operator: how many were made, and how many of them were caught."""
    found: dict[str, dict[str, tuple[int, int]]] = {}
    for one in outcomes:
        row = found.setdefault(one.mutant.operator.code, {})
        made, caught = row.get(one.mutant.operator.name, (0, 0))
        row[one.mutant.operator.name] = (made + 1, caught + one.caught)
    return dict(sorted(found.items()))
