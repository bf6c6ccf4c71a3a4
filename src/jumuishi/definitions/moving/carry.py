"""Answers that are not submitted yet, carried over to a newer edition: the person sees every question again."""

from collections.abc import Mapping
from typing import Any

from jumuishi.definitions.model import Package
from jumuishi.definitions.moving.judge import still_fits
from jumuishi.definitions.moving.types import Carried
from jumuishi.definitions.moving.wording import asked_of, asked_on_pages


def carry(old: Package, new: Package, answers: Mapping[str, Any]) -> Carried:
    """What of a draft's answers (canonical data) the newer edition has a question for; nothing is lost."""
    was, now = asked_of(old), asked_on_pages(new)
    kept: dict[str, Any] = {}
    for name, value in answers.items():
        left, right = was.get(name), now.get(name)
        if left is None or right is None:
            continue
        if still_fits(left.field, right.field, value):
            kept[name] = value
    aside = {name: value for name, value in answers.items() if name not in kept}
    before = {one.page: one for one in old.pages}
    same = frozenset(one.page for one in new.pages if before.get(one.page) == one)
    return Carried(kept, aside, same)
