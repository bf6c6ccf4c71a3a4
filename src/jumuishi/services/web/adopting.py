"""The institution's page of editions: which it runs, what the newer one changes, going over by two people."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from jumuishi.identity import public as identity
from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.identity.types import Actor, Thing
from jumuishi.institutions import public as institutions
from jumuishi.kernel.spoken import say_instant
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.services import adopting, queries, surveys
from jumuishi.services.editions import definition
from jumuishi.services.models import Adoption, Offering
from jumuishi.services.types import CannotPublishError, EditionRefusedError, SamePersonError, SettingRefusedError
from jumuishi.services.web import shown
from jumuishi.services.web.forms import FigureForm
from jumuishi.services.web.office import FIELD, figure_words, say_lack


def _own(actor: Actor, offering_id: UUID) -> Offering:
    row = queries.rows_with_edition().filter(institution_id=actor.workplace, id=offering_id).first()
    if row is None:
        raise Http404
    return row


def _to(path: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(("/en" if language() == "en" else "") + path)


@access(Officer)
def editions(request: HttpRequest, offering_id: UUID) -> HttpResponse:
    """Which edition runs here, which ran before, and the way to the newer one."""
    actor, lang, message, found = actor_of(request), language(), "", []
    row = _own(actor, offering_id)
    if request.method == "POST":
        try:
            _act(request, actor, row)
            return _to(f"/ofisi/huduma/{row.id}/toleo/")
        except SamePersonError:
            message = t("services.second_adopter", lang)
        except CannotPublishError:
            message = t("services.lacks", lang)
        except EditionRefusedError as error:
            message, found = t(error.code, lang), list(error.findings)
    row = _own(actor, offering_id)
    ref, home = queries.as_ref(row), institutions.institution(row.institution_id)
    newer = queries.newer_edition(ref, home.kind if home else "")
    adoption = adopting.current(row)
    if adoption is not None and newer is not None and adoption.edition_id != newer.id:
        adoption = None  # something newer still has come: the way begins anew
    context: dict[str, Any] = {
        "offering": ref,
        "newer": newer,
        "adoption": adoption,
        "message": message,
        "findings": shown.findings(found, lang),
        "shapes": identity.may(actor, "services.offering.prepare", Thing("offering", row.id, row.institution_id)),
        "earlier": _earlier(row, lang),
    }
    if newer is not None:
        old, new = (definition(one).package for one in (ref.edition_hash, newer.hash))
        survey = surveys.survey(actor=actor, service=row.service, edition_hash=newer.hash, offering_id=row.id)
        context |= {
            "areas": shown.changes(old, new, lang),
            "survey": shown.survey(survey, lang),
            "figures": _new_figures(row, adoption, lang) if adoption else [],
            "lacks": [{"words": say_lack(one, lang), "lack": one} for one in adopting.lacks_of(row, adoption)]
            if adoption
            else [],
            "seen": adopting.seen_of(row, adoption) if adoption else "",
            "proposed_by_me": adoption is not None and adoption.proposed_by == actor.person_id,
        }
    return render(request, "services/office_editions.html", context, status=422 if message else 200)


def _act(request: HttpRequest, actor: Actor, row: Offering) -> None:
    do = request.POST.get("do", "")
    if do == "survey":
        home = institutions.institution(row.institution_id)
        newer = queries.newer_edition(queries.as_ref(row), home.kind if home else "")
        if newer is not None:
            identity.must(actor, "services.offering.prepare", Thing("offering", row.id, row.institution_id))
            surveys.survey(actor=actor, service=row.service, edition_hash=newer.hash, offering_id=row.id, begin=True)
    elif do == "adopt":
        adopting.adopt(actor=actor, offering_id=row.id, seen=request.POST.get("seen", ""))
    elif do in _VERBS:
        _VERBS[do](actor=actor, offering_id=row.id)


_VERBS: dict[str, Any] = {
    "begin": adopting.begin_adoption,
    "drop": adopting.drop_adoption,
    "propose": adopting.propose_adoption,
}


def _earlier(row: Offering, lang: str) -> list[dict[str, Any]]:
    """The editions that ran here before, newest first."""
    rows = Adoption.objects.filter(institution_id=row.institution_id, offering=row, state=Adoption.State.ADOPTED)
    return [
        {"number": one.left_edition.number, "until": say_instant(one.adopted_at, lang, settings.TIME_ZONE)}
        for one in rows.select_related("left_edition").defer("left_edition__files").order_by("-adopted_at")[:20]
        if one.adopted_at
    ]


def _new_figures(row: Offering, adoption: Adoption, lang: str) -> list[dict[str, Any]]:
    """The figures that the newer edition asks for and that are not kept, with what was filled in."""
    package = definition(adoption.edition.hash).package
    kept = adopting.figures_of(row, adoption)
    return [
        {
            "name": name,
            "label": setting.label[lang],
            "value": figure_words(setting, adoption.settings[name]["value"], lang) if name in adoption.settings else "",
        }
        for name, setting in package.settings.items()
        if name in adoption.settings or name not in kept
    ]


@access(Officer)
def figure(request: HttpRequest, offering_id: UUID, name: str) -> HttpResponse:
    """One figure of the newer edition with its source; then the next that is missing."""
    actor, lang = actor_of(request), language()
    row = _own(actor, offering_id)
    identity.must(actor, "services.offering.prepare", Thing("offering", row.id, row.institution_id))
    adoption = adopting.current(row)
    package = definition(adoption.edition.hash).package if adoption else None
    setting = package.settings.get(name) if package else None
    if adoption is None or package is None or setting is None:
        raise Http404
    basis = package.basis.get(setting.basis) if setting.basis else None
    known = adoption.settings.get(name) or row.settings.get(name, {})
    sources = sorted({entry["source"] for entry in row.settings.values()})
    form = FigureForm(request.POST or None, setting=setting, lang=lang, known=known, sources=sources)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            adopting.fill_new_figure(
                actor=actor, offering_id=row.id, name=name, raw=given["value"], source=given["source"],
                checked_on=given["checked_on"],
            )  # fmt: skip
        except SettingRefusedError as error:
            form.add_error(FIELD.get(error.code, "value"), t(error.code, lang))
        else:
            had = {*adopting.figures_of(row, adoption), name}
            left = [one for one in package.settings if one not in had]
            return _to(f"/ofisi/huduma/{row.id}/toleo/" + (f"takwimu/{left[0]}/" if left else ""))
    numbers = list(package.settings)
    context = {
        "offering": queries.as_ref(row), "form": form, "label": setting.label[lang],
        "basis": basis.cite[lang] if basis else "", "n": numbers.index(name) + 1, "of": len(numbers),
        "published": False, "sources": sources, "newer": adoption.edition.number,
    }  # fmt: skip
    return render(request, "services/office_figure.html", context, status=422 if form.errors else 200)
