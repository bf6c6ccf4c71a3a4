"""`jumuishi service export-bpmn FOLDER`: the stages as a BPMN 2.0 file."""

import argparse
import sys
from pathlib import Path

from jumuishi.definitions.author.bpmn.written import bpmn
from jumuishi.definitions.read.yamlfile import UnreadableError
from jumuishi.definitions.stories.cli import read_sound


def export_bpmn(argv: list[str]) -> int:
    """Write a package's stages as BPMN; 0 when written, 2 when the folder cannot be read or the file not be written."""
    parser = argparse.ArgumentParser(prog="jumuishi service export-bpmn", description="Export the stages as BPMN 2.0.")
    parser.add_argument("folder", type=Path, help="the package's folder")
    parser.add_argument("--lang", choices=("sw", "en"), default="sw")
    parser.add_argument("--output", type=Path, help="the file to write; standard output when not said")
    given = parser.parse_args(argv)
    try:
        said = bpmn(read_sound(given.folder), given.lang)
        if given.output is None:
            print(said, end="")
        else:
            given.output.write_text(said, encoding="utf-8")
    except (UnreadableError, OSError) as error:
        print(f"{given.folder}: {error}", file=sys.stderr)
        return 2
    return 0
