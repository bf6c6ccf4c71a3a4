"""An institution's own services: offered, changed, described, turned off and on, ended."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from jumuishi.exchange import queries, registering, rehearsing
from jumuishi.exchange.described.reading import FaultyDescription
from jumuishi.exchange.describing import describe_service
from jumuishi.exchange.ending import end_service
from jumuishi.exchange.models import Service
from jumuishi.exchange.types import ExchangeRefusedError
from jumuishi.exchange.web import words
from jumuishi.exchange.web.forms import DescriptionForm, NoticeForm, ServiceForm, SubjectsForm
from jumuishi.exchange.web.frame import answer, keeper, refuse, to
from jumuishi.exchange.xroad.openapi import MOST
from jumuishi.identity.doors import FreshAccount, access
from jumuishi.identity.types import Actor
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t


@access(FreshAccount)
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, subsystem_id: UUID) -> HttpResponse:
    """A form for one more service of a system."""
    actor = keeper(request)
    home = queries.system_of(actor.workplace, subsystem_id)
    if home is None or home.ended_at is not None:
        raise Http404
    usual = {"seconds": 60, "keep_days": 0, "checks_certificate": True}
    form = ServiceForm(request.POST if request.method == "POST" else None, initial=usual, lang=language())
    if request.method == "POST" and form.is_valid():
        try:
            return to(f"huduma/{_register(actor, home.id, form.cleaned_data)}/")
        except ExchangeRefusedError as error:
            refuse(form, error)
    return answer(request, "service_new", "systems", {"form": form, "system": home})


@access(FreshAccount)
@require_http_methods(["GET", "HEAD", "POST"])
def service(request: HttpRequest, service_id: UUID) -> HttpResponse:
    """One of them. POST: `do` is change, describe, subjects, or on."""
    actor, lang, do = keeper(request), language(), request.POST.get("do", "")
    found = _found(actor, service_id)
    now = {
        "title_sw": found.title.get("sw"), "title_en": found.title.get("en"),
        **{name: getattr(found, name) for name in ("url", "seconds", "keep_days", "checks_certificate")},
    }  # fmt: skip
    form = ServiceForm(request.POST if do == "change" else None, initial=now, lang=lang)
    del form.fields["code"]
    given = (request.POST, request.FILES) if do == "describe" else (None, None)
    description = DescriptionForm(*given, lang=lang)
    subjects = SubjectsForm(
        request.POST if do == "subjects" else None, initial={"subjects": "\n".join(found.subjects)}, lang=lang
    )
    context: dict[str, Any] = {"error": ""}
    if request.method == "POST":
        try:
            if do == "subjects" and subjects.is_valid():
                registering.say_subjects(actor=actor, service_id=found.id, text=subjects.cleaned_data["subjects"])
                return to(f"huduma/{service_id}/")
            if _act(actor, found, do, form, description):
                return to(f"huduma/{service_id}/")
        except ExchangeRefusedError as error:
            if do in ("change", "subjects"):
                refuse(form if do == "change" else subjects, error)
            else:
                context["error"] = t(error.key, lang)
        except FaultyDescription as error:
            description.add_error("file", t(error.key, lang, where=error.where))
    context["error"] = context["error"] or " ".join(map(str, description.errors.get("file", ())))
    context |= {
        "subjects": subjects,
        "service": found,
        "form": form,
        "description": description,
        "operations": len(found.endpoints),
    }
    return answer(request, "service", "systems", context)


def _act(actor: Actor, found: Service, do: str, form: ServiceForm, description: DescriptionForm) -> bool:
    if do == "on":
        registering.switch_service(actor=actor, service_id=found.id, notice="")
        return True
    if do == "describe" and description.is_valid():
        file = description.cleaned_data["file"]
        if file.size > MOST:
            raise FaultyDescription("exchange.openapi_large")
        describe_service(actor=actor, service_id=found.id, text=file.read())
        return True
    if do == "change" and form.is_valid():
        _register(actor, found.subsystem_id, {**form.cleaned_data, "code": found.code})
        return True
    return False


@access(FreshAccount)
@require_http_methods(["GET", "HEAD", "POST"])
def off(request: HttpRequest, service_id: UUID) -> HttpResponse:
    """What turning it off would deny, the notice to callers, the button."""
    actor, lang = keeper(request), language()
    found = _found(actor, service_id)
    form = NoticeForm(request.POST if request.method == "POST" else None, lang=lang)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["notice"].strip():
            registering.switch_service(actor=actor, service_id=service_id, notice=form.cleaned_data["notice"])
            return to(f"huduma/{service_id}/")
        form.add_error("notice", t("exchange.needs_notice", lang))
    tried = words.rehearsal(rehearsing.of_switch(found, "…"), lang)
    return answer(request, "service_off", "systems", {"form": form, "service": found, "tried": tried})


@access(FreshAccount)
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, service_id: UUID) -> HttpResponse:
    """What its end would deny, and the button."""
    actor, lang = keeper(request), language()
    found = _found(actor, service_id)
    if request.method == "POST":
        end_service(actor=actor, service_id=service_id)
        return to(f"{found.subsystem_id}/")
    tried = words.rehearsal(rehearsing.of_service_end(found), lang)
    return answer(request, "service_end", "systems", {"service": found, "tried": tried})


def _register(actor: Actor, subsystem_id: UUID, said: dict[str, Any]) -> UUID:
    title = {"sw": said.pop("title_sw"), "en": said.pop("title_en")}
    return registering.register_service(actor=actor, subsystem_id=subsystem_id, title=title, **said)


def _found(actor: Actor, service_id: UUID) -> Service:
    found = queries.service_of(actor.workplace, service_id)
    if found is None:
        raise Http404
    return found
