"""A whole package from its files."""

from collections.abc import Mapping as Files
from dataclasses import dataclass
from pathlib import Path as FilePath

from jumuishi.definitions.findings import Findings
from jumuishi.definitions.model import (
    Basis,
    Document,
    Expression,
    Fee,
    Life,
    Package,
    Path,
    Promise,
    Retention,
    Role,
    Table,
    Within,
)
from jumuishi.definitions.read import yamlfile
from jumuishi.definitions.read.fields import DOORS, KINDS, read_pages, read_setting
from jumuishi.definitions.read.reading import ANYWHERE, CLAIM, ID, NAME, Part, Reading
from jumuishi.definitions.read.stages import OUTCOMES, read_stage
from jumuishi.definitions.read.yamlfile import Mapping, Node, Scalar, Sequence, UnreadableError

DEFINITION = "service.yaml"
APPLICANTS = ("person", "organisation")
OPTIONAL = ("settings", "retention", "fees", "documents", "withdraw")
NEEDED = (
    *("format", "service", "name", "about", "offered_by", "for", "doors", "languages", "basis", "promise"),
    *("roles", "pages", "stages"),
)


@dataclass(slots=True)
class Read:
    """A package as far as it could be read (None where not even its outline could), and what was wrong."""

    package: Package | None
    reading: Reading


def files_of(folder: FilePath) -> dict[str, bytes]:
    """service.yaml, the templates beside it and tests/*.yaml; raises UnreadableError."""
    try:
        if (folder / DEFINITION).exists() and not (folder / DEFINITION).is_file():
            raise UnreadableError(f"{folder}: {DEFINITION} is no file")
        found = {DEFINITION: _content(folder / DEFINITION)}
        beside = sorted(folder.glob("*.html")) + sorted((folder / "tests").glob("*.yaml"))
        for path in beside:
            if path.is_file() and path.resolve().is_relative_to(folder.resolve()):
                found[path.relative_to(folder).as_posix()] = _content(path)
    except (OSError, ValueError, RuntimeError) as error:
        raise UnreadableError(f"{folder}: {getattr(error, 'strerror', None) or error}") from error
    return found


def _content(path: FilePath) -> bytes:
    with path.open("rb") as file:
        content = file.read(yamlfile.MOST_BYTES + 1)
    if len(content) > yamlfile.MOST_BYTES:
        raise UnreadableError(f"{path.name}: over 2 MB")
    return content


def read_files(files: Files[str, bytes]) -> Read:
    """The package of these files, by their paths in the folder; raises UnreadableError for service.yaml."""
    if DEFINITION not in files:
        raise UnreadableError(f"there is no {DEFINITION}")
    reading = Reading(Findings())
    tree = yamlfile.load(yamlfile.decode(files[DEFINITION], DEFINITION), DEFINITION, reading.findings)
    if tree is None:
        return Read(None, reading)
    reading.positions[()] = tree.at
    if not isinstance(tree, Mapping):
        reading.findings.add("J003", tree.at, "a definition is a list of keys, each with its value")
        return Read(None, reading)
    package = _package(reading, tree, _templates(files))
    return Read(package, reading)


def _templates(files: Files[str, bytes]) -> Table[str]:
    found: dict[str, str] = {}
    for name in sorted(files):
        if name.endswith(".html"):
            try:
                found[name] = yamlfile.decode(files[name], name)
            except UnreadableError:
                continue  # then it is missing, and whoever names it is told so
    return Table(found)


def _package(reading: Reading, tree: Mapping, templates: Table[str]) -> Package:
    part = reading.keys(tree, (), (*NEEDED, *OPTIONAL), NEEDED)
    languages = _languages(part.value("languages"))
    reading.languages = languages or ("sw", "en")
    if not languages and "languages" in part:
        part.wrong("languages", "languages is a list of language codes such as [sw, en]")
    if "format" in part and part.integer("format", 1) not in (1, None):
        part.wrong("format", "only format 1 is known")
    return Package(
        service=part.string("service", "", ID),
        name=part.text("name"),
        about=part.text("about"),
        offered_by=part.words("offered_by", KINDS, empty=False),
        applicants=part.words("for", APPLICANTS, empty=False),
        doors=part.words("doors", DOORS, empty=False),
        languages=reading.languages,
        basis=_table(part, "basis", ID, _basis),
        promise=_promise(part),
        roles=_table(part, "roles", ID, _role),
        pages=read_pages(reading, part.value("pages")) if "pages" in part else (),
        stages=_stages(part),
        settings=_table(part, "settings", NAME, read_setting),
        fees=_table(part, "fees", ID, _fee),
        documents=_table(part, "documents", ID, _document),
        retention=_retention(part),
        withdraw=part.boolean("withdraw", True),
        templates=templates,
        positions=reading.positions,
    )


def _languages(node: Node | None) -> tuple[str, ...]:
    if not isinstance(node, Sequence):
        return ()
    found = [one.text for one in node.items if isinstance(one, Scalar) and one.text.isalpha() and len(one.text) < 4]
    sound = len(found) == len(node.items) == len(set(found))
    return tuple(found) if sound and all(one.isascii() and one.islower() for one in found) else ()


def _table(part: Part, key: str, name, read) -> Table:  # type: ignore[no-untyped-def,type-arg]
    if key not in part:
        return Table()
    return part.reading.table(part.value(key), part.here(key), name, lambda n, p: read(part.reading, n, p))


def _stages(part: Part):  # type: ignore[no-untyped-def]
    stages = _table(part, "stages", ID, read_stage)
    if "stages" in part and not stages and ("stages",) not in part.reading.doubtful:
        part.wrong("stages", "there is no stage")
    return stages


def _basis(reading: Reading, node: Node, path: Path) -> Basis:
    part = reading.keys(node, path, ("cite", "checked"), ("cite",))
    return Basis(part.text("cite"), part.iso_date("checked"))


def _promise(part: Part) -> Promise:
    if "promise" not in part:
        return Promise(Within("days", 1))
    inner = part.reading.keys(part.value("promise"), ("promise",), ("within", "pauses", "basis"), ("within",))
    return Promise(inner.within("within"), inner.words("pauses"), inner.string("basis") or None)


def _retention(part: Part) -> Retention | None:
    if "retention" not in part:
        return None
    inner = part.reading.keys(part.value("retention"), ("retention",), (*OUTCOMES, "basis"))
    periods = {outcome: inner.within(outcome) for outcome in OUTCOMES if outcome in inner}
    return Retention(Table(periods), inner.string("basis") or None)


def _role(reading: Reading, node: Node, path: Path) -> Role:
    name = reading.text(node, path, extra=("at_least", "committee"))
    part = Part(reading, path, _entries(node))
    committee = part.boolean("committee", False)
    # Several decide together, or it is no committee.
    least = 2 if committee else 1
    return Role(name, part.integer("at_least", least, least) or least, committee)


def _fee(reading: Reading, node: Node, path: Path) -> Fee:
    part = reading.keys(node, path, ("label", "amount", "when", "basis"), ("label", "amount"))
    amount = part.expression("amount") or Expression("0")
    return Fee(part.text("label"), amount, part.expression("when"), part.string("basis") or None)


def _document(reading: Reading, node: Node, path: Path) -> Document:
    part = reading.keys(node, path, ("title", "template", "valid_for", "claims", "life"), ("title", "template"))
    months = until = None
    if isinstance(part.value("valid_for"), Mapping):
        inner = reading.keys(part.value("valid_for"), part.here("valid_for"), ("until",), ("until",))
        until = inner.expression("until")
    else:
        months = part.expression("valid_for")
    claims: dict[str, Expression] = {}
    if "claims" in part:
        read = reading.table(part.value("claims"), part.here("claims"), CLAIM, lambda node, path: (node, path))
        for name, (_, claim_path) in read.items():
            claim = Part(reading, claim_path[:-1], _entries(part.value("claims"))).expression(name)
            if claim is not None:
                claims[name] = claim
    return Document(part.text("title"), part.string("template"), months, until, Table(claims), _life(reading, part))


def _life(reading: Reading, part: Part) -> Life | None:
    if "life" not in part:
        return None
    inner = reading.keys(part.value("life"), part.here("life"), ("purpose", "earlier"), ("purpose", "earlier"))
    return Life(inner.string("purpose"), inner.string("earlier"))


def _entries(node: Node | None) -> dict[str, yamlfile.Entry]:
    return {one.key.text: one for one in node} if isinstance(node, Mapping) else {}


__all__ = ["ANYWHERE", "Read", "files_of", "read_files"]
