"""Files that were promised to the counter: found by number or phone, handed in, off the list."""

from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from jumuishi.cases import uploads
from jumuishi.cases.actions.things import case_thing
from jumuishi.cases.helping import bringing, wording
from jumuishi.cases.helping.web.counter import words
from jumuishi.cases.models import Case
from jumuishi.cases.types import CaseError, QuotaError
from jumuishi.cases.web import errors, widgets
from jumuishi.cases.web.ways import prefix, to
from jumuishi.definitions.types import Error
from jumuishi.identity import public as identity
from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.kernel.files import TooLargeError
from jumuishi.kernel.numbers import group
from jumuishi.kernel.scanning import InfectedFileError
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t

PAGE = 20


@access(Officer)
def awaiting(request: HttpRequest) -> HttpResponse:
    """Cases of this number or phone that wait for something; one alone is opened at once."""
    actor, lang, typed = actor_of(request), language(), request.GET.get("n", "").strip()[:40]
    page = Paginator(bringing.awaiting(actor, typed), PAGE).get_page(request.GET.get("page")) if typed else None
    found = list(page) if page is not None else []
    if page is not None and page.paginator.count == 1:
        return to(f"/ofisi/kaunta/mafaili/{found[0].id}/")
    rows = [
        {"url": f"{prefix()}/ofisi/kaunta/mafaili/{one.id}/", "name": one.service_name[lang],
         "number": group(one.reference), "at": wording.at(one.submitted_at, lang),
         "count": len(one.state.get("awaited", ()))}
        for one in found
    ]  # fmt: skip
    return render(request, "cases/helping/awaiting.html", {"rows": rows, "page": page, "typed": typed})


@access(Officer)
def bring(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """What this case waits for; what is taken is kept even where something else on the page is wrong."""
    actor, lang = actor_of(request), language()
    found = Case.objects.filter(id=case_id, institution_id=actor.workplace).first()
    if found is None:
        raise Http404
    identity.must(actor, "cases.case.supply", case_thing(found))
    fields = {one.name: one for one in bringing.awaited(found)}
    wrong: list[Error] = []
    message, typed = "", dict[str, Any]()
    # One more item of a group, or one less: what was typed stays, nothing is taken in yet.
    turning = "add" in request.POST or "remove" in request.POST
    if request.method == "POST":
        given: dict[str, Any] = {}
        for name, one in fields.items():
            if one.type != "file":
                typed[name] = _said(widgets.sent(one, request.POST))
                given |= {name: typed[name]} if not turning and typed[name] not in (None, "", []) else {}
                continue
            sent = request.FILES.get(name)
            upload = uploads.read(one, sent) if isinstance(sent, UploadedFile) else None
            if isinstance(upload, uploads.RefusedUpload):
                wrong.append(Error((name,), upload.code))
            elif upload is not None:
                try:
                    given[name] = bringing.keep_brought(actor=actor, case_id=case_id, field=name, upload=upload)
                except (TooLargeError, QuotaError, InfectedFileError) as error:
                    wrong.append(Error((name,), CODES[type(error)]))
        try:
            if given:
                bringing.supply(actor=actor, case_id=case_id, fields=given)
            elif not wrong and not turning:
                message = t("cases.bring_nothing", lang)
        except CaseError as error:
            named = error.values.get("errors", ())
            wrong += [one for one in named if isinstance(one, Error)] if isinstance(named, tuple | list) else []
            message = "" if wrong else words(error, lang)
        if not wrong and not message and not turning:
            return to(f"/ofisi/kaunta/mafaili/{case_id}/?done={len(given)}")
        found.refresh_from_db()
        fields = {one.name: one for one in bringing.awaited(found)}
    else:
        identity.looked(actor, case_thing(found), "awaited")
    said = errors.by_path(wrong, fields, lang)
    done = request.GET.get("done", "")
    context = {
        "message": message,
        "errors": errors.listed(wrong, fields, lang),
        "service_name": found.service_name[lang],
        "title": found.title,
        "case_number": group(found.reference),
        "submitted": wording.at(found.submitted_at, lang),
        "stage": found.stage_name[lang],
        "fields": [
            widgets.group(one, typed.get(name) or [], said, lang, add=request.POST.get("add") == name)
            if one.type == "group"
            else widgets.shown(one, typed.get(name), lang, error=said.get(name, ""))
            for name, one in fields.items()
        ],
        "told": t("cases.bring_done", lang, n=done) if done.isdigit() and len(done) < 4 else "",
    }
    return render(request, "cases/helping/bring.html", context, status=400 if wrong or message else 200)


def _said(value: Any) -> Any:
    """An answer as it was sent; items of a group that nothing was written into are none."""
    if isinstance(value, list):
        return [one for one in value if not isinstance(one, dict) or any(one.values())]
    return value


CODES = {TooLargeError: "file_size", QuotaError: "file_quota", InfectedFileError: "file_infected"}
