"""What the frame shows on every page: the language and its twin, the way to each door."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t

Item = tuple[str, str]
_desks: list[tuple[int, str, str, Callable[[HttpRequest], bool]]] = []


def add_desk(order: int, key: str, path: str, shown: Callable[[HttpRequest], bool]) -> None:
    """Let a room put an entry into the office's navigation: text key, path, and for whom it is."""
    _desks.append((order, key, path, shown))
    _desks.sort(key=lambda desk: desk[0])


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context processor of all pages; asks the database nothing."""
    lang = language()
    prefix = "/en" if lang == "en" else ""
    path = request.path
    bare = path.removeprefix("/en") if lang == "en" else path
    other = bare if lang == "en" else f"/en{path}"
    query = request.META.get("QUERY_STRING", "") if request.method == "GET" else ""
    actor = getattr(request, "actor", None)
    known = getattr(actor, "person_id", None) is not None
    entries = (
        ("channels.nav_services", "/huduma/"),
        ("channels.nav_track", "/fuatilia/"),
        ("channels.nav_verify", "/hakiki/"),
        ("channels.nav_mine", "/maombi/") if known else ("channels.nav_sign_in", "/ingia/"),
    )
    return {
        "lang": lang,
        "other_lang": "sw" if lang == "en" else "en",
        "other_name": "Kiswahili" if lang == "en" else "English",
        "other_url": other + (f"?{query}" if query else ""),
        "doors": [{"url": prefix + to, "label": t(key, lang), "current": bare.startswith(to)} for key, to in entries],
        "desks": [
            {
                "url": prefix + to,
                "label": t(key, lang),
                "current": bare == to or (to != "/ofisi/" and bare.startswith(to)),
            }
            for _, key, to, shown in _desks
            if actor is not None and shown(request)
        ],
        "office_name": getattr(request, "office_name", ""),
    }
