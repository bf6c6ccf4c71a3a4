"""`jumuishi service diff OLD NEW`: what changed between two editions, in words, or as JSON for programs."""

import argparse
import json
import sys
from itertools import groupby
from pathlib import Path

from jumuishi.definitions.compare.changes import area_name
from jumuishi.definitions.compare.package import compare
from jumuishi.definitions.read.yamlfile import UnreadableError
from jumuishi.definitions.stories.cli import read_sound
from jumuishi.kernel.text import t


def service_diff(argv: list[str]) -> int:
    """Print what changed; 0 when the two mean the same, 1 when they differ, 2 when one can't be read."""
    parser = argparse.ArgumentParser(prog="jumuishi service diff", description="What changed between two editions.")
    parser.add_argument("old", type=Path, help="the folder of the older edition")
    parser.add_argument("new", type=Path, help="the folder of the newer edition")
    parser.add_argument("--lang", choices=("sw", "en"), default="sw")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    given = parser.parse_args(argv)
    packages = []
    for folder in (given.old, given.new):
        try:
            packages.append(read_sound(folder))
        except (UnreadableError, OSError, ValueError) as error:
            print(f"{folder}: {error}".encode("utf-8", "replace").decode(), file=sys.stderr)
            return 2
    old, new = packages
    if old.service != new.service:
        print(t("definitions.diff_other_service", given.lang, old=old.service, new=new.service), file=sys.stderr)
    changes = compare(old, new)
    if given.format == "json":
        print(json.dumps([one.as_data() for one in changes], ensure_ascii=True, indent=1))
        return 1 if changes else 0
    for area, members in groupby(changes, key=lambda one: one.area):
        print(area_name(area, given.lang))
        for one in members:
            print(f"  {one.sentence(given.lang)}")
    if not changes:
        print(t("definitions.diff_none", given.lang))
    return 1 if changes else 0
