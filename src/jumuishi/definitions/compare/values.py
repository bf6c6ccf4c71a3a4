"""The value of one key of a definition, as a person reads it."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from jumuishi.definitions.compare.speak import expression_words, label_of, within_words
from jumuishi.definitions.model import (
    Appeal,
    Basis,
    Branch,
    Due,
    Expires,
    Expression,
    Life,
    Lookup,
    Package,
    Promise,
    Repeat,
    Retention,
    Text,
    Within,
)
from jumuishi.kernel.text import t

NOTHING = "–"
_STAGES = ("to", "answered", "passed", "failed", "paid", "not_by", "pauses")
_WORDS = {"type": "type", "kind": "kind", "outcome": "outcome", "offered_by": "body", "applicants": "applicant",
          "doors": "door", "requires": "requires", "level": "level", "languages": "language"}  # fmt: skip


def value_words(key: str, value: Any, package: Package, lang: str) -> str:
    """What a key says, in a language; a dash for nothing."""
    if value is None or value == () or value == "" or (isinstance(value, Mapping) and not value):
        return NOTHING
    if isinstance(value, bool):
        return t(f"definitions.say_{'yes' if value else 'no'}", lang)
    for kind, say in _SAYERS.items():
        if isinstance(value, kind):
            return say(value, package, lang)
    if isinstance(value, tuple):
        return ", ".join(value_words(key, one, package, lang) for one in value)
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {value_words(key, one, package, lang)}" for name, one in value.items())
    return _word(key, str(value), package, lang)


def _word(key: str, value: str, package: Package, lang: str) -> str:
    """An id or a word of a closed list by what people call it."""
    if key in _STAGES and value in package.stages:
        return package.stages[value].name.in_language(lang)
    if key in ("role", "escalate") and value in package.roles:
        return package.roles[value].name.in_language(lang)
    if key == "fees" and value in package.fees:
        return package.fees[value].label.in_language(lang)
    if key == "document" and value in package.documents:
        return package.documents[value].title.in_language(lang)
    if key == "institution" and value in package.settings:
        return package.settings[value].label.in_language(lang)
    if key == "basis" and value in package.basis:
        return package.basis[value].cite.in_language(lang)
    if key in ("may_change", "purpose", "earlier", "key") and (field := package.all_fields().get(value)):
        return label_of(field, lang)
    if key == "needed":
        return value if value.isdigit() else t(f"definitions.needed_{value}", lang)
    if key == "default" and value:
        return value
    if key == "languages" and value not in ("sw", "en"):
        return value
    if key in _WORDS and not (key == "kind" and value in _BODIES):
        return t(f"definitions.{_WORDS[key]}_{value}", lang)
    return t(f"definitions.body_{value}", lang) if key == "kind" else value


_BODIES = ("ministry", "agency", "authority", "council", "company")


def template_lines(source: str) -> list[str]:
    """A template's lines as read, marks of layout left out."""
    bare = (" ".join(re.sub(r"<[^>]*>", " ", line).split()) for line in source.splitlines())
    return [line for line in bare if line]


def _due(due: Due, package: Package, lang: str) -> str:
    within = within_words(due.within, package, lang)
    if not due.escalate:
        return within
    role = value_words("role", due.escalate, package, lang)
    return t("definitions.say_escalates", lang, span=within, role=role)


def _then(one: Expires | Appeal, package: Package, lang: str) -> str:
    span = within_words(one.after if isinstance(one, Expires) else one.within, package, lang)
    return t("definitions.say_then", lang, span=span, stage=value_words("to", one.to, package, lang))


def _promise(one: Promise, package: Package, lang: str) -> str:
    span = within_words(one.within, package, lang)
    if one.pauses:
        span = t("definitions.say_pauses", lang, span=span, stages=value_words("pauses", one.pauses, package, lang))
    return span + _source(one.basis, package, lang)


def _retention(one: Retention, package: Package, lang: str) -> str:
    said = (
        f"{t(f'definitions.outcome_{outcome}', lang)}: {within_words(span, package, lang)}"
        for outcome, span in one.periods.items()
    )
    return "; ".join(said) + _source(one.basis, package, lang)


def _source(basis: str | None, package: Package, lang: str) -> str:
    return f" ({value_words('basis', basis, package, lang)})" if basis else ""


def _branch(one: Branch, package: Package, lang: str) -> str:
    stage = value_words("to", one.to, package, lang)
    if one.when is None:
        return t("definitions.say_else", lang, stage=stage)
    return t("definitions.say_when", lang, when=expression_words(one.when, package, lang), stage=stage)


def _repeat(one: Repeat, package: Package, lang: str) -> str:  # noqa: ARG001  # one shape for all
    most = str(one.max) if one.max is not None else t("definitions.say_any_number", lang)
    return t("definitions.say_from_to", lang, least=one.min, most=most)


def _lookup(one: Lookup, package: Package, lang: str) -> str:
    return t("definitions.say_lookup", lang, register=one.register, key=value_words("key", one.key, package, lang))


def _life(one: Life, package: Package, lang: str) -> str:
    return ", ".join(value_words("purpose", name, package, lang) for name in (one.purpose, one.earlier))


_SAYERS: dict[type, Callable[[Any, Package, str], str]] = {
    Text: lambda one, _, lang: one.in_language(lang),
    Expression: expression_words,
    Within: within_words,
    Due: _due,
    Expires: _then,
    Appeal: _then,
    Promise: _promise,
    Retention: _retention,
    Branch: _branch,
    Repeat: _repeat,
    Lookup: _lookup,
    Life: _life,
    Basis: lambda one, _, lang: one.cite.in_language(lang),
}
