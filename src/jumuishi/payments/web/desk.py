"""The money's entries in the office's navigation, and what its pages share: whose books, the day in four numbers."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest

from jumuishi.channels.context import add_desk
from jumuishi.identity.doors import actor_of
from jumuishi.identity.public import must
from jumuishi.identity.types import NotAllowedError, Thing
from jumuishi.kernel import clock
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.payments import books
from jumuishi.payments.rules import ESCALATION_ROLES, OWNER_ROLE

BILLS, PAYMENTS, DIFFERENCES = "/ofisi/fedha/", "/ofisi/fedha/malipo/", "/ofisi/fedha/tofauti/"
REFUNDS = "/ofisi/marejesho/"
PAGE = 20


def reads_books(request: HttpRequest) -> bool:
    """Whether the officer who asks keeps the institution's books, or answers for who does."""
    return actor_of(request).has(OWNER_ROLE, *ESCALATION_ROLES)


add_desk(40, "payments.money", BILLS, reads_books, group="money", also=(REFUNDS,))


def here(path: str) -> str:
    """The path in the language of the page that is being made."""
    return f"/en{path}" if language() == "en" else path


def books_of(request: HttpRequest) -> UUID:
    """The institution whose books the request may read; raises NotAllowedError."""
    actor = actor_of(request)
    if actor.institution_id is None:
        raise NotAllowedError("payments.books.read")
    must(actor, "payments.books.read", Thing("institution", actor.institution_id, actor.institution_id))
    return actor.institution_id


def shared(institution_id: UUID, path: str) -> dict[str, Any]:
    """For payments/desk.html: the day in numbers, each the way to its list, and the lists themselves."""
    now, lang = clock.now(), language()
    found = books.counts(institution_id, now)
    tiles = (
        ("refunds", found.refunds, REFUNDS, found.late_refunds),
        ("differences", found.differences, DIFFERENCES, found.late_differences),
        ("unnumbered", found.unnumbered, f"{BILLS}?v=number", 0),
        ("unpaid", found.unpaid, f"{BILLS}?v=payment", 0),
    )
    return {
        "load": [
            {
                "n": n,
                "label": t(f"payments.load_{key}", lang),
                "url": here(to),
                "late": t("payments.load_late", lang, n=late) if late else "",
            }
            for key, n, to, late in tiles
        ],
        "lists": [
            {"url": here(to), "label": t(f"payments.{key}", lang), "current": to == path}
            for key, to in (("bills", BILLS), ("arrived", PAYMENTS), ("differences", DIFFERENCES), ("refunds", REFUNDS))
        ],
        "path": here(path),
    }
