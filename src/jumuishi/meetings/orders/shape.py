"""What a definition of standing orders may hold: one table, read by the reader, the form, the export, the comparison.

A rule's name is its place in the definition ("quorum", "notice.special", "majorities.budget") and what a refusal
names where it is not entered. Beside its own fields each rule has `clause`, where it stands, and `words`, its text.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from jumuishi.meetings.orders.types import Base, Casting, Kind, Way

ROLES: Final = ("chair", "vice", "member", "secretary", "ex-officio", "adviser")
# Kinds of decision that have a name of ours; a body may have others.
DECISIONS: Final = ("ordinary", "budget", "bylaw", "removal", "closing", "orders")
COMES: Final = ("minutes", "arising", "reports", "resolutions", "cases")
RECIPIENTS: Final = ("dc", "rc", "minister", "parent", "members")
CLAUSE, WORDS = 120, 2000


class Sort(StrEnum):
    """How a field is written."""

    NUMBER = "number"
    SHARE = "share"  # "2/3"
    FLAG = "flag"
    ONE = "one"
    MANY = "many"
    SECTIONS = "sections"


@dataclass(frozen=True)
class Field:
    """One value of a rule; `must` where the rule says nothing without it, else `default` is what its absence means."""

    name: str
    sort: Sort
    choices: tuple[str, ...] = ()
    must: bool = True
    default: Any = None
    most: int = 1000


def _values(one: type[StrEnum]) -> tuple[str, ...]:
    return tuple(value.value for value in one)


_NOTICE = (Field("days", Sort.NUMBER, most=366), Field("working", Sort.FLAG, must=False, default=False))
_MAJORITY = (
    Field("share", Sort.SHARE),
    Field("of", Sort.ONE, _values(Base)),
    Field("more_than", Sort.FLAG, must=False, default=True),
    Field("ways", Sort.MANY, _values(Way), must=False, default=()),
)
FAMILIES: Final[dict[str, tuple[Field, ...]]] = {"notice": _NOTICE, "majorities": _MAJORITY}
RULES: Final[dict[str, tuple[Field, ...]]] = {
    "voters": (Field("roles", Sort.MANY, ROLES),),
    "emergency": (
        Field("roles", Sort.MANY, ROLES),
        Field("hours", Sort.NUMBER, most=8784),
        Field("reason_needed", Sort.FLAG, must=False, default=True),
    ),
    "quorum": (
        Field("share", Sort.SHARE, must=False),
        Field("count", Sort.NUMBER, must=False),
        Field("of", Sort.ONE, _values(Base), must=False, default=Base.MEMBERS.value),
    ),
    "casting": (Field("does", Sort.ONE, _values(Casting)),),
    "seconder": (Field("needed", Sort.FLAG),),
    "speaking": (
        Field("seconds", Sort.NUMBER, must=False, most=86400),
        Field("times", Sort.NUMBER, must=False),
        Field("reply_seconds", Sort.NUMBER, must=False, most=86400),
    ),
    "late": (Field("allowed", Sort.FLAG),),
    "recusal": (),
    "remote": (Field("counts", Sort.FLAG),),
    "public": (Field("open", Sort.FLAG),),
    "closing": (),
    "order": (Field("sections", Sort.SECTIONS), Field("fixed", Sort.FLAG, must=False)),
    "corrections": (Field("hours", Sort.NUMBER, most=8784),),
    "minutes": (Field("to", Sort.MANY, RECIPIENTS),),
    "papers": (Field("days", Sort.NUMBER, most=366),),
}
# Of these fields a rule must have one, whichever.
ONE_OF: Final = {"quorum": ("share", "count"), "speaking": ("seconds", "times", "reply_seconds")}
# In the order in which orders are read aloud, with the kinds that have a name of ours.
NAMES: Final = (
    "voters",
    *(f"notice.{kind}" for kind in Kind if kind is not Kind.EMERGENCY),
    "emergency",
    "papers",
    "quorum",
    "remote",
    "public",
    "closing",
    "order",
    "late",
    "recusal",
    "seconder",
    "speaking",
    *(f"majorities.{decision}" for decision in DECISIONS),
    "casting",
    "corrections",
    "minutes",
)


def fields_of(name: str) -> tuple[Field, ...] | None:
    """The fields of a rule by its name; None for a name that is no rule's."""
    family, dot, _ = name.partition(".")
    return FAMILIES.get(family) if dot else RULES.get(name)


def rules_in(definition: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The rules that a definition has entered, (name, its table), in the order of `NAMES`, then by name."""
    found = {name: one for name, one in definition.items() if name in RULES}
    for family in FAMILIES:
        found |= {f"{family}.{key}": one for key, one in definition.get(family, {}).items()}
    place = {name: number for number, name in enumerate(NAMES)}
    for name in sorted(found, key=lambda one: (place.get(one, len(place)), one)):
        yield name, found[name]


def rule_in(definition: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """One rule's table; empty where it is not entered."""
    family, dot, key = name.partition(".")
    found = definition.get(family, {}).get(key) if dot else definition.get(name)
    return found or {}


def with_rule(definition: Mapping[str, Any], name: str, rule: Mapping[str, Any]) -> dict[str, Any]:
    """The definition with this rule in that place; without it where `rule` is empty."""
    family, dot, key = name.partition(".")
    if not dot:
        return {k: v for k, v in definition.items() if k != name} | ({name: dict(rule)} if rule else {})
    kept = {k: v for k, v in definition.get(family, {}).items() if k != key} | ({key: dict(rule)} if rule else {})
    return {k: v for k, v in definition.items() if k != family} | ({family: kept} if kept else {})
