"""Answers in words, for summaries and the officer's reading: canonical data in, labels and values out."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.conf import settings

from jumuishi.cases.form import SILENT, flat
from jumuishi.definitions.types import Field, Package
from jumuishi.institutions import public as institutions
from jumuishi.kernel.spoken import say_date, say_money
from jumuishi.kernel.text import t


def words(field: Field, value: Any, lang: str) -> str:
    """One answer as a person reads it; empty for none."""
    if value is None or value == [] or value == "":
        return ""
    if field.type == "select_one":
        return field.choices[value].label[lang] if value in field.choices else str(value)
    if field.type == "select_multiple":
        return ", ".join(field.choices[key].label[lang] for key in value if key in field.choices)
    if field.type == "yes_no":
        return t("cases.yes" if value else "cases.no", lang)
    if field.type == "date":
        return say_date(date.fromisoformat(value), lang, weekday=False)
    if field.type == "money":
        return say_money(value, settings.CURRENCY)
    if field.type == "place":
        place = institutions.place(value)
        return ", ".join(filter(None, dict.fromkeys([place.name, place.district, place.region]))) if place else value
    if field.type == "file":
        return f"{value['name']} (KB {max(1, value['size'] // 1024)})"
    if field.type == "group":
        return "; ".join(
            ", ".join(filter(None, (words(member, item.get(member.name), lang) for member in field.fields)))
            for item in value
        )
    return str(value)


def sections(
    package: Package,
    answers: Mapping[str, Any],
    lang: str,
    *,
    asked: Iterable[str] | None = None,
    awaited: Iterable[str] = (),
    url: str = "",
) -> list[dict[str, Any]]:
    """Answers by page; `asked` names the fields that were asked (so that an empty one shows as such), else only
    answered ones; `url` is where a page is changed, with {page} in it."""
    known, later = set(asked or ()), set(awaited)
    found = []
    for page in package.pages:
        rows = []
        for field in flat(page.fields):
            if field.type in SILENT or (field.name not in answers and field.name not in known):
                continue
            value = words(field, answers.get(field.name), lang)
            if field.name in later and not value:
                value = t("cases.awaited_at_counter", lang)
            rows.append(
                {
                    "label": field.label[lang] if field.label else "",
                    "value": value,
                    "url": url.format(page=page.page) + f"#f-{field.name}" if url else "",
                }
            )
        if rows:
            found.append({"title": page.title[lang], "rows": rows})
    more = [
        {"label": field.label[lang] if field.label else name, "value": words(field, answers[name], lang), "url": ""}
        for name, field in package.all_fields().items()
        if name in answers and field.type not in SILENT and name not in _of_pages(package)
    ]
    return [*found, {"title": t("cases.added_later", lang), "rows": more}] if more else found


def _of_pages(package: Package) -> set[str]:
    found = set()
    for page in package.pages:
        for field in flat(page.fields):
            found.add(field.name)
            found.update(member.name for member in field.fields)
    return found
