"""What bodies and meetings are called, wherever they are named."""

from jumuishi.kernel.text import t
from jumuishi.meetings.models import Body, Meeting


def in_lang(text: dict[str, str], lang: str) -> str:
    """A text in a language, or in the one that it was written in."""
    return text.get(lang) or next(filter(None, text.values()), "")


def title_of(meeting: Meeting, lang: str) -> str:
    """A meeting within its body: its title, or its kind and number."""
    kind = t(f"meetings.kind_{meeting.kind}", lang)
    said = in_lang(meeting.title, lang) or t("meetings.call_name", lang, kind=kind, number=meeting.number)
    return said[:1].upper() + said[1:]


def body_name(body: Body, lang: str) -> str:
    """A body by its name."""
    return in_lang(body.name, lang) or body.slug


def name_of(meeting: Meeting, lang: str) -> str:
    """A meeting by itself: its body and its title."""
    return f"{body_name(meeting.body, lang)}: {title_of(meeting, lang)}"
