"""`jumuishi places import` and `jumuishi places councils`: tables that an installation brings itself."""

import argparse
import sys
from datetime import date
from pathlib import Path

from jumuishi.institutions.place_tables import TableError, import_places, import_ward_councils


def places_import(argv: list[str]) -> int:
    """Add or correct places; exit 0 when kept, 1 with each line's fault, 2 when the file can't be read."""
    return _run("import", "a CSV: code,name,level,region,district,ward", argv)


def places_councils(argv: list[str]) -> int:
    """Say which council each ward belongs to; exit codes as above."""
    return _run("councils", "a CSV: ward,institution (ward's code, council's short name)", argv)


def _run(verb: str, what: str, argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog=f"jumuishi places {verb}")
    parser.add_argument("file", type=Path, help=what)
    parser.add_argument("--source", required=True, help="the law, notice or list that it comes from")
    parser.add_argument("--checked", required=True, type=date.fromisoformat, help="the day it was checked: YYYY-MM-DD")
    wish = parser.parse_args(argv)
    take = import_places if verb == "import" else import_ward_councils
    try:
        rows = take(wish.file, source=wish.source, checked_on=wish.checked)
    except TableError as error:
        print(error, file=sys.stderr)
        print(f"{len(error.faults)} fault(s); nothing was kept", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{wish.file}: {error.strerror}", file=sys.stderr)
        return 2
    print(f"{rows} rows kept from {wish.file.name}")
    return 0
