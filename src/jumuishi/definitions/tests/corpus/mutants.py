"""An operator breaks a sound package in one way and says which code must be found on which line, and nothing else."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path as FilePath

from jumuishi.definitions.read.package import files_of
from jumuishi.definitions.tests.corpus import operators
from jumuishi.definitions.tests.corpus.draft import MAIN, Draft, Path

SERVICES = FilePath(__file__).parents[5] / "services"
EACH = 3
"""So many packages are broken by each operator at most, taken in turns from those that ship."""


@dataclass(frozen=True)
class Broken:
    """A broken draft with the place at which the fault stands."""

    draft: Draft
    line: int
    file: str = MAIN


@dataclass(frozen=True)
class Operator:
    """A way to break a package; `about` is its sentence, `solver` whether only some answers bring the fault out."""

    name: str
    code: str
    about: str
    apply: Callable[[Draft], Iterator[Broken]]


@dataclass(frozen=True)
class Mutant:
    """A broken package."""

    operator: Operator
    service: str
    files: dict[str, bytes]
    file: str
    line: int

    @property
    def name(self) -> str:
        """Unique and readable: code, operator, service."""
        return f"{self.operator.code}-{self.operator.name}-{self.service}"


OPERATORS: dict[str, Operator] = {}
Apply = Callable[[Draft], Iterator[Broken]]


def operator(code: str) -> Callable[[Apply], Apply]:
    """Registers a function that yields broken drafts of a sound one; its docstring says what it does."""

    def register(apply: Apply) -> Apply:
        name = apply.__name__.replace("_", "-")
        if name in OPERATORS:
            raise ValueError(f"the operator {name} is there already")
        about = " ".join((apply.__doc__ or "").split())
        OPERATORS[name] = Operator(name, code, about, apply)
        return apply

    return register


def at(draft: Draft, path: Path, *, value: bool = False) -> Broken:
    """The fault stands at that key or item, or at its value's beginning."""
    return Broken(draft, draft.line(path, value=value))


@lru_cache(maxsize=1)
def shipped() -> list[Draft]:
    """The services that ship, as drafts."""
    return [
        Draft(folder.name, {name: content.decode() for name, content in files_of(folder).items()})
        for folder in sorted(SERVICES.iterdir())
        if (folder / MAIN).is_file()
    ]


def all_operators() -> dict[str, Operator]:
    """Every operator by its name, in the order of their files."""
    for module in sorted(pkgutil.iter_modules(operators.__path__), key=lambda one: one.name):
        importlib.import_module(f"{operators.__name__}.{module.name}")
    return OPERATORS


def mutants_of(one: Operator) -> list[Mutant]:
    """The packages that an operator breaks; the same every time."""
    drafts, found = shipped(), []
    turn = list(all_operators()).index(one.name) % len(drafts)
    for draft in (*drafts[turn:], *drafts[:turn]):
        if len(found) == EACH:
            break
        broken = next(one.apply(draft), None)
        if broken is not None:
            found.append(Mutant(one, draft.service, broken.draft.as_bytes(), broken.file, broken.line))
    return found


def mutants() -> list[Mutant]:
    """All broken packages, in the order of the operators."""
    return [mutant for one in all_operators().values() for mutant in mutants_of(one)]
