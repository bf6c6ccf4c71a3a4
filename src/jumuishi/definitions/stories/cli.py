"""`jumuishi service test FOLDER`: the author's stories, one line each."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from jumuishi.definitions.model import Package
from jumuishi.definitions.read.package import files_of, read_files
from jumuishi.definitions.read.yamlfile import UnreadableError
from jumuishi.definitions.stories.run import StoryResult, run_stories
from jumuishi.kernel.text import t


def read_sound(folder: Path) -> Package:
    """The package in a folder; raises UnreadableError with the first fault of one that can't be taken at its word."""
    found = read_files(files_of(folder))
    for fault in sorted(found.reading.findings.found):
        raise UnreadableError(f"{fault.file}:{fault.line}:{fault.column} {fault.code} {fault.message}")
    if found.package is None:
        raise UnreadableError("service.yaml")
    return found.package


def service_test(argv: list[str], *, read: Callable[[Path], Package] = read_sound) -> int:
    """Play a package's stories and print a line for each.

    0 when all hold, 1 when one does not or there is none, 2 when the folder can't be read. `read` gives the package in
    a folder; raises UnreadableError, OSError or ValueError.
    """
    parser = argparse.ArgumentParser(prog="jumuishi service test")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--lang", choices=("sw", "en"), default="sw")
    given = parser.parse_args(argv)
    try:
        package = read(given.folder)
    except (UnreadableError, OSError, ValueError) as error:
        print(f"{given.folder}: {error}", file=sys.stderr)
        return 2
    results = run_stories(package, given.folder)
    for one in results:
        print(line_of(one, given.lang))
    if not results:
        print(t("definitions.stories_none", given.lang), file=sys.stderr)
        return 1
    held = sum(one.holds for one in results)
    print(t("definitions.stories_held", given.lang, held=held, all=len(results)))
    return 0 if held == len(results) else 1


def line_of(result: StoryResult, lang: str) -> str:
    """A story in one line: whether it holds, its file, its title, else what went otherwise."""
    word = t("definitions.story_holds" if result.holds else "definitions.story_fails", lang)
    title = result.story.get(lang) or next(iter(result.story.values()), "")
    return f"{word}  {result.file}  {title}" if result.holds else f"{word}  {'; '.join(result.faults)}"
