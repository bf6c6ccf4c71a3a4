"""So many sound definitions, each made from its number alone, with what the checker says of it."""

from functools import lru_cache
from random import Random

from jumuishi.definitions.check.package import check_files
from jumuishi.definitions.findings import Finding
from jumuishi.definitions.tests.corpus.sound.package import package


@lru_cache(maxsize=4)
def checked(number: int) -> list[tuple[list[Finding], str]]:
    """The findings of each, warnings among them, with the definition's text; the same definitions every time."""
    made = [package(Random(one)) for one in range(1, number + 1)]
    return [(check_files(files), files["service.yaml"].decode()) for files in made]


def large(pages: int = 40, fields: int = 8, steps: int = 44) -> dict[str, bytes]:
    """One sound definition far larger than a person writes; the same every time."""
    return package(Random(3), pages=pages, fields=fields, steps=steps)
