"""Taking a list of cases out as a file: which columns, what for, in which form; then the file itself, streamed."""

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.timezone import localtime

from jumuishi.cases import columns, queries
from jumuishi.cases.actions import exporting
from jumuishi.cases.types import CaseError
from jumuishi.cases.web import listing
from jumuishi.channels import sheets
from jumuishi.identity import public as identity
from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.identity.types import Thing
from jumuishi.kernel import clock
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t

# What a list has at first: nothing that names the applicant.
FIRST = tuple(one for one in columns.COLUMNS if one not in columns.PERSONAL)
KINDS = ("xlsx", "csv")


@access(Officer)
def take_out(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The list of the address as a file: asked on a page, sent when the form says what for."""
    actor, lang = actor_of(request), language()
    identity.must(actor, "cases.list.export", Thing("institution", actor.workplace, actor.workplace))
    moment = listing.moment_of(actor)
    wanted = listing.read(request.GET, has_team=moment.around.team is not None)
    rows = listing.cases_of(actor, wanted, moment)
    sent, is_sent = request.POST, request.method == "POST"
    chosen = tuple(sent.getlist("column")) if is_sent else FIRST
    taking = exporting.Taking(
        wanted=wanted,
        columns=chosen,
        with_answers=sent.get("answers") == "1",
        purpose=sent.get("purpose", "").strip(),
        kind=sheets.kind_of(sent.get("kind", "")),
    )
    message = ""
    if is_sent:
        try:
            head, cells = exporting.export_cases(actor=actor, taking=taking, rows=rows, lang=lang)
        except CaseError as error:
            message = t(error.code, lang)
        else:
            return sheets.answer(f"maombi-{localtime(clock.now()):%Y-%m-%d}", taking.kind, head, cells)
    names, stages = listing.offered(actor, lang), dict(queries.stages_at_work(actor))
    context: dict[str, Any] = {
        "list": listing.in_words(wanted, lang, names=names, stages={key: one[lang] for key, one in stages.items()}),
        "query": listing.address(wanted),
        "count": rows.count(),
        "columns": [
            {
                "key": one,
                "label": columns.title(one, lang),
                "chosen": one in chosen,
                "personal": one in columns.PERSONAL,
            }
            for one in columns.COLUMNS
        ],
        "service": names.get(wanted.service, ""),
        "with_answers": taking.with_answers,
        "purpose": taking.purpose,
        "kinds": [{"key": one, "chosen": one == (taking.kind if is_sent else KINDS[0])} for one in KINDS],
        "message": message,
    }
    return render(request, "cases/take_out.html", context, status=422 if message else 200)
