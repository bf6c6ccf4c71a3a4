"""What is held about me, who looked, and what I was told."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from jumuishi.evidence import public as evidence
from jumuishi.identity.doors import KnownPerson, access
from jumuishi.kernel.numbers import group
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t, texts
from jumuishi.privacy import queries
from jumuishi.privacy.actions.breaches import see_notice
from jumuishi.privacy.models import Request
from jumuishi.privacy.types import WAITING
from jumuishi.privacy.web.ways import at, citizen, prefix

PAGE, LOOKS = 10, 20


def line_of(row: Request, lang: str) -> dict[str, Any]:
    """A request as the person's lists show it."""
    due = row.appeal_due_at if row.state == "appealed" else row.due_at
    return {
        "url": f"{prefix()}/mimi/ombi/{row.id}/",
        "kind": t(f"privacy.kind_{row.kind}", lang),
        "state": t(f"privacy.state_{row.state}", lang),
        "number": group(row.number),
        "until": at(due, lang) if row.state in WAITING else "",
    }


@access(KnownPerson)
def mine(request: HttpRequest) -> HttpResponse:
    """What each institution holds about me, what for, by what law, how long; what I asked; what I was told."""
    person, lang = citizen(request).who, language()
    page = Paginator(queries.requests_of(person), PAGE).get_page(request.GET.get("page"))
    told = Paginator(queries.notices_of(person), PAGE).get_page(request.GET.get("taarifa"))
    context = {
        "homes": [
            {
                "id": one.institution_id,
                "name": one.name.get(lang) or t("privacy.the_platform", lang),
                "rows": [
                    {
                        "what": row.what[lang], "count": row.count, "purpose": row.purpose[lang],
                        "basis": row.basis[lang], "kept": row.kept[lang],
                    }
                    for row in one.rows
                ],
            }
            for one in queries.held_about(person)
        ],
        "page": page,
        "requests": [line_of(row, lang) for row in page],
        "told_page": told,
        "told": [
            {"url": f"{prefix()}/mimi/taarifa/{one.id}/", "title": one.breach.title, "at": at(one.told_at, lang)}
            for one in told
        ],
    }  # fmt: skip
    return render(request, "privacy/mine.html", context)


@access(KnownPerson)
def looks(request: HttpRequest) -> HttpResponse:
    """Who looked at my data: in which post of which institution, when, at what; newest first."""
    person, lang = citizen(request).who, language()
    page = Paginator(queries.looks_at(person), LOOKS).get_page(request.GET.get("page"))
    rows = [
        {
            # A register is asked by the institution's service itself, when the person sends the key.
            "who": one.post.get(lang) or t("privacy.a_service" if _is_service(one) else "privacy.an_officer", lang),
            "home": one.home.get(lang, ""),
            "at": at(one.at, lang),
            "what": _what(one.what or one.thing_kind, lang),
            "url": f"{prefix()}/maombi/{one.thing_id}/" if one.thing_kind == "case" else "",
        }
        for one in queries.looks(evidence.entries(page.object_list))
    ]
    return render(request, "privacy/looks.html", {"rows": rows, "page": page})


def _is_service(one: queries.Look) -> bool:
    return one.what.startswith("register ")


def _what(what: str, lang: str) -> str:
    kind = what.partition(" ")[0]
    key = f"privacy.look_{kind}"
    return t(key if key in texts() else "privacy.look_other", lang)


@access(KnownPerson)
def notice(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """What went wrong with my data, what it may lead to, what was done, what I can do."""
    actor, lang = citizen(request), language()
    found = queries.notices_of(actor.who).filter(id=notice_id).first()
    if found is None:
        raise Http404
    see_notice(actor=actor, notice_id=found.id)
    home = queries.home_name(found.institution_id, lang)
    context = {
        "breach": found.breach,
        "home": home,
        "at": at(found.told_at, lang),
        "number": group(found.breach.number),
    }
    context["known"] = at(found.breach.known_at, lang)
    return render(request, "privacy/notice.html", context)
