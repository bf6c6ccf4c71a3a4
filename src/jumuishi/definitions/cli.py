"""`jumuishi service check FOLDER`: what was found, as a person reads it in a terminal, in lines, or JSON."""

import argparse
import json
import os
import shutil
import sys
from pathlib import Path

from jumuishi.definitions.author import terminal
from jumuishi.definitions.check.package import check_files
from jumuishi.definitions.findings import Finding
from jumuishi.definitions.read.package import files_of
from jumuishi.definitions.read.yamlfile import UnreadableError
from jumuishi.definitions.stories.write import write_stories


def service_check(argv: list[str]) -> int:
    """Check a package and print what was found; 0 when it is sound, 1 with errors, 2 when it cannot be read at all."""
    parser = argparse.ArgumentParser(prog="jumuishi service check", description="Check a service package.")
    parser.add_argument("folder", type=Path, help="the package's folder")
    parser.add_argument(
        "--format",
        choices=("text", "full", "json"),
        help="text: a line a finding (as when piped); full: with the lines of the file (as in a terminal); json",
    )
    parser.add_argument("--lang", choices=("sw", "en"), default="sw")
    parser.add_argument(
        "--only", default="", metavar="CODES", help="show these codes alone: J103,J2 (all that begin so)"
    )
    parser.add_argument("--write-stories", type=Path, metavar="DIR", help="each finding's story as a file there")
    given = parser.parse_args(argv)
    try:
        files = files_of(given.folder)
        everything = [one.in_language(given.lang) for one in check_files(files)]
        wanted = tuple(filter(None, given.only.upper().replace(" ", "").split(",")))
        findings = [one for one in everything if not wanted or one.code.startswith(wanted)]
        if given.write_stories is not None:
            write_stories(findings, given.write_stories)
    except (UnreadableError, OSError) as error:
        print(str(error).encode("utf-8", "replace").decode(), file=sys.stderr)
        return 2
    form = given.format or ("full" if sys.stdout.isatty() else "text")
    if form == "json":
        print(json.dumps([one.as_data() for one in findings], ensure_ascii=True, indent=1))
        return _exit(everything)
    if form == "full":
        width = shutil.get_terminal_size((100, 24)).columns
        colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        said = terminal.full(findings, files, lang=given.lang, colour=colour, width=width)
    else:
        said = terminal.plain(findings)
    print(said.encode("utf-8", "replace").decode(), end="")
    return _exit(everything)


def _exit(findings: list[Finding]) -> int:
    return 1 if any(not one.is_warning for one in findings) else 0
