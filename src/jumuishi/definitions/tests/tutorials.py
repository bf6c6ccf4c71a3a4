"""The tutorials as their readers use them: files to write, commands to give, and what is then said."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[4] / "docs" / "tutorial"
NAMES = ("first-service.md", "huduma-ya-kwanza.md")


@dataclass(frozen=True)
class Block:
    """A fenced block: its kind (yaml, html, sh, text), what stands beside that, and what is in it."""

    kind: str
    about: str
    text: str


def blocks(name: str) -> list[Block]:
    """Every fenced block of a tutorial, in order."""
    page = (FOLDER / name).read_text(encoding="utf-8")
    return [Block(*found) for found in re.findall(r"^```(\w+) ?(.*?)\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)]


def write_files(name: str, where: Path) -> None:
    """The files that the tutorial has its reader write."""
    for block in blocks(name):
        if block.kind in ("yaml", "html"):
            path = where / block.about
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")


def commands(name: str) -> Iterator[tuple[Block, str]]:
    """Each command with what it says according to the tutorial, "" where that is not shown."""
    found = blocks(name)
    for block, after in zip(found, [*found[1:], Block("", "", "")], strict=True):
        if block.kind == "sh":
            yield block, after.text if after.kind == "text" and not after.about else ""
