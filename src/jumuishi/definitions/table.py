"""The values that the model is built of: places in a file, ordered tables, texts in several languages."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

T = TypeVar("T")
Path: TypeAlias = tuple[str | int, ...]
"""Where a thing stands in service.yaml: keys and list indexes from the top, ("stages", "check", "role")."""


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a file; line and column start at 1, columns count characters."""

    file: str
    line: int
    column: int


class Table(Mapping[str, T], Generic[T]):
    """An immutable, hashable mapping that keeps the author's order, which the canonical form keeps too."""

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[str, T] | None = None) -> None:
        self._items: dict[str, T] = dict(items or {})

    def __getitem__(self, key: str) -> T:
        return self._items[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __hash__(self) -> int:
        return hash(tuple(self._items))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Table) and list(self._items.items()) == list(other._items.items())

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._items!r})"


class Text(Table[str]):
    """One text in the service's languages: language code to words."""

    def in_language(self, language: str) -> str:
        """The text in that language, else in the first one it has."""
        return self._items.get(language) or next(iter(self._items.values()), "")
