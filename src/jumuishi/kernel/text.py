"""What people read: each room's texts.csv (key,sw,en), the file that a translator opens in a spreadsheet."""

import csv
import unicodedata
from functools import cache
from pathlib import Path
from string import Formatter

HOUSE = Path(__file__).resolve().parent.parent
LANGUAGES = ("sw", "en")


@cache
def texts() -> dict[str, dict[str, str]]:
    """Every key with its text in each language; raises ValueError for a key that two rooms claim."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted(HOUSE.glob("*/texts.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                if row["key"] in found:
                    raise ValueError(f"{path}: {row['key']} is there twice")
                found[row["key"]] = {lang: row[lang] for lang in LANGUAGES}
    return found


def number_in(text: str) -> str:
    """The digits of a text that is one number, however it is grouped ("1900 0101-99"); else nothing."""
    joined = text.replace("-", "").replace("/", "")
    joined = "".join(joined.split())
    return joined[:60] if joined.isascii() and joined.isdigit() else ""


def placeholders(text: str) -> set[str]:
    """The names within braces."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def t(key: str, lang: str, /, **values: object) -> str:
    """The text of a key in a language, filled; raises KeyError for an unknown key or a missing value."""
    entry = texts()[key]
    text = entry.get(lang) or entry[LANGUAGES[0]]
    return text.format(**values) if values else text


def both(key: str) -> dict[str, str]:
    """The text of a key in every language, as {sw:, en:}."""
    return {lang: t(key, lang) for lang in LANGUAGES}


def fold(text: str) -> str:
    """Lower case without accents and punctuation, single spaces: what search compares (done here, not in SQL)."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in bare).split())
