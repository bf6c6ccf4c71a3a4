"""What a node of the demonstration tells of a message: its own record and receipt. Absent everywhere else."""

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from jumuishi.evidence import public as evidence
from jumuishi.exchange import node
from jumuishi.exchange.demo import is_shown
from jumuishi.exchange.models import Agreement, Record
from jumuishi.exchange.web import words
from jumuishi.identity.doors import Callback, access
from jumuishi.kernel import tenancy
from jumuishi.kernel.text import LANGUAGES

LOOPBACK = frozenset({"127.0.0.1", "::1"})


def _record(request: HttpRequest) -> Record | None:
    """The node's record of the message that `id` names, as the system sees it."""
    if not is_shown() or request.META.get("REMOTE_ADDR") not in LOOPBACK:
        raise Http404
    return Record.objects.filter(message_id=request.GET.get("id", "")[:255]).order_by("-at").first()


@access(Callback("a demonstration on loopback only; the customers are made up"))
@require_GET
def told(request: HttpRequest) -> HttpResponse:
    """JSON: `node`, and `record` with the agreement, why it was denied, and `receipt` once its leaf is in the log."""
    with tenancy.acting_as(tenancy.Principal.system()):
        row, name = _record(request), node.own().name
        found = JsonResponse({"node": name, "record": _told(row) if row else None})
    found["Cache-Control"] = "no-store"
    return found


@access(Callback("a demonstration on loopback only; the customers are made up"))
@require_GET
def receipt(request: HttpRequest) -> HttpResponse:
    """The bundle that proves the record without us, as a file; 404 while the log hasn't taken it."""
    with tenancy.acting_as(tenancy.Principal.system()):
        row = _record(request)
        bundle = evidence.receipt(row.journal_id) if row else None
        name = node.own().name
    if row is None or bundle is None:
        raise Http404
    found = HttpResponse(json.dumps(bundle, indent=1), content_type="application/json")
    found["Content-Disposition"] = f'attachment; filename="{name}-{row.request_id}.json"'
    found["Cache-Control"] = "no-store"
    return found


def _told(row: Record) -> dict[str, Any]:
    values = {"path": row.path, "client": row.client, "service": row.service, "verb": row.method}
    values |= {"purpose": row.purpose}
    agreement = Agreement.objects.filter(id=row.agreement_id).first() if row.agreement_id else None
    return {
        "role": row.role, "at": row.at, "ms": row.ms, "client": row.client, "service": row.service,
        "method": row.method, "path": row.path, "status": row.status, "error": row.error, "purpose": row.purpose,
        "why": {lang: words.reason(row.reason, values, lang) for lang in LANGUAGES} if row.reason else None,
        "agreement": agreement and _agreed(agreement), "receipt": evidence.receipt(row.journal_id),
    }  # fmt: skip


def _agreed(row: Agreement) -> dict[str, Any]:
    return {
        "id": row.id, "purpose_words": row.purpose_words, "legal_basis": row.legal_basis, "fields": row.fields,
        "rules": [f"{one['method']} {one['path']}" for one in row.rules], "from_on": row.from_on,
        "until_on": row.until_on,
    }  # fmt: skip
