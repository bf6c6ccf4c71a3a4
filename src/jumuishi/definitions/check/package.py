"""The check of a whole package, as `jumuishi service check` runs it."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from jumuishi.definitions.check.doors import check_doors
from jumuishi.definitions.check.expressions import ExpressionChecks
from jumuishi.definitions.check.flow import FlowChecks
from jumuishi.definitions.check.life import check_lives
from jumuishi.definitions.check.payload import check_payload
from jumuishi.definitions.check.promise import check_promise
from jumuishi.definitions.check.stories import check_stories
from jumuishi.definitions.check.templates import check_templates
from jumuishi.definitions.check.two_persons import check_two_persons
from jumuishi.definitions.findings import Finding
from jumuishi.definitions.read.package import files_of, read_files


def check(folder: Path) -> list[Finding]:
    """All findings of the package in a folder, in the order of their places; raises UnreadableError."""
    return check_files(files_of(Path(folder)))


def check_files(files: Mapping[str, bytes], *, solving: bool = True) -> list[Finding]:
    """The same for the package's files by their paths in the folder.

    Without `solving`, what only the solver can tell is left out: of an edition that was checked when it was published.
    """
    found = read_files(files)
    if found.package is not None:
        ExpressionChecks(found.package, found.reading).run()
        FlowChecks(found.package, found.reading).run()
        for checks in (check_promise, check_two_persons, check_doors, check_payload, check_templates, check_lives):
            checks(found.package, found.reading)
        if solving:
            # loaded only here: it is large, and no page needs it
            import_module("jumuishi.definitions.solve.behaviour").check_behaviour(found.package, found.reading)
        check_stories(files, found.package, found.reading.findings, lenient=bool(found.reading.doubtful))
    return found.reading.findings.in_order()
