"""The office's way to offer a service: choose it, fill its figures with sources, propose, publish, withdraw."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.services import actions, queries
from jumuishi.services.editions import definition
from jumuishi.services.models import Offering
from jumuishi.services.types import CannotPublishError, SamePersonError, SettingRefusedError


def _institution(actor: Actor) -> UUID:
    assert actor.institution_id is not None  # noqa: S101  # Officer admits nobody without
    return actor.institution_id


@access(Officer)
def offered(request: HttpRequest) -> HttpResponse:
    """What the institution offers and may offer."""
    actor = actor_of(request)
    mine = queries.offerings_of(_institution(actor))
    home = institutions.institution(_institution(actor))
    chosen = {row.service for row in mine}
    more = [row for row in queries.newest_editions(home.kind if home else "") if row.service not in chosen]
    if request.method == "POST":
        offering = actions.choose_service(
            actor=actor, institution_id=_institution(actor), edition_id=UUID(request.POST["edition"])
        )
        return HttpResponseRedirect(f"{offering}/")
    lang = language()
    rows = [{"ref": row, "state": t(f"services.state_{row.state}", lang)} for row in mine]
    return render(request, "services/office_list.html", {"rows": rows, "more": more})


@access(Officer)
def prepare(request: HttpRequest, offering_id: UUID) -> HttpResponse:
    """One offering: its figures with sources, what it lacks, who proposed, the button of the next step."""
    actor, lang, message = actor_of(request), language(), ""
    if request.method == "POST":
        message = _act(request, actor, offering_id, lang)
        if not message:
            return HttpResponseRedirect(request.path)
    row = Offering.objects.select_related("edition").get(id=offering_id, institution_id=_institution(actor))
    package = definition(row.edition.hash).package
    figures: list[dict[str, Any]] = []
    for name, setting in package.settings.items():
        entry = row.settings.get(name, {})
        choices = []
        if setting.type == "institution":
            choices = [(str(one.id), one.name[lang]) for one in institutions.approved(kind=setting.kind)]
        figures.append({"name": name, "label": setting.label[lang], "choices": choices, **entry})
    context = {
        "offering": queries.as_ref(row),
        "state": t(f"services.state_{row.state}", lang),
        "figures": figures,
        "lacks": actions.lacks_of(row),
        "message": message,
        "proposed_by_me": row.proposed_by == actor.person_id,
        "today": date.today().isoformat(),  # noqa: DTZ011  # the day on the office's own calendar
    }
    return render(request, "services/office_offering.html", context)


def _act(request: HttpRequest, actor: Actor, offering_id: UUID, lang: str) -> str:
    """Do what the button says; returns what is wrong, or nothing."""
    do = request.POST.get("do", "")
    try:
        if do == "set":
            actions.fill_setting(
                actor=actor,
                offering_id=offering_id,
                name=request.POST.get("name", ""),
                raw=request.POST.get("value", ""),
                source=request.POST.get("source", ""),
                checked_on=date.fromisoformat(request.POST.get("checked_on", "")),
            )
        elif do == "propose":
            actions.propose_publication(actor=actor, offering_id=offering_id)
        elif do == "publish":
            actions.publish(actor=actor, offering_id=offering_id)
        elif do == "withdraw":
            actions.withdraw(actor=actor, offering_id=offering_id, reason=request.POST.get("reason", ""))
    except SettingRefusedError as error:
        return t(error.code, lang)
    except SamePersonError:
        return t("services.second_person", lang)
    except CannotPublishError as error:
        return t("services.lacks", lang, what=", ".join(lack.label[lang] for lack in error.lacks))
    except ValueError:
        return t("services.bad_date", lang)
    return ""
