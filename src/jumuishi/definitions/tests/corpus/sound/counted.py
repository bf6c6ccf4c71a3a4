"""So many sound definitions, found by Hypothesis from a fixed beginning, each with what the checker says of it."""

from functools import lru_cache
from random import Random

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from jumuishi.definitions.check.package import check_files
from jumuishi.definitions.findings import Finding
from jumuishi.definitions.tests.corpus.sound.package import package

PACKAGES = st.randoms(use_true_random=False).map(package)
"""Any sound package; every choice is Hypothesis' own, so that it makes a failing one smaller."""


@lru_cache(maxsize=4)
def checked(number: int) -> list[tuple[list[Finding], str]]:
    """The findings of each, warnings among them, with the definition's text; the same definitions every time."""
    outcomes: list[tuple[list[Finding], str]] = []

    @settings(
        max_examples=number,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(PACKAGES)
    def check_one(files: dict[str, bytes]) -> None:
        outcomes.append((check_files(files), files["service.yaml"].decode()))

    check_one()
    return outcomes


def large(pages: int = 40, fields: int = 8, steps: int = 44) -> dict[str, bytes]:
    """One sound definition far larger than a person writes; the same every time."""
    return package(Random(3), pages=pages, fields=fields, steps=steps)
