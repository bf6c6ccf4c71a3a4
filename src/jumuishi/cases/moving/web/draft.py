"""My draft and its edition: told plainly when that was withdrawn; answers carried over, with what changed shown."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from jumuishi.cases.moving import drafts
from jumuishi.cases.sheet import Sheet, sheet_of
from jumuishi.cases.types import DraftError
from jumuishi.cases.web.ways import prefix, says, to
from jumuishi.cases.wording import words
from jumuishi.definitions import public as definitions
from jumuishi.definitions.moving import public as moving
from jumuishi.definitions.types import Package
from jumuishi.identity.doors import KnownPerson, access, actor_of
from jumuishi.kernel.templatetags.text import language
from jumuishi.services import public as services

# What a person filling in a form is told of; stages, roles and sources are the office's matter.
AREAS = ("fields", "choices", "constraints", "fees", "texts")


def edition_notice(sheet: Sheet, lang: str) -> dict[str, Any] | None:
    """What stands on each page of a draft: that its edition was withdrawn, and what was set aside."""
    stands = drafts.standing(sheet.draft, sheet.offering)
    aside = _aside(sheet, lang)
    if not stands.is_withdrawn and not aside:
        return None
    return {
        "withdrawn": stands.is_withdrawn,
        "url": f"{prefix()}/omba/rasimu/{sheet.draft.id}/toleo/",
        "aside": aside,
    }


def _aside(sheet: Sheet, lang: str) -> list[dict[str, str]]:
    """Answers without a question, as they were typed; labels of whichever edition knows them."""
    kept = sheet.draft.set_aside or {}
    found = []
    for name, value in kept.items():
        label, text = name, str(value)
        for package in services.packages_before(sheet.offering.service, sheet.draft.edition_hash):
            field = package.all_fields().get(name)
            if field is not None:
                label, text = (field.label[lang] if field.label else name), _said(package, name, value, lang)
                break
        found.append({"label": label, "text": text})
    return found


def _said(package: Package, name: str, value: Any, lang: str) -> str:
    try:
        return words(package.all_fields()[name], value, lang)
    except (ValueError, TypeError, KeyError):
        return str(value)


@access(KnownPerson)
def carry(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """What became of the draft's edition, what changed, what goes along; the button carries the answers over."""
    actor, lang = actor_of(request), language()
    sheet = sheet_of(actor, draft_id)
    if sheet is None:
        raise Http404
    here = f"/omba/rasimu/{draft_id}/"
    if sheet.draft.case_id is not None:
        return to(f"/maombi/{sheet.draft.case_id}/")
    if request.method == "POST":
        try:
            drafts.carry_over(actor=actor, draft_id=draft_id)
        except DraftError as error:
            return says(request, error.code, 409, here)
        return to(here)
    stands = drafts.standing(sheet.draft, sheet.offering)
    if not stands.is_withdrawn and stands.newer is None:
        return to(here)
    old = sheet.frame.edition.package
    context: dict[str, Any] = {
        "service_name": sheet.offering.name[lang],
        "withdrawn": stands.is_withdrawn,
        "reason": stands.edition.withdrawn if stands.edition else "",
        "newer": stands.newer,
        "back": f"{prefix()}{here}",
        "page": f"{prefix()}{here}hakiki/",
        "answered": len(sheet.draft.answers),
    }
    if stands.newer is not None:
        new = services.definition(stands.newer.hash).package
        found = moving.carry(old, new, sheet.draft.answers)
        context |= {
            "changes": [one.sentence(lang) for one in definitions.compare(old, new) if one.area in AREAS][:60],
            "kept": len(found.kept),
            "aside": [
                {"label": _label(old, name, lang), "text": _said(old, name, value, lang)}
                for name, value in found.aside.items()
            ],
        }
    return render(request, "cases/moving/draft.html", context)


def _label(package: Package, name: str, lang: str) -> str:
    field = package.all_fields().get(name)
    return field.label[lang] if field is not None and field.label else name
