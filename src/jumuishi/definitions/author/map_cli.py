"""`jumuishi service map FOLDER`: the stages as a picture, or as text."""

import argparse
import sys
from pathlib import Path

from jumuishi.definitions.author.picture import map_svg, map_words
from jumuishi.definitions.read.yamlfile import UnreadableError
from jumuishi.definitions.stories.cli import read_sound


def service_map(argv: list[str]) -> int:
    """Draw a package's stages; 0 when drawn, 2 when the folder cannot be read or the file not be written."""
    parser = argparse.ArgumentParser(prog="jumuishi service map", description="Draw the stages of a service package.")
    parser.add_argument("folder", type=Path, help="the package's folder")
    parser.add_argument("--lang", choices=("sw", "en"), default="sw")
    parser.add_argument("--format", choices=("svg", "text"), default="svg")
    parser.add_argument("--output", type=Path, help="the file to write; standard output when not said")
    given = parser.parse_args(argv)
    try:
        package = read_sound(given.folder)
        said = (map_svg if given.format == "svg" else map_words)(package, given.lang)
        if given.output is None:
            print(said, end="")
        else:
            given.output.write_text(said, encoding="utf-8")
    except (UnreadableError, OSError) as error:
        print(f"{given.folder}: {error}", file=sys.stderr)
        return 2
    return 0
