"""What the frame shows on every page: the language and its twin, the way to each door."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.http import HttpRequest

from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t

GROUPS = ("work", "money", "figures", "office")


@dataclass(frozen=True)
class Desk:
    """An entry of the office's navigation: where it stands, what it is called, where it leads, for whom it is.

    `also` are the beginnings of other addresses that belong to it.
    """

    group: str
    order: int
    key: str
    path: str
    shown: Callable[[HttpRequest], bool]
    also: tuple[str, ...]

    def holds(self, path: str) -> bool:
        """Whether a page of this address (without its language) belongs to the entry."""
        below = self.path != OFFICE and path.startswith(self.path)
        return path == self.path or below or path.startswith(self.also)


OFFICE = "/ofisi/"
_desks: list[Desk] = []


def add_desk(
    order: int,
    key: str,
    path: str,
    shown: Callable[[HttpRequest], bool],
    *,
    group: str = "office",
    also: tuple[str, ...] = (),
) -> None:
    """Let a room put an entry into the office's navigation: text key, path, for whom it is, and under which of GROUPS.

    What is done every day belongs to `work`; what is looked up or arranged now and then to `office`.
    """
    _desks.append(Desk(group, order, key, path, shown, also))
    _desks.sort(key=lambda desk: (GROUPS.index(desk.group), desk.order))


def _office(request: HttpRequest, path: str, prefix: str, lang: str) -> dict[str, Any]:
    """The groups that the reader has a part in, and the entries of the one that the page belongs to.

    A group of one entry is that entry.
    """
    groups: list[dict[str, Any]] = []
    row: list[dict[str, Any]] = []
    for name, found in groupby((one for one in _desks if one.shown(request)), key=lambda desk: desk.group):
        entries = [{"url": prefix + one.path, "label": t(one.key, lang), "current": one.holds(path)} for one in found]
        is_here = any(one["current"] for one in entries)
        if len(entries) == 1:
            groups += entries
            continue
        groups.append({"url": entries[0]["url"], "label": t(f"channels.desks_{name}", lang), "holds": is_here})
        if is_here:
            row = entries
    return {"desks": groups, "desk_row": row, "desk_group": next((g["label"] for g in groups if g.get("holds")), "")}


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
        "office_name": getattr(request, "office_name", ""),
        **(_office(request, bare, prefix, lang) if bare.startswith(OFFICE) and actor is not None else {}),
    }
