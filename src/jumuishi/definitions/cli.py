"""`jumuishi service check FOLDER`: one line a finding, or JSON for programs."""

import argparse
import json
import os
import sys
from pathlib import Path

from jumuishi.definitions.check.package import check
from jumuishi.definitions.read.yamlfile import UnreadableError

_RED, _YELLOW, _PLAIN = "\x1b[31m", "\x1b[33m", "\x1b[0m"


def service_check(argv: list[str]) -> int:
    """Check a package and print what was found; 0 when it is sound, 1 with errors, 2 when it cannot be read at all."""
    parser = argparse.ArgumentParser(prog="jumuishi service check", description="Check a service package.")
    parser.add_argument("folder", type=Path, help="the package's folder")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    given = parser.parse_args(argv)
    try:
        findings = check(given.folder)
    except UnreadableError as error:
        print(str(error).encode("utf-8", "replace").decode(), file=sys.stderr)
        return 2
    if given.format == "json":
        print(json.dumps([one.as_data() for one in findings], ensure_ascii=True, indent=1))
    else:
        colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        for one in findings:
            paint = (_YELLOW if one.is_warning else _RED) if colour else ""
            line = f"{one.file}:{one.line}:{one.column} {paint}{one.code}{_PLAIN if colour else ''} {one.message}"
            print(line.encode("utf-8", "replace").decode())
            if one.story:
                print("    " + one.story.replace("\n", "\n    "))
    return 1 if any(not one.is_warning for one in findings) else 0
