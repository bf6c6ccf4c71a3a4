"""Asking an institution about my data: what and whom first, then the answer that is wrong, then in my own words."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from jumuishi.identity import public as identity
from jumuishi.identity.doors import KnownPerson, access
from jumuishi.identity.holdings import Correctable, holders
from jumuishi.institutions import public as institutions
from jumuishi.institutions.types import DATA_ROLE
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.numbers import group
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t, texts
from jumuishi.privacy import queries
from jumuishi.privacy.actions import requests
from jumuishi.privacy.models import Request
from jumuishi.privacy.types import Kind, PrivacyError, State
from jumuishi.privacy.web.ways import at, citizen, once, prefix, says, to

KINDS = [one.value for one in Kind]


@access(KnownPerson)
def choose(request: HttpRequest) -> HttpResponse:
    """Which right, and which institution: those that hold something."""
    person, lang = citizen(request).who, language()
    homes = {str(one.institution_id): one.name[lang] for one in queries.held_about(person) if one.institution_id}
    kind, home = request.GET.get("aina", ""), request.GET.get("taasisi", "")
    if kind in KINDS and home in homes:
        return to(f"/mimi/omba/{kind}/{home}/")
    errors = []
    if request.GET.get("tuma"):
        errors += [("f-aina", "privacy.choose_kind")] if kind not in KINDS else []
        errors += [("f-taasisi", "privacy.choose_home")] if home not in homes else []
    context = {
        "kinds": [{"key": one, "label": t(f"privacy.kind_{one}", lang), "sub": t(f"privacy.kind_{one}_is", lang),
                   "chosen": one == kind} for one in KINDS],
        "homes": [{"key": key, "label": name, "chosen": key == home or len(homes) == 1}
                  for key, name in homes.items()],
        "errors": [{"url": f"#{where}", "text": t(key, lang)} for where, key in errors],
    }  # fmt: skip
    return render(request, "privacy/choose.html", context, status=400 if errors else 200)


def _correctables(person: UUID, home: UUID) -> list[tuple[str, Correctable]]:
    return [(room.room, one) for room in holders() for one in room.correctable(person, home)]


@access(KnownPerson)
def ask(request: HttpRequest, kind: str, institution_id: UUID) -> HttpResponse:
    """Write the request; for a correction the wrong answer is chosen first. What was typed is there after an error."""
    actor, lang = citizen(request), language()
    home = institutions.institution(institution_id)
    held = {one.institution_id for one in queries.held_about(actor.who)}
    if kind not in KINDS or home is None or institution_id not in held:
        raise Http404
    typed = request.POST if request.method == "POST" else identity.typed_before_sign_in(request)
    text, value = (typed.get(name, "").strip() if typed else "" for name in ("text", "value"))
    chosen = (typed or request.GET).get("jibu", "")
    context: dict[str, Any] = {"kind": kind, "heading": t(f"privacy.kind_{kind}", lang), "home": home.name[lang]}
    context["once"] = (typed.get("once") if typed else "") or str(new_id())
    context |= {"text": text, "value": value, "is": t(f"privacy.kind_{kind}_is", lang), "here": request.path}
    wrong = None
    if kind == Kind.CORRECT:
        found = _correctables(actor.who, institution_id)
        at_hand = next((one for one in found if key_of(one[1]) == chosen), None)
        if at_hand is None:
            return render(request, "privacy/which.html", {**context, "things": _by_thing(found, lang)})
        room, one = at_hand
        wrong = requests.Wrong(room, one, value)
        choices = [{"key": key, "label": words[lang], "chosen": key == value} for key, words in one.choices]
        context |= {"one": one, "label": one.label[lang], "chosen": chosen, "choices": choices}
        context["number"] = group(one.thing)
    if request.method != "POST":
        return render(request, "privacy/ask.html", context)
    try:
        # Pressed twice, or sent again over a weak link, it is one request.
        made = once(requests.ask, context["once"])(
            actor=actor, institution_id=institution_id, kind=Kind(kind), text=text, wrong=wrong, language=lang
        )
    except PrivacyError as error:
        context["errors"] = [{"url": "#f-value", "text": t(error.code, lang)}]
        return render(request, "privacy/ask.html", context, status=400)
    return to(f"/mimi/ombi/{made}/?mpya=1")


def key_of(one: Correctable) -> str:
    """How a page names an answer."""
    return f"{one.thing_id}.{one.field}"


def _by_thing(found: list[tuple[str, Correctable]], lang: str) -> list[dict[str, Any]]:
    things: dict[str, list[dict[str, str]]] = {}
    for _, one in found:
        things.setdefault(one.thing, []).append({"key": key_of(one), "label": one.label[lang], "value": one.value})
    return [{"number": group(thing), "rows": rows} for thing, rows in things.items()]


def _own(request: HttpRequest, request_id: UUID) -> Request:
    found = queries.requests_of(citizen(request).who).filter(id=request_id).first()
    if found is None:
        raise Http404
    return found


@access(KnownPerson)
def asked(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """My request: who has it, until when, what was answered, what I can do next."""
    found, lang = _own(request, request_id), language()
    due = found.appeal_due_at if found.state == State.APPEALED else found.due_at
    by_officer = found.state != State.APPEALED and institutions.data_role(found.institution_id) == DATA_ROLE
    context = {
        "r": found,
        "is_new": request.GET.get("mpya") and found.state == State.OPEN,
        "number": group(found.number),
        "kind": t(f"privacy.kind_{found.kind}", lang),
        "state": t(f"privacy.state_{found.state}", lang),
        "home": queries.home_name(found.institution_id, lang),
        "owner": t("privacy.owner_dpo" if by_officer else "privacy.owner_head", lang),
        "label": found.label.get(lang, ""),
        "asked": at(found.asked_at, lang),
        "until": at(due, lang),
        "answered": at(found.answered_at, lang),
        "closed": at(found.closed_at, lang),
        "waits": found.state in (State.OPEN, State.APPEALED),
        "fates": told_fates(found, lang),
        "may_appeal": found.state == State.REFUSED,
        "is_refused": found.state == State.REFUSED or (found.state == State.CLOSED and found.upheld),
    }
    return render(request, "privacy/asked.html", context)


def told_fates(row: Request, lang: str) -> list[dict[str, Any]]:
    """What an erasure came to, thing by thing."""
    return [
        {
            "number": group(one["thing"]), "erased": one["erased"], "reason": one["reason"].get(lang, ""),
            "until": queries.say_day(one["until"], lang),
        }
        for one in row.fates
    ]  # fmt: skip


@access(KnownPerson)
def appeal(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Not content with the answer: why, on a page of its own."""
    found, lang = _own(request, request_id), language()
    typed = request.POST if request.method == "POST" else identity.typed_before_sign_in(request)
    text = typed.get("text", "").strip() if typed else ""
    context: dict[str, Any] = {"number": group(found.number), "text": text, "back": f"{prefix()}/mimi/ombi/{found.id}/"}
    if request.method == "POST":
        try:
            requests.appeal(actor=citizen(request), request_id=found.id, text=text)
        except PrivacyError as error:
            if error.code not in texts() or found.state != State.REFUSED:
                return says(request, error.code, 409, f"/mimi/ombi/{found.id}/")
            context["errors"] = [{"url": "#f-text", "text": t(error.code, lang)}]
            return render(request, "privacy/appeal.html", context, status=400)
        return to(f"/mimi/ombi/{found.id}/")
    return render(request, "privacy/appeal.html", context)
