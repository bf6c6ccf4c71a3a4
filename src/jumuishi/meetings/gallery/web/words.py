"""How the gallery says things."""

from typing import Any

from jumuishi.institutions import public as institutions
from jumuishi.kernel.spoken import say_instant
from jumuishi.kernel.text import t, texts
from jumuishi.meetings.models import Body, Meeting
from jumuishi.meetings.naming import in_lang, title_of

STATES = {"open": "now", "adjourned": "adjourned", "ended": "ended", "cancelled": "cancelled"}


def named(family: str, value: str, lang: str) -> str:
    """A role, a kind of meeting or of body by its text; the body's own word where there is none."""
    key = f"meetings.{family}_{value}"
    return t(key, lang) if key in texts() else value


def row_of(one: Meeting, lang: str, zone: str) -> dict[str, Any]:
    """A meeting in a list."""
    state = STATES.get(one.state, "")
    return {
        "id": one.id,
        "title": title_of(one, lang),
        "body": in_lang(one.body.name, lang),
        "when": say_instant(one.starts_at, lang, zone),
        "place": one.place,
        "state": t(f"meetings.gallery_state_{state}", lang) if state else "",
        "is_now": one.state == Meeting.State.OPEN,
    }


def body_of(one: Body, homes: dict[Any, Any], lang: str) -> dict[str, Any]:
    """A body in a list, with whose it is and where."""
    place = institutions.place(one.place) if one.place else None
    home = homes.get(one.institution_id)
    where = [in_lang(home.name, lang) if home else "", place.name if place else ""]
    return {"id": one.id, "name": in_lang(one.name, lang), "what": named("what", one.what, lang),
            "where": ", ".join(filter(None, where))}  # fmt: skip
