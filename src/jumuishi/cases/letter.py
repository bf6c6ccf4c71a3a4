"""The body of a document: the author's template, which reaches nothing, filled with what the case answers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from jumuishi.cases import engine
from jumuishi.cases.models import Case
from jumuishi.cases.wording import words
from jumuishi.definitions import public as definitions
from jumuishi.definitions.types import Element, Field, Package, Placeholder, Section, TemplateNode, Words
from jumuishi.documents.types import Facts, Node
from jumuishi.kernel.spoken import say_date

KINDS = {
    "h1": "heading1",
    "h2": "heading2",
    "h3": "heading3",
    "h4": "heading4",
    "h5": "heading4",
    "h6": "heading4",
    "p": "paragraph",
    "table": "table",
    "tr": "row",
    "td": "cell",
    "th": "header",
    "ul": "list",
    "ol": "numbered",
    "li": "item",
    "strong": "strong",
    "em": "em",
    "br": "br",
    "hr": "hr",
}


@dataclass(frozen=True)
class _Filling:
    """What placeholders may name."""

    package: Package
    answers: Mapping[str, Any]
    claims: Mapping[str, Any]
    facts: Facts
    institution: Mapping[str, str]
    lang: str
    fields: Mapping[str, Field]
    item: Mapping[str, Any] | None = None


@lru_cache(maxsize=256)
def _tree(text: str, name: str) -> tuple[TemplateNode, ...]:
    return definitions.parse_template(text, name)


def body_of(
    case: Case,
    frame: engine.Frame,
    document: str,
    facts: Facts,
    institution: Mapping[str, str],
    claims: Mapping[str, Any],
) -> list[Node]:
    """The filled tree, as documents renders it; in the applicant's language where the author wrote one for each."""
    package = frame.edition.package
    name = package.documents[document].template
    own = f"{name.removesuffix('.html')}.{case.language}.html"
    chosen = own if own in package.templates else name
    answers = {**case.state["answers"], **case.state.get("calculated", {})}
    filling = _Filling(package, answers, claims, facts, institution, case.language, package.all_fields())
    return list(_nodes(_tree(package.templates[chosen], chosen), filling))


def said(frame: engine.Frame, document: str, claims: Mapping[str, Any], lang: str) -> dict[str, str | int | bool]:
    """The claims as the page says them: a claim that is a field's answer reads as that answer does, not as its code."""
    package = frame.edition.package
    fields, sources = package.all_fields(), package.documents[document].claims
    spoken: dict[str, str | int | bool] = {}
    for key, value in claims.items():
        field = fields.get(sources[key].source) if key in sources else None
        if field is not None and field.type != "place":
            spoken[key] = words(field, value, lang)
        else:
            spoken[key] = value
    return spoken


def _nodes(tree: tuple[TemplateNode, ...], filling: _Filling) -> Iterator[Node]:
    for node in tree:
        if isinstance(node, Words):
            yield Node("text", text=node.text)
        elif isinstance(node, Placeholder):
            yield Node("text", text=_value(node.path, filling))
        elif isinstance(node, Section):
            for item in filling.answers.get(node.name) or ():
                inner = _Filling(
                    filling.package,
                    filling.answers,
                    filling.claims,
                    filling.facts,
                    filling.institution,
                    filling.lang,
                    filling.fields,
                    item,
                )
                yield from _nodes(node.children, inner)
        elif isinstance(node, Element):
            if node.tag in KINDS:
                yield Node(KINDS[node.tag], tuple(_nodes(node.children, filling)))
            else:
                # thead, tbody and tfoot group rows and say nothing of their own.
                yield from _nodes(node.children, filling)


def _value(path: tuple[str, ...], filling: _Filling) -> str:
    name, member = path[0], path[1] if len(path) > 1 else ""
    facts, lang = filling.facts, filling.lang
    if name == "institution":
        return filling.institution.get(lang, "")
    if name == "number":
        return facts.number
    if name == "issued_on":
        return say_date(facts.issued_on, lang, weekday=False)
    if name == "valid_until":
        return say_date(facts.valid_until, lang, weekday=False) if facts.valid_until else ""
    if name == "qr":
        return ""  # the layout has a place of its own for the code
    raw = filling.item.get(name) if filling.item is not None and name in filling.item else filling.answers.get(name)
    field = filling.fields.get(name)
    if field is not None:
        if field.type == "place" and member and raw:
            place = engine.place(str(raw))
            return str(getattr(place, member, "")) if place else ""
        return words(field, raw, lang)
    claim = filling.claims.get(name)
    if isinstance(claim, date):
        return say_date(claim, lang, weekday=False)
    return "" if claim is None else str(claim)
