"""`{% t "room.key" name=value %}`: an escaped text in the language of the page."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from jumuishi.kernel import text as texts

register = template.Library()


def language() -> str:
    """The page's language: sw unless English was chosen."""
    return "en" if (get_language() or "").startswith("en") else "sw"


@register.simple_tag(name="t")
def text_tag(key: str, /, **values: Any) -> SafeString:
    """The text, with values escaped; a text itself may hold the few tags its writer put there."""
    entry = texts.texts()[key]
    text = entry[language()]
    # The texts are ours, reviewed with the code; only what is filled in comes from outside.
    return format_html(text, **values) if values else mark_safe(text)  # noqa: S308


@register.filter
def in_language(value: Any) -> str:
    """A {sw:, en:} text in the language of the page, or in the one that it was written in."""
    if not value:
        return ""
    if isinstance(value, dict):
        return str(value.get(language()) or next(filter(None, value.values()), ""))
    return str(value)


@register.filter
def colon(label: Any) -> str:
    """A label as it stands before what is said of it: with a colon, unless it ends in a mark of its own ("...?")."""
    said = str(label).rstrip()
    return said if said.endswith((":", "?", ".", "!")) else f"{said}:"
