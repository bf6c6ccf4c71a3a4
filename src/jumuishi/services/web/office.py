"""The office's way to offer a service: choose it, fill its figures one by one, see who acts, publish by two."""

from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from jumuishi.definitions.types import Package, Setting
from jumuishi.identity import public as identity
from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.identity.types import Actor, Thing
from jumuishi.institutions import public as institutions
from jumuishi.kernel.spoken import say_money
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.services import actions, queries
from jumuishi.services.editions import definition
from jumuishi.services.models import Edition, Offering
from jumuishi.services.rules import roles_abroad
from jumuishi.services.types import CannotPublishError, EditionRefusedError, Lack, SamePersonError, SettingRefusedError
from jumuishi.services.web.forms import FigureForm, WithdrawForm


def _shapes(actor: Actor) -> bool:
    home = actor.workplace
    return identity.may(actor, "services.offering.prepare", Thing("offering", home, home))


def _to(path: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(("/en" if language() == "en" else "") + path)


@access(Officer)
def offered(request: HttpRequest) -> HttpResponse:
    """What the institution offers and prepares, and what the catalogue holds for its kind."""
    actor, lang = actor_of(request), language()
    home = institutions.institution(actor.workplace)
    if request.method == "POST":
        try:
            edition = UUID(request.POST.get("edition", ""))
            offering = actions.choose_service(actor=actor, institution_id=actor.workplace, edition_id=edition)
        except (ValueError, Edition.DoesNotExist) as error:
            raise Http404 from error
        return _to(f"/ofisi/huduma/{offering}/")
    mine = queries.offerings_of(actor.workplace)
    chosen = {row.service for row in mine}
    more = [row for row in queries.newest_editions(home.kind if home else "") if row.service not in chosen]
    context = {
        "rows": [
            {
                "ref": row,
                "state": t(f"services.state_{row.state}", lang),
                "newer": queries.newer_edition(row, home.kind if home else ""),
            }
            for row in mine
        ],
        "more": more,
        "shapes": _shapes(actor),
    }
    return render(request, "services/office_list.html", context)


def _row(actor: Actor, offering_id: UUID) -> Offering:
    rows = queries.rows_with_edition().filter(institution_id=actor.workplace)
    found = rows.filter(id=offering_id).first()
    if found is None:
        raise Http404
    return found


@access(Officer)
def prepare(request: HttpRequest, offering_id: UUID) -> HttpResponse:
    """One offering: what it lacks and where to put that right, its figures, who acts in it, the next step."""
    actor, lang, message = actor_of(request), language(), ""
    if request.method == "POST":
        message = _act(request, actor, offering_id, lang)
        if not message:
            return HttpResponseRedirect(request.path)
    row = _row(actor, offering_id)
    package = definition(row.edition.hash).package
    home = institutions.institution(row.institution_id)
    context = {
        "offering": queries.as_ref(row),
        "state": t(f"services.state_{row.state}", lang),
        "figures": _figures(row, package, lang),
        "holders": _holders(row, package, lang),
        "lacks": [{"words": say_lack(one, lang), "lack": one} for one in actions.lacks_of(row)],
        "message": message,
        "proposed_by_me": row.proposed_by == actor.person_id,
        "shapes": _shapes(actor),
        "public": f"/huduma/{home.slug}/{row.service}/" if home else "",
        "newer": queries.newer_edition(queries.as_ref(row), home.kind if home else ""),
    }
    return render(request, "services/office_offering.html", context, status=422 if message else 200)


def _figures(row: Offering, package: Package, lang: str) -> list[dict[str, Any]]:
    """Each setting: its label, its value in words, where that is from and when it was checked."""
    return [
        {
            "name": name,
            "label": setting.label[lang],
            "value": figure_words(setting, row.settings[name]["value"], lang) if name in row.settings else None,
            "source": row.settings.get(name, {}).get("source", ""),
            "checked_on": _day(row.settings.get(name, {}).get("checked_on", "")),
        }
        for name, setting in package.settings.items()
    ]


def _day(iso: str) -> str:
    return f"{date.fromisoformat(iso):%d/%m/%Y}" if iso else ""


def figure_words(setting: Setting, value: Any, lang: str) -> str:
    """A figure as people read it."""
    if setting.type == "money":
        return say_money(int(value), settings.CURRENCY)
    if setting.type == "yes_no":
        return t("services.yes" if value else "services.no", lang)
    if setting.type == "institution":
        found = institutions.institution(UUID(str(value)))
        return found.name[lang] if found else ""
    if setting.type == "place":
        place = institutions.place(str(value))
        return place.name if place else str(value)
    return str(value)


def _holders(row: Offering, package: Package, lang: str) -> list[dict[str, Any]]:
    """Who acts in each role here; a role that acts elsewhere says where."""
    people, units = institutions.people_in(row.institution_id), dict(institutions.units_of(row.institution_id))
    away = dict(roles_abroad(package))
    found = []
    for name, role in package.roles.items():
        held = [
            {"name": one.name, "unit": units.get(one.unit_id, {}).get(lang, "") if one.unit_id else ""}
            for one in people
            if name in one.roles
        ]
        where = row.settings.get(away.get(name, ""), {}).get("value")
        home = institutions.institution(UUID(where)) if where else None
        elsewhere = (home.name[lang] if home else t("services.elsewhere", lang)) if name in away else ""
        found.append({"name": name, "label": role.name[lang], "people": held, "elsewhere": elsewhere})
    return found


def say_lack(lack: Lack, lang: str) -> str:
    """What is missing, in a sentence."""
    where = (lack.where or {}).get(lang, "")
    return t(f"services.lack_{lack.kind}", lang, what=lack.label[lang], where=where)


def _act(request: HttpRequest, actor: Actor, offering_id: UUID, lang: str) -> str:
    """Do what the button says; returns what is wrong, or nothing."""
    do = request.POST.get("do", "")
    _row(actor, offering_id)
    try:
        if do == "propose":
            actions.propose_publication(actor=actor, offering_id=offering_id)
        elif do == "publish":
            actions.publish(actor=actor, offering_id=offering_id)
    except SamePersonError:
        return t("services.second_person", lang)
    except CannotPublishError:
        return t("services.lacks", lang)
    except EditionRefusedError as error:
        return t(error.code, lang)
    return ""


@access(Officer)
def figure(request: HttpRequest, offering_id: UUID, name: str) -> HttpResponse:
    """One figure with its source and the day it was checked; then the next one that is missing."""
    actor, lang = actor_of(request), language()
    row = _row(actor, offering_id)
    identity.must(actor, "services.offering.prepare", Thing("offering", row.id, row.institution_id))
    package = definition(row.edition.hash).package
    setting = package.settings.get(name)
    if setting is None:
        raise Http404
    basis = package.basis.get(setting.basis) if setting.basis else None
    known = row.settings.get(name, {})
    form = FigureForm(request.POST or None, setting=setting, lang=lang, known=known, sources=_sources(row))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.fill_setting(
                actor=actor, offering_id=row.id, name=name, raw=given["value"], source=given["source"],
                checked_on=given["checked_on"],
            )  # fmt: skip
        except SettingRefusedError as error:
            form.add_error(FIELD.get(error.code, "value"), t(error.code, lang))
        else:
            left = [one for one in package.settings if one not in row.settings and one != name]
            return _to(f"/ofisi/huduma/{row.id}/" + (f"takwimu/{left[0]}/" if left else ""))
    numbers = list(package.settings)
    context = {
        "offering": queries.as_ref(row),
        "form": form,
        "label": setting.label[lang],
        "basis": basis.cite[lang] if basis else "",
        "n": numbers.index(name) + 1,
        "of": len(numbers),
        "published": row.state == Offering.State.PUBLISHED,
        "sources": _sources(row),
    }
    return render(request, "services/office_figure.html", context, status=422 if form.errors else 200)


FIELD = {"services.source_missing": "source", "services.checked_in_future": "checked_on"}


def _sources(row: Offering) -> list[str]:
    """Sources that were named for other figures, to choose from."""
    return sorted({entry["source"] for entry in row.settings.values()})


@access(Officer)
def withdraw(request: HttpRequest, offering_id: UUID) -> HttpResponse:
    """Take a service back from the public: a page that says what will happen."""
    actor, lang = actor_of(request), language()
    row = _row(actor, offering_id)
    identity.must(actor, "services.offering.publish", Thing("offering", row.id, row.institution_id))
    form = WithdrawForm(request.POST or None, lang=lang)
    if request.method == "POST" and form.is_valid():
        actions.withdraw(actor=actor, offering_id=row.id, reason=form.cleaned_data["reason"])
        return _to(f"/ofisi/huduma/{row.id}/")
    context = {"offering": queries.as_ref(row), "form": form}
    return render(request, "services/office_withdraw.html", context, status=422 if form.errors else 200)
