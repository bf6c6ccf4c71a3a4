"""A package that is being edited: its text, and by path where each key and value stands in it.

The places come from PyYAML's own nodes, not from the reader that is put to the test.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, cast

import yaml

Path = tuple[str | int, ...]
MAIN = "service.yaml"


@dataclass(frozen=True)
class Draft:
    """The files of a package; every edit gives a new one. Paths are keys and list indexes from the top."""

    service: str
    files: dict[str, str]

    @property
    def text(self) -> str:
        """The definition's text."""
        return self.files[MAIN]

    @cached_property
    def root(self) -> Any:
        """PyYAML's node of the whole definition."""
        return yaml.compose(self.text, Loader=yaml.CSafeLoader)

    @cached_property
    def data(self) -> Any:
        """The definition as plain data, every scalar a string."""
        return _plain(self.root)

    def at(self, path: Path) -> tuple[Any, Any]:
        """The node of the key (or of the item) and of the value."""
        key, node = self.root, self.root
        for part in path:
            if isinstance(part, int):
                key = node = node.value[part]
            else:
                key, node = next(pair for pair in node.value if pair[0].value == part)
        return key, node

    def get(self, *path: str | int, otherwise: Any = None) -> Any:
        """The plain value there, or the other."""
        found = self.data
        try:
            for part in path:
                found = found[part]
        except (KeyError, IndexError, TypeError):
            return otherwise
        return found

    def line(self, path: Path, *, value: bool = False) -> int:
        """The line of the key or item, or that on which its value begins; from 1."""
        return int(self.at(path)[value].start_mark.line) + 1

    # -- edits ---------------------------------------------------------------------------------------------------------

    def with_text(self, text: str, file: str = MAIN) -> "Draft":
        """The same package with another text in that file."""
        return replace(self, files={**self.files, file: text})

    def splice(self, start: int, end: int, put: str) -> "Draft":
        """The definition with a piece of its text replaced."""
        return self.with_text(self.text[:start] + put + self.text[end:])

    def span(self, path: Path) -> tuple[int, int]:
        """Where the value stands, without the white space and comments that follow it."""
        node = self.at(path)[1]
        return node.start_mark.index, self._end(node)

    def _end(self, node: Any) -> int:
        if isinstance(node, yaml.ScalarNode) or node.flow_style:
            return int(node.end_mark.index) if not _is_block(node) else len(self.text[: node.end_mark.index].rstrip())
        last = node.value[-1]
        return self._end(last[1] if isinstance(last, tuple) else last)

    def set(self, path: Path, put: str) -> "Draft":
        """The value replaced by this YAML."""
        return self.splice(*self.span(path), put)

    def rename(self, path: Path, name: str) -> "Draft":
        """The key renamed."""
        key = self.at(path)[0]
        return self.splice(key.start_mark.index, key.end_mark.index, name)

    def add(self, path: Path, key: str, put: str) -> "Draft":
        """One more entry at the end of the mapping there."""
        return self._append(self.at(path)[1], f"{key}: {put}")

    def add_item(self, path: Path, put: str) -> "Draft":
        """One more item at the end of the list there."""
        node = self.at(path)[1]
        return self._append(node, put if node.flow_style else f"- {put}")

    def _append(self, node: Any, put: str) -> "Draft":
        end = self._end(node)
        if node.flow_style:
            return self.splice(end - 1, end - 1, f", {put}" if node.value else put)
        first = node.value[0]
        start = (first[0] if isinstance(first, tuple) else node).start_mark
        return self.splice(end, end, "\n" + " " * start.column + put)

    def before(self, path: Path, put: str) -> "Draft":
        """An entry or item put before the one there, which stands on a line of its own."""
        key = self.at(path)[0]
        column = key.start_mark.column - (2 if isinstance(path[-1], int) else 0)
        return self.splice(key.start_mark.index - key.start_mark.column, key.start_mark.index - key.start_mark.column,
                           " " * column + put + "\n")  # fmt: skip

    def delete(self, path: Path) -> "Draft":
        """The entry or item left out."""
        around = self.at(path[:-1])[1]
        key, value = self.at(path)
        start, end = key.start_mark.index, self._end(value)
        if around.flow_style:
            after = self.text[end:]
            gap = len(after) - len(after.lstrip(" ,"))
            if gap and "," in after[:gap]:
                return self.splice(start, end + gap, "")
            return self.splice(len(self.text[:start].rstrip(" ,")), end, "")
        line = self.text.rfind("\n", 0, start) + 1
        lead = self.text[line:start]
        if lead.strip() == "-" and not isinstance(path[-1], int):  # the first key of an item: the next takes its place
            follow = around.value[1][0].start_mark.index
            return self.splice(start, follow, "")
        newline = self.text.find("\n", end)
        return self.splice(line, newline + 1, "")

    # -- what there is -------------------------------------------------------------------------------------------------

    def fields(self, kind: str = "") -> Iterator[tuple[Path, dict[str, Any]]]:
        """The fields of the pages (not members of groups), of that type if one is given."""
        for number, page in enumerate(self.data["pages"]):
            for index, one in enumerate(page["fields"]):
                if kind in ("", one["type"]):
                    yield ("pages", number, "fields", index), one

    def stages(self, kind: str = "") -> Iterator[tuple[Path, dict[str, Any]]]:
        """The stages, of that kind if one is given."""
        for name, stage in self.data["stages"].items():
            if kind in ("", stage["kind"]):
                yield ("stages", name), stage

    def add_field(self, put: str, page: int = -1) -> tuple["Draft", Path]:
        """One more field at the end of a page (the last if none is said), on one line; and where it stands."""
        number = page % len(self.data["pages"])
        path: Path = ("pages", number, "fields")
        return self.add_item(path, put), (*path, len(self.get(*path)))

    def add_stage(self, name: str, put: str, after: str = "") -> "Draft":
        """One more stage on one line, at the end or after that one."""
        if not after:
            return self.add(("stages",), name, put)
        node = self.at(("stages", after))[1]
        end = self._end(node)
        end = self.text.find("\n", end)
        return self.splice(end, end, f"\n  {name}: {put}")

    def as_bytes(self) -> dict[str, bytes]:
        """The files as the checker takes them."""
        return {name: text.encode() for name, text in self.files.items()}


def _is_block(node: Any) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.style in ("|", ">")


def _plain(node: Any) -> Any:
    if isinstance(node, yaml.MappingNode):
        return {key.value: _plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(one) for one in node.value]
    return cast(str, node.value)
