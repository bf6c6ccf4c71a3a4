"""Definitions without faults, drawn; values may contradict."""

from typing import Any

from hypothesis import strategies as st

from jumuishi.meetings.orders.shape import COMES, DECISIONS, FAMILIES, ONE_OF, RULES, Field, Sort
from jumuishi.meetings.orders.types import Kind

TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=40)
KEYS = st.from_regex(r"[a-z][a-z0-9-]{0,12}", fullmatch=True)
SECTION = st.fixed_dictionaries(
    {"key": KEYS, "sw": st.just("Sehemu"), "en": st.just("Section")}, optional={"comes": st.sampled_from(COMES)}
)


def value_of(one: Field) -> st.SearchStrategy[Any]:
    """A value that the field takes."""
    match one.sort:
        case Sort.NUMBER:
            return st.integers(1, one.most)
        case Sort.SHARE:
            return st.builds("{}/{}".format, st.integers(0, 9), st.integers(1, 9))
        case Sort.FLAG:
            return st.booleans()
        case Sort.ONE:
            return st.sampled_from(one.choices)
        case Sort.MANY:
            return st.lists(st.sampled_from(one.choices), unique=True, min_size=1)
        case Sort.SECTIONS:
            return st.lists(SECTION, min_size=1, max_size=5)


def rule_of(name: str, fields: tuple[Field, ...]) -> st.SearchStrategy[dict[str, Any]]:
    """A rule's table."""
    must = {one.name: value_of(one) for one in fields if one.must}
    may = {one.name: value_of(one) for one in fields if not one.must}
    if name in ONE_OF:
        first = ONE_OF[name][0]
        must[first] = may.pop(first)
    return st.fixed_dictionaries({**must, "clause": TEXT}, optional={**may, "words": TEXT})


def definitions() -> st.SearchStrategy[dict[str, Any]]:
    """Whole definitions."""
    rules: dict[str, st.SearchStrategy[Any]] = {name: rule_of(name, fields) for name, fields in RULES.items()}
    keys = {"notice": st.sampled_from(tuple(kind.value for kind in Kind)), "majorities": st.sampled_from(DECISIONS)}
    rules |= {name: st.dictionaries(keys[name], rule_of(name, fields), min_size=1) for name, fields in FAMILIES.items()}
    return st.fixed_dictionaries({"gazette": TEXT}, optional=rules)
