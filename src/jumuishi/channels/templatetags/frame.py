"""What every page's frame needs from the request."""

from typing import Any

from django import template

register = template.Library()


@register.simple_tag(takes_context=True)
def home(context: dict[str, Any]) -> str:
    """The first page in the language of this page: "/" or "/en/"."""
    return "/en/" if context.get("lang") == "en" else "/"
