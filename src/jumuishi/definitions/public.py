"""The face: packages are read, checked and fixed as editions; answers are read and made canonical."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from jumuishi.definitions.answers import Refused as Unread
from jumuishi.definitions.answers import answers_data, canonical_answers, parse_answer
from jumuishi.definitions.author.bpmn.written import bpmn
from jumuishi.definitions.author.excerpt import excerpt
from jumuishi.definitions.author.picture import map_svg
from jumuishi.definitions.author.stops import stops
from jumuishi.definitions.author.terminal import by_code, plain, summary, title
from jumuishi.definitions.check.package import check, check_files
from jumuishi.definitions.compare.package import compare
from jumuishi.definitions.edition import edition_of
from jumuishi.definitions.expressions.evaluator import EvaluationError, evaluate
from jumuishi.definitions.findings import Finding
from jumuishi.definitions.model import Edition, Expression, Package
from jumuishi.definitions.moving.wording import reworded_fields
from jumuishi.definitions.read.package import files_of, read_files
from jumuishi.definitions.read.templates import parse_template
from jumuishi.definitions.read.yamlfile import UnreadableError
from jumuishi.definitions.read.zipped import MOST_SENT, files_of_upload
from jumuishi.definitions.stories.cli import line_of
from jumuishi.definitions.stories.retell import retold
from jumuishi.definitions.stories.run import play_files, run_stories

__all__ = [
    "MOST_SENT",
    "EvaluationError",
    "Unread",
    "UnreadableError",
    "UnsoundError",
    "answers_data",
    "bpmn",
    "by_code",
    "canonical_answers",
    "check",
    "check_files",
    "compare",
    "edition",
    "edition_again",
    "edition_of",
    "edition_of_files",
    "evaluate",
    "excerpt",
    "files_of",
    "files_of_upload",
    "holds",
    "line_of",
    "map_svg",
    "package_of",
    "parse_answer",
    "parse_template",
    "plain",
    "play_files",
    "read",
    "retold",
    "reworded_fields",
    "run_stories",
    "stops",
    "summary",
    "title",
]


class UnsoundError(ValueError):
    """A package with findings is asked to be an edition; `findings` says which."""

    def __init__(self, findings: list[Finding]) -> None:
        first = findings[0]
        super().__init__(f"{first.file}:{first.line}:{first.column} {first.code} {first.message}")
        self.findings = findings


def read(folder: Path) -> Package | list[Finding]:
    """The package in a folder, or all findings of its check; raises UnreadableError where there is nothing to read."""
    return _sound(files_of(Path(folder)), solving=True)


def package_of(files: Mapping[str, bytes]) -> Package | None:
    """The package as far as it can be read, faults and all; None where not even its outline can."""
    return read_files(files).package


def edition(folder: Path) -> Edition:
    """The sound package in a folder, fixed by its hash; raises UnsoundError, UnreadableError."""
    return _edition(files_of(Path(folder)), solving=True)


def edition_of_files(files: Mapping[str, bytes]) -> Edition:
    """The same from stored files, by their paths in the folder: an old edition is read again as it was."""
    return _edition(files, solving=False)


def edition_again(files: Mapping[str, bytes]) -> Edition:
    """A published edition from its stored files, unchecked: whatever a later release finds in it, it stays in force.

    Its hash says whether it still means the same. Raises UnsoundError where not even its outline can be read.
    """
    found = read_files(files)
    if found.package is None:
        raise UnsoundError(found.reading.findings.in_order())
    return edition_of(found.package)


def _edition(files: Mapping[str, bytes], *, solving: bool) -> Edition:
    found = _sound(files, solving=solving)
    if isinstance(found, list):
        raise UnsoundError(found)
    return edition_of(found)


def _sound(files: Mapping[str, bytes], *, solving: bool) -> Package | list[Finding]:
    return _sound_once(tuple(sorted(files.items())), solving)


@lru_cache(maxsize=64)
def _sound_once(files: tuple[tuple[str, bytes], ...], solving: bool) -> Package | list[Finding]:
    # Most of a second a package, and the same bytes always mean the same.
    faults = [one for one in check_files(dict(files), solving=solving) if not one.is_warning]
    package = read_files(dict(files)).package
    return package if package is not None and not faults else faults


def holds(expression: Expression | None, env: Mapping[str, Any]) -> bool:
    """Whether a condition holds in this environment (see evaluate); none always does, one that fails does not."""
    try:
        return expression is None or evaluate(expression, env) is True
    except EvaluationError:
        return False
