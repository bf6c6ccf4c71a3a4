"""/ofisi/mifumo/kumbukumbu/: an institution's calls and errors, why one was denied, and what proves it."""

import json
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.utils.timezone import localtime
from django.views.decorators.http import require_GET, require_POST

from jumuishi.channels import sheets
from jumuishi.evidence import public as evidence
from jumuishi.exchange import bodies, records
from jumuishi.exchange.models import Record
from jumuishi.exchange.records import DAYS, Sought
from jumuishi.exchange.types import Role
from jumuishi.exchange.web import words
from jumuishi.exchange.web.frame import PAGE, answer, keeper
from jumuishi.identity.doors import Officer, access
from jumuishi.identity.public import looked
from jumuishi.identity.types import Thing
from jumuishi.kernel import bounded, clock
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t


def _sought(given: QueryDict) -> Sought:
    days = given.get("siku", "")
    return Sought(
        service=given.get("huduma", "").strip()[:120], client=given.get("anayeuliza", "").strip()[:120],
        role=given.get("upande", "") if given.get("upande") in set(Role) else "", wrong=given.get("makosa") == "1",
        days=int(days) if days in map(str, DAYS) else DAYS[1],
    )  # fmt: skip


def _address(sought: Sought) -> str:
    said = {
        "huduma": sought.service, "anayeuliza": sought.client, "upande": sought.role,
        "makosa": "1" if sought.wrong else "", "siku": str(sought.days),
    }  # fmt: skip
    return urlencode({name: one for name, one in said.items() if one})


@access(Officer)
@require_GET
def calls(request: HttpRequest) -> HttpResponse:
    """The list, narrowed."""
    actor, lang, sought = keeper(request), language(), _sought(request.GET)
    page = bounded.page_of(records.calls_of(actor.workplace, sought), PAGE, request.GET)
    context = {
        "page": page, "query": _address(sought), "sought": sought,
        "rows": [_line(one, lang) for one in page.object_list],
        "roles": [(one, t(f"exchange.role_{one or 'both'}", lang)) for one in ("", *(one.value for one in Role))],
        "days": [(one, t("exchange.n_days", lang, n=one)) for one in DAYS],
    }  # fmt: skip
    return answer(request, "calls", "records", context)


@access(Officer)
@require_POST
def take_out(request: HttpRequest) -> StreamingHttpResponse:
    """The list as CSV."""
    actor, lang = keeper(request), language()
    rows = records.export_calls(actor=actor, sought=_sought(request.POST))
    head = [t(f"exchange.c_{one}", lang) for one in records.COLUMNS]
    return sheets.answer(f"mifumo-{localtime(clock.now()):%Y-%m-%d}", "csv", head, rows)


@access(Officer)
@require_GET
def call(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """One call. Its path may name a person, so that reading it is written down as a look."""
    actor, lang = keeper(request), language()
    row = _found(actor.workplace, record_id)
    looked(actor, Thing("exchange_record", row.id, row.institution_id), "record")
    values = {
        "path": row.path, "client": row.client, "service": row.service, "verb": row.method, "purpose": row.purpose,
    }  # fmt: skip
    context: dict[str, Any] = {
        "row": _line(row, lang), "call": row, "why": words.reason(row.reason, values, lang),
        "kept": bodies.bodies_of(actor.workplace, row.id),
    }  # fmt: skip
    return answer(request, "call", "records", context)


@access(Officer)
@require_GET
def receipt(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """The bundle that proves it without us, or the signed promise while the proof is on its way (seconds)."""
    row = _found(keeper(request).workplace, record_id)
    body = evidence.receipt(row.journal_id) or evidence.promise(row.journal_id).as_json()
    found = HttpResponse(json.dumps(body, indent=1), content_type="application/json")
    found["Content-Disposition"] = f'attachment; filename="jumuishi-{row.request_id}.json"'
    found["Cache-Control"] = "no-store"
    return found


def _found(institution_id: UUID, record_id: UUID) -> Record:
    row = records.call_of(institution_id, record_id)
    if row is None:
        raise Http404
    return row


def _line(row: Record, lang: str) -> dict[str, Any]:
    return {
        "id": row.id, "at": words.at(row.at, lang), "role": t(f"exchange.role_{row.role}", lang), "client": row.client,
        "service": row.service, "asked": f"{row.method} {row.path or '/'}", "status": row.status, "error": row.error,
        "is_wrong": row.status >= 400 or bool(row.error), "ms": row.ms,
    }  # fmt: skip
