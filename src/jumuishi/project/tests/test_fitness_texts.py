"""Every text has both languages, the same placeholders, and every key that code or page names exists."""

import csv
import re
from pathlib import Path

from jumuishi.kernel.text import HOUSE, LANGUAGES, placeholders, texts


def test_every_text_has_both_languages() -> None:
    empty = [
        key for key, entry in texts().items() if not all(entry[lang] and entry[lang].strip() for lang in LANGUAGES)
    ]
    assert not empty


def test_a_comma_within_a_text_ends_no_column() -> None:
    broken = [
        row for path in sorted(HOUSE.glob("*/texts.csv")) for row in csv.reader(path.open(encoding="utf-8"))
        if len(row) != 3
    ]  # fmt: skip
    assert not broken


def test_placeholders_agree() -> None:
    odd = [
        key for key, entry in texts().items() if len({frozenset(placeholders(entry[lang])) for lang in LANGUAGES}) > 1
    ]
    assert not odd


def used() -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for path in [*HOUSE.rglob("*.html"), *HOUSE.rglob("*.py")]:
        if "tests" in path.parts:
            continue
        source = path.read_text(encoding="utf-8")
        pattern = (
            r"""{%\s*t\s+["']([\w.\-]+)["']""" if path.suffix == ".html" else r"""\bt\(\s*"([a-z_]+\.[\w.\-]+)\""""
        )
        found |= {(key, str(Path(path).relative_to(HOUSE))) for key in re.findall(pattern, source)}
    return found


def test_every_key_that_is_used_exists() -> None:
    missing = sorted(f"{key} in {where}" for key, where in used() if key not in texts())
    assert not missing, "\n".join(missing)
