"""Answers that are not submitted yet, carried over to a newer edition: the person sees every question again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jumuishi.definitions.model import Package
from jumuishi.definitions.moving.judge import still_fits
from jumuishi.definitions.moving.wording import asked_of


@dataclass(frozen=True)
class Carried:
    """`kept` answers go along; those `aside` have no place in the newer edition and are kept for the person to read.

    `same`: pages that ask just what they asked, with every answer kept; all others are to be looked at again.
    """

    kept: Mapping[str, Any]
    aside: Mapping[str, Any]
    same: frozenset[str]


def carry(old: Package, new: Package, answers: Mapping[str, Any]) -> Carried:
    """What of a draft's answers (canonical data) the newer edition has a question for; nothing is lost."""
    was, now = asked_of(old), asked_of(new)
    kept: dict[str, Any] = {}
    for name, value in answers.items():
        left, right = was.get(name), now.get(name)
        if left is None or right is None or right.by != "applicant":
            continue
        if still_fits(left.field, right.field, value):
            kept[name] = value
    aside = {name: value for name, value in answers.items() if name not in kept}
    before = {one.page: one for one in old.pages}
    same = frozenset(one.page for one in new.pages if before.get(one.page) == one)
    return Carried(kept, aside, same)
