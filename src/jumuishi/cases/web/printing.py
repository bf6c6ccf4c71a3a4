"""A whole case on paper: answers, files, reviews, messages, notes, money, documents, the journal with its numbers."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from jumuishi.cases import queries
from jumuishi.cases.actions.things import case_thing
from jumuishi.cases.web import money, office_page, words
from jumuishi.documents import public as documents
from jumuishi.identity import public as identity
from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock
from jumuishi.kernel.spoken import say_date
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t


@access(Officer)
def print_case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One long page for the printer; a look of its own in the journal. Only where the case is at home."""
    actor, lang = actor_of(request), language()
    found = queries.case_for(case_id)
    if found is None or found.institution_id != actor.workplace:
        raise Http404
    identity.must(actor, "cases.case.read", case_thing(found))
    identity.looked(actor, case_thing(found), "print")
    work, home = institutions.working_time(found.institution_id), institutions.institution(found.institution_id)
    context = office_page.build(actor, found, lang)
    context |= {
        "institution": home.name[lang] if home else "",
        "printed": t("cases.printed_by", lang, who=actor.name, at=words.at(clock.now(), lang, work)),
        "submitted": words.at(found.submitted_at, lang, work),
        "money": money.money_of(found, lang, work),
        "documents": [
            {"number": one.number, "title": one.title[lang], "at": words.at(one.issued_at, lang, work),
             "until": say_date(one.valid_until, lang, weekday=False) if one.valid_until else ""}
            for one in documents.documents_of_cases([found.id])
        ],
    }  # fmt: skip
    return render(request, "cases/printed.html", context)
