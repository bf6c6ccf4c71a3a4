"""An institution's ready words: the list, writing and changing one with a look at it filled, its history."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localtime

from jumuishi.cases.actions import templates
from jumuishi.cases.models import Case, MessageTemplate
from jumuishi.cases.types import CaseError
from jumuishi.cases.web import listing, words
from jumuishi.cases.web.ways import to
from jumuishi.evidence import public as evidence
from jumuishi.identity import public as identity
from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel.spoken import say_instant
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import LANGUAGES, t


def _must(actor: Actor) -> None:
    identity.must(actor, "cases.template.write", Thing("institution", actor.workplace, actor.workplace))


@access(Officer)
def every(request: HttpRequest) -> HttpResponse:
    """The templates in use, by name."""
    actor, lang = actor_of(request), language()
    _must(actor)
    services, names = listing.offered(actor, lang), words.names_of(actor.workplace)
    rows = [
        {
            "id": one.id,
            "name": one.name,
            "service": services.get(one.service, one.service) or t("cases.every_service", lang),
            "text": one.text[lang],
            "by": names.get(one.author_id, ""),
            "at": say_instant(one.changed_at, lang, str(localtime(one.changed_at).tzinfo)),
        }
        for one in templates.templates_of(actor.workplace)
    ]
    return render(request, "cases/templates.html", {"rows": rows, "done": bool(request.GET.get("done"))})


@access(Officer)
def one(request: HttpRequest, template_id: UUID | None = None) -> HttpResponse:
    """Write a template or change one: looked at filled first, kept with its author, retired."""
    actor, lang = actor_of(request), language()
    _must(actor)
    row = _row(actor, template_id)
    post, message, status = request.POST, "", 200
    typed = {
        "name": row.name if row else "", "service": row.service if row else "",
        **{f"text_{one}": row.text[one] if row else "" for one in LANGUAGES},
    }  # fmt: skip
    if request.method == "POST":
        if "retire" in post and row is not None:
            templates.retire_template(actor=actor, template_id=row.id)
            return to("/ofisi/violezo/?done=1")
        typed = {key: post.get(key, "").strip() for key in typed}
        text = {one: typed[f"text_{one}"] for one in LANGUAGES}
        try:
            if "look" not in post:
                service = typed["service"] if typed["service"] in listing.offered(actor, lang) else ""
                templates.write_template(
                    actor=actor, name=typed["name"], text=text, service=service, template_id=template_id
                )
                return to("/ofisi/violezo/?done=1")
            templates.check(typed["name"], text)
        except CaseError as error:
            message, status = t(error.code, lang, **error.values), 422
    context = {
        "row": row,
        "typed": typed,
        "message": message,
        "services": listing.offered(actor, lang).items(),
        "blanks": [{"name": f"{{{one}}}", "label": t(f"cases.blank_{one}", lang)} for one in templates.BLANKS],
        "looks": _filled(actor, typed) if not message and typed["text_sw"] else [],
        "history": _history(row, lang) if row else [],
    }
    return render(request, "cases/template.html", context, status=status)


def _row(actor: Actor, template_id: UUID | None) -> MessageTemplate | None:
    if template_id is None:
        return None
    found = templates.templates_of(actor.workplace).filter(id=template_id).first()
    if found is None:
        raise Http404
    return found


def _filled(actor: Actor, typed: dict[str, str]) -> list[str]:
    """The words in each language, filled as for a case that nobody has."""
    made = Case(
        institution_id=actor.workplace, reference="1000000000000009", title="Asha Juma", language="sw",
        service_name={"sw": "Leseni ya biashara", "en": "Business licence"},
        stage_name={"sw": "Uhakiki", "en": "Check"},
    )  # fmt: skip
    found = []
    for lang in LANGUAGES:
        made.language = lang
        found.append(templates.fill(typed[f"text_{lang}"], templates.values_of(made)))
    return found


def _history(row: MessageTemplate, lang: str) -> list[dict[str, Any]]:
    """Who wrote which words when, the newest first, from the journal."""
    entries = [one for one in evidence.history(thing_kind="template", thing_id=row.id) if one.body]
    names = words.names_of(row.institution_id)
    return [
        {
            "at": say_instant(one.at, lang, str(localtime(one.at).tzinfo)),
            "who": next(
                (name for who, name in names.items() if str(who) == (one.body or {})["actor"].get("person")), ""
            ),
            "text": ((one.body or {}).get("after") or {}).get("text", {}).get(lang, ""),
        }
        for one in reversed(entries)
    ]
