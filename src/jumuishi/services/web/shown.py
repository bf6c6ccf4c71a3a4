"""What several pages of editions show: changes by area, the survey of open cases, findings of a check."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django.conf import settings

from jumuishi.definitions import public as definitions
from jumuishi.definitions.types import Change, Finding, Package, StoryResult
from jumuishi.kernel.spoken import say_instant
from jumuishi.kernel.text import t
from jumuishi.services.types import Survey


def changes(old: Package | None, new: Package, lang: str) -> list[dict[str, Any]]:
    """What changed, by area; nothing where there is no edition before."""
    if old is None:
        return []
    found = definitions.compare(old, new)
    return [
        {"name": t(f"definitions.area_{area}", lang), "rows": [_change(one, lang) for one in members]}
        for area, members in groupby(found, key=lambda one: one.area)
    ]


def _change(one: Change, lang: str) -> dict[str, str]:
    return {
        "kind": one.kind,
        "word": t(f"services.change_{one.kind}", lang),
        "thing": one.thing[lang],
        "aspect": one.aspect[lang] if one.aspect else "",
        "before": one.before[lang] if one.before else "",
        "after": one.after[lang] if one.after else "",
    }


def survey(found: Survey | None, lang: str) -> dict[str, Any] | None:
    """What it would mean for open cases."""
    if found is None:
        return None
    groups = [{"kind": kind, "words": words, "n": n, "examples": examples} for kind, words, n, examples in found.groups]
    return {
        "looking": found.state == "looking",
        "seen": found.seen,
        "all": found.all,
        "counts": [
            {"kind": kind, "n": n, "words": t(f"services.survey_{kind}", lang)}
            for kind, n in (("safe", found.safe), ("ask", found.ask), ("cannot", found.cannot))
        ],
        "groups": [one for one in groups if one["kind"] != "safe"],
        "at": say_instant(found.at, lang, settings.TIME_ZONE),
        "url": found.url,
    }


def findings(found: Sequence[Finding], lang: str) -> list[dict[str, Any]]:
    """Each finding with its place."""
    return [
        {"where": f"{one.file}:{one.line}:{one.column}", "code": one.code, "message": one.message, "story": one.story}
        for one in (each.in_language(lang) for each in found[:100])
    ]


def stories(found: Sequence[StoryResult], lang: str) -> list[dict[str, Any]]:
    """Each story in a line: its title, or what went otherwise."""
    return [
        {
            "holds": one.holds,
            "file": one.file,
            "words": "; ".join(one.faults) or one.story.get(lang) or next(iter(one.story.values()), ""),
        }
        for one in found[:100]
    ]
