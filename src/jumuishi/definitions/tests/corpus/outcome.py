"""What the checker says of a broken package, held against what the operator says must be said."""

from collections.abc import Iterable
from dataclasses import dataclass

from jumuishi.definitions.check.package import check_files
from jumuishi.definitions.findings import Finding
from jumuishi.definitions.read.yamlfile import UnreadableError
from jumuishi.definitions.tests.corpus.mutants import Mutant


@dataclass(frozen=True)
class Outcome:
    """`caught`: the code at its line, and no other error beside it. `doubts`: what could not be decided."""

    mutant: Mutant
    caught: bool
    found: tuple[Finding, ...]
    doubts: tuple[Finding, ...] = ()

    def __str__(self) -> str:
        wanted = f"{self.mutant.file}:{self.mutant.line} {self.mutant.operator.code}"
        said = "; ".join(f"{one.file}:{one.line} {one.code} {one.message[:90]}" for one in self.found)
        return f"{self.mutant.name}: wanted {wanted}, found {said or 'nothing'}"


def outcome(mutant: Mutant) -> Outcome:
    """Checks one broken package; warnings do not count."""
    try:
        said = check_files(mutant.files)
    except UnreadableError:
        said = []
    found, doubts = (tuple(one for one in said if one.is_warning is wanted) for wanted in (False, True))
    places = [(one.code, one.file, one.line) for one in found]
    return Outcome(mutant, places == [(mutant.operator.code, mutant.file, mutant.line)], found, doubts)


def table(outcomes: Iterable[Outcome]) -> dict[str, dict[str, tuple[int, int]]]:
    """By code and operator: how many were made, and how many of them were caught."""
    found: dict[str, dict[str, tuple[int, int]]] = {}
    for one in outcomes:
        row = found.setdefault(one.mutant.operator.code, {})
        made, caught = row.get(one.mutant.operator.name, (0, 0))
        row[one.mutant.operator.name] = (made + 1, caught + one.caught)
    return dict(sorted(found.items()))
