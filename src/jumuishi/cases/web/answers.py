"""Answers in words, for summaries and the officer's reading: canonical data in, labels and values out."""

from collections.abc import Iterable, Mapping
from typing import Any

from jumuishi.cases.form import SILENT, flat
from jumuishi.cases.wording import words
from jumuishi.definitions.types import Package
from jumuishi.kernel.text import t


def sections(
    package: Package,
    answers: Mapping[str, Any],
    lang: str,
    *,
    asked: Iterable[str] | None = None,
    awaited: Iterable[str] = (),
    urls: Mapping[str, str] | None = None,
    marks: Mapping[str, str] | None = None,
    sources: Mapping[str, str] | None = None,
) -> list[dict[str, Any]]:
    """Answers by page; `asked` names the fields that were asked (so that an empty one shows as such), else only
    answered ones; `urls` is where each page is changed; `marks` stand beside answers that were corrected,
    `sources` beside those of which a register knows."""
    known, later, marked, told = set(asked or ()), set(awaited), marks or {}, sources or {}
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
                    "mark": marked.get(field.name, ""),
                    "source": told.get(field.name, ""),
                    "url": f"{urls[page.page]}#f-{field.name}" if urls and page.page in urls else "",
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
