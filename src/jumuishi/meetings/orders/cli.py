"""`jumuishi orders check FILE`: what is wrong, contradicts or is not entered in a file of standing orders."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from jumuishi.kernel.text import t
from jumuishi.meetings.orders import words
from jumuishi.meetings.orders.checks import Finding, findings, not_entered
from jumuishi.meetings.orders.reading import Fault, UnreadableError, faults_in, from_toml, read


def orders_check(argv: list[str]) -> int:
    """Check a file and print what was found; 0 when it can be used, 1 with errors, 2 when it cannot be read at all."""
    parser = argparse.ArgumentParser(prog="jumuishi orders check", description="Check a file of standing orders.")
    parser.add_argument("file", type=Path, help="the TOML file")
    parser.add_argument("--seats", type=int, help="how many seats the body has, for the rules that count them")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--lang", choices=("sw", "en"), default="sw")
    given = parser.parse_args(argv)
    try:
        definition = from_toml(given.file.read_text(encoding="utf-8"))
    except (UnreadableError, OSError, UnicodeDecodeError) as error:
        print(f"{given.file}: {error}", file=sys.stderr)
        return 2
    faults = faults_in(definition)
    orders = None if faults else read(definition)
    found = [] if orders is None else findings(orders, seats=given.seats)
    missing = [] if orders is None else not_entered(orders)
    if given.format == "json":
        print(json.dumps(_data(faults, found, missing, given.lang), ensure_ascii=False, indent=1))
    else:
        for line in _lines(faults, found, missing, given.lang):
            print(line)
    return 1 if faults or any(not one.is_warning for one in found) else 0


def _lines(faults: list[Fault], found: list[Finding], missing: list[str], lang: str) -> list[str]:
    return [
        *(words.fault_words(one, lang) for one in faults),
        *(f"{', '.join(one.rules)}: {words.finding_words(one, lang)}" for one in found),
        *(f"{one}: {t('meetings.not_entered', lang)}" for one in missing),
    ]


def _data(faults: list[Fault], found: list[Finding], missing: list[str], lang: str) -> dict[str, Any]:
    return {
        "faults": [{"place": one.place, "code": one.code, "said": words.fault_words(one, lang)} for one in faults],
        "findings": [
            {"rules": one.rules, "code": one.code, "said": words.finding_words(one, lang), "warning": one.is_warning}
            for one in found
        ],
        "not_entered": missing,
    }
