"""The table of ASVS lines tells the truth: each test that it names is there, and each line has one, or says why not."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
TABLE = ROOT / "docs/reference/asvs.md"
NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")


def rows() -> list[tuple[str, str]]:
    """Each line's number and what shows it."""
    found = [line.strip("| \n").split(" | ") for line in TABLE.read_text().splitlines() if re.match(r"\| \d", line)]
    return [(cells[0], cells[-1]) for cells in found]


def test_each_named_test_is_there() -> None:
    gone = []
    for number, shown in rows():
        for path, name in NAMED.findall(shown):
            file = next((one for one in (ROOT / "src/jumuishi" / path, ROOT / path) if one.exists()), None)
            if file is None or not re.search(rf"def {name}\(", file.read_text()):
                gone.append(f"{number}: {path}::{name}")
    assert gone == []


def test_each_line_is_shown_or_says_why_not() -> None:
    found = rows()
    assert len(found) > 90
    assert len({number for number, _ in found}) == len(found)
    mute = [
        number
        for number, shown in found
        if not NAMED.search(shown) and not shown.startswith(("n/a because ", "not met: "))
    ]
    assert mute == []
