"""Orders in words, in both languages: a refusal that quotes its rule or names the missing one, a finding, a rule."""

from collections.abc import Mapping
from typing import Any

from jumuishi.kernel.text import t, texts
from jumuishi.meetings.orders.checks import Finding
from jumuishi.meetings.orders.reading import Fault
from jumuishi.meetings.orders.shape import Field, Sort, fields_of
from jumuishi.meetings.orders.types import RefusedError, Rule


def refusal(error: RefusedError, lang: str) -> str:
    """What whoever was refused reads: the missing rule and who enters it, or why not, with the words of the clause."""
    if error.missing:
        return t("meetings.no_rule", lang, rule=rule_name(error.missing, lang))
    said = t(f"meetings.no_{error.code}", lang, **_spoken(error.given, lang))
    return f"{said} {quoted(error.rule, lang)}" if error.rule else said


def quoted(rule: Rule, lang: str) -> str:
    """The clause, and its words where they were entered."""
    if not rule.words:
        return t("meetings.rule_clause", lang, clause=rule.clause)
    return t("meetings.rule_quoted", lang, clause=rule.clause, words=rule.words)


def rule_name(name: str, lang: str) -> str:
    """A rule by its name in words: "akidi", "taarifa ya kikao maalum"; a name that is none as it stands."""
    family, dot, key = name.partition(".")
    if family == "notice" and dot:
        return t("meetings.rule_notice", lang, kind=kind_name(key, lang))
    if family == "majorities" and dot:
        return t("meetings.rule_majority", lang, decision=decision_name(key, lang))
    return _named("rule", name, lang)


def kind_name(kind: str, lang: str) -> str:
    """A kind of meeting in words."""
    return _named("kind", kind, lang)


def decision_name(decision: str, lang: str) -> str:
    """A kind of decision in words; one that has no name of ours as the body writes it."""
    return _named("decision", decision, lang)


def role_name(role: str, lang: str) -> str:
    """What somebody is in a body."""
    return _named("role", role, lang)


def recipient_name(one: str, lang: str) -> str:
    """Who gets minutes."""
    return _named("to", one, lang)


def value_words(one: Field, value: Any, lang: str) -> str:
    """A field's value in words."""
    match one.sort:
        case Sort.FLAG:
            return t("meetings.yes" if value else "meetings.no", lang)
        case Sort.ONE:
            return choice_name(one, value, lang)
        case Sort.MANY:
            return ", ".join(choice_name(one, each, lang) for each in value)
        case Sort.SECTIONS:
            return "; ".join(f"{n}. {each[lang]}" for n, each in enumerate(value, 1))
        case _:
            return str(value)


def choice_name(one: Field, value: str, lang: str) -> str:
    """One of a field's choices in words."""
    return _named({"roles": "role", "ways": "way"}.get(one.name, one.name), value, lang)


def rule_words(name: str, table: Mapping[str, Any], lang: str) -> list[tuple[str, str]]:
    """What a rule says, as (label, value), a line a field that is there."""
    return [
        (t(f"meetings.field_{one.name}", lang), value_words(one, table[one.name], lang))
        for one in fields_of(name) or ()
        if one.name in table and (table[one.name] != [] or one.must)
    ]


def finding_words(finding: Finding, lang: str) -> str:
    """A contradiction as a sentence that names the rules."""
    return t(f"meetings.check_{finding.code}", lang, **_spoken(finding.given, lang))


def fault_words(fault: Fault, lang: str) -> str:
    """What is wrong in a definition, with its place."""
    said = fault_said(fault, lang)
    return f"{fault.place}: {said}" if fault.place else said


def fault_said(fault: Fault, lang: str) -> str:
    """What is wrong, where the place is seen anyway."""
    return t(f"meetings.orders_bad_{fault.code}", lang, **fault.given)


def _spoken(given: Mapping[str, object], lang: str) -> dict[str, object]:
    """Names of ours among what fills a sentence, in words; `kind` and `decision` are the ones that have such."""
    say = {"kind": kind_name, "decision": decision_name, "role": role_name}
    return {key: say[key](str(value), lang) if key in say else value for key, value in given.items()}


def _named(family: str, name: str, lang: str) -> str:
    key = f"meetings.{family}_{name}"
    return t(key, lang) if key in texts() else name
