"""One answer in words: canonical data in, what a person reads out; for pages and for documents."""

from datetime import date
from typing import Any

from django.conf import settings

from jumuishi.definitions.types import Field
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
