"""My documents and my bills, wherever they come from: the two lists that stand beside my applications."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.http import HttpRequest

from jumuishi.cases.web.ways import prefix
from jumuishi.documents import public as documents
from jumuishi.documents.types import DocumentState
from jumuishi.kernel.numbers import group
from jumuishi.kernel.spoken import say_instant, say_money
from jumuishi.kernel.text import t
from jumuishi.payments import public as payments
from jumuishi.payments.types import OWED

PAGE = 10
Listed = tuple[Page[Any], list[dict[str, Any]]]


def my_documents(request: HttpRequest, person_id: UUID, lang: str) -> Listed:
    """A page of the person's documents, newest first, each with its state and its file."""
    page = Paginator(documents.papers_of(person_id), PAGE).get_page(request.GET.get("hati"))
    return page, [
        {
            "url": f"{prefix()}/maombi/{one.case_id}/hati/{one.id}/",
            "case": f"{prefix()}/maombi/{one.case_id}/",
            "title": one.title[lang],
            "number": group(one.number),
            "state": t(f"documents.result_{one.state.value}", lang),
            "good": one.state is DocumentState.ISSUED,
            "until": t("cases.until", lang, at=documents.day(one.valid_until, lang)) if one.valid_until else "",
        }
        for one in documents.all_issued(page.object_list)
    ]


def my_bills(request: HttpRequest, person_id: UUID, lang: str) -> Listed:
    """A page of what the person is or was asked to pay, newest first, each with its control number."""
    page = Paginator(payments.debts_of(person_id), PAGE).get_page(request.GET.get("ankara"))
    rows = list(page.object_list)
    found = payments.bills_of_rows(rows)
    return page, [
        {
            "url": f"{prefix()}/maombi/{one.case_id}/",
            "what": ", ".join(line.label for line in one.lines),
            "amount": say_money(one.asked.amount, one.asked.currency),
            "control_number": group(one.control_number),
            "state": payments.state_words(one.state, lang),
            "owed": one.state in OWED,
            "before": say_instant(one.expires_at, lang, settings.TIME_ZONE) if one.state in OWED else "",
        }
        for one in (found[row.id] for row in rows)
    ]
