"""Papers as pages show them."""

from typing import Any

from jumuishi.kernel.spoken import say_bytes
from jumuishi.kernel.text import t
from jumuishi.meetings.papers.models import Paper


def paper_words(one: Paper, lang: str, path: str) -> dict[str, Any]:
    """A paper as a page shows it: its numbers, how large it is, what is to be known of it."""
    marks = []
    if one.edition > 1:
        marks.append(t("meetings.pack_edition", lang, n=one.edition))
    if one.is_late:
        marks.append(t("meetings.call_item_late", lang))
    labels = one.labels
    return {
        "item": one.item_id,
        "number": one.item.number,
        "title": one.title,
        "url": f"{path}{one.id}/",
        "pages": f"{labels[0]}–{labels[-1]}" if len(labels) > 1 else "".join(labels),
        "n": one.pages,
        "size": say_bytes(one.size, lang),
        "marks": marks,
        "is_closed": one.item.is_closed,
        "is_open": one.is_open and not one.item.is_closed,
        "id": one.id,
    }
