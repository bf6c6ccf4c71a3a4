"""/ofisi/taarifa-api/ and /mimi/programu/: where programs are told, what they were told, and an end to each."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from jumuishi.channels.context import add_desk
from jumuishi.hooks import actions, queries
from jumuishi.hooks.models import Delivery
from jumuishi.hooks.types import TOPICS, DeliveryState, HookRefusedError
from jumuishi.identity.doors import FreshAccount, KnownPerson, access, actor_of
from jumuishi.identity.public import must
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.spoken import say_instant
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t

PAGE = 30


@dataclass(frozen=True)
class Side:
    """The office's pages or a person's own: where they are, the frame around them, where one comes from."""

    here: str
    frame: str
    lead: str
    back: str = ""
    back_name: str = ""

    def to(self, hook_id: UUID | None = None) -> HttpResponseRedirect:
        """The list, or the page of one."""
        prefix = "/en" if language() == "en" else ""
        return HttpResponseRedirect(f"{prefix}{self.here}{f'{hook_id}/' if hook_id else ''}")


OFFICE = Side("/ofisi/taarifa-api/", "channels/office.html", "hooks.lead_office")
MINE = Side("/mimi/programu/", "channels/frame.html", "hooks.lead_mine", "/mimi/", "hooks.my_data")


def _keeps(request: HttpRequest) -> bool:
    return actor_of(request).has(*actions.KEEPERS)


add_desk(86, "hooks.desk", OFFICE.here, _keeps)


@access(FreshAccount)
@require_http_methods(["GET", "HEAD", "POST"])
def office(request: HttpRequest) -> HttpResponse:
    """The institution's hooks, and a form for one more."""
    actor = actor_of(request)
    must(actor, "hooks.hook.manage", Thing("hook", new_id(), actor.workplace))
    return _list(request, OFFICE)


@access(FreshAccount)
@require_http_methods(["GET", "HEAD", "POST"])
def office_hook(request: HttpRequest, hook_id: UUID) -> HttpResponse:
    """One of them with its notices."""
    actor = actor_of(request)
    must(actor, "hooks.hook.manage", Thing("hook", hook_id, actor.workplace))
    return _one(request, OFFICE, hook_id)


@access(KnownPerson)
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """A person's own."""
    return _list(request, MINE)


@access(KnownPerson)
@require_http_methods(["GET", "HEAD", "POST"])
def my_hook(request: HttpRequest, hook_id: UUID) -> HttpResponse:
    """One of them with its notices."""
    return _one(request, MINE, hook_id)


def _list(request: HttpRequest, side: Side) -> HttpResponse:
    """POST makes one; the answer shows its secret, this once."""
    actor, lang = actor_of(request), language()
    context: dict[str, Any] = {"error": "", "field": "", "secret": "", "url": "", "chosen": set(TOPICS)}
    if request.method == "POST":
        context |= {"url": request.POST.get("url", ""), "chosen": set(request.POST.getlist("topics"))}
        topics = [one for one in TOPICS if one in context["chosen"]]
        try:
            made = actions.make_hook(
                actor=actor, url=context["url"], topics=topics, idempotency_key=request.POST.get("once") or None
            )
            context |= {"secret": made.secret, "url": "", "chosen": set(TOPICS)}
        except HookRefusedError as error:
            context |= {"error": t(error.key, lang), "field": error.field or "url"}
    page = Paginator(queries.hooks_of(actor), PAGE).get_page(request.GET.get("page"))
    context |= {
        **_frame(side), "rows": [_hook(one) for one in page.object_list], "page": page, "query": "", "once": new_id(),
        "topics": [
            {"name": one, "label": t(f"hooks.topic_{one.replace('.', '_')}", lang), "on": one in context["chosen"]}
            for one in TOPICS
        ],
    }  # fmt: skip
    return _answer(request, "hooks/hooks.html", context)


def _one(request: HttpRequest, side: Side, hook_id: UUID) -> HttpResponse:
    """POST: `do` is test, rotate, end, resend_all, or resend with the notice's id as `delivery`."""
    actor, lang = actor_of(request), language()
    context: dict[str, Any] = {"error": "", "secret": ""}
    if request.method == "POST":
        try:
            context["secret"] = _act(actor, hook_id, request.POST.get("do", ""), request.POST.get("delivery", ""))
            if not context["secret"]:
                return side.to(None if request.POST.get("do") == "end" else hook_id)
        except HookRefusedError as error:
            context["error"] = t(error.key, lang)
    hook = queries.hook_of(actor, hook_id)
    if hook is None:
        raise Http404
    state = request.GET.get("hali", "")
    state = state if state in set(DeliveryState) else ""
    page = Paginator(queries.deliveries_of(hook, state), PAGE).get_page(request.GET.get("page"))
    context |= {
        **_frame(side), "hook": _hook(hook), "rows": [_delivery(one, lang) for one in page.object_list], "page": page,
        "query": urlencode({"hali": state}) if state else "", "state": state,
        "states": [("", t("hooks.all", lang)), *((one.value, t(f"hooks.state_{one}", lang)) for one in DeliveryState)],
    }  # fmt: skip
    return _answer(request, "hooks/hook.html", context)


def _act(actor: Actor, hook_id: UUID, do: str, delivery: str) -> str:
    """The new secret, where there is one."""
    if do == "rotate":
        return actions.rotate_secret(actor=actor, hook_id=hook_id).secret
    if do == "end":
        actions.end_hook(actor=actor, hook_id=hook_id)
    elif do == "resend_all":
        actions.resend_all(actor=actor, hook_id=hook_id)
    elif do == "resend":
        try:
            actions.resend(actor=actor, hook_id=hook_id, delivery_id=UUID(delivery))
        except ValueError as error:
            raise error if isinstance(error, HookRefusedError) else HookRefusedError("hooks.no_delivery") from None
    else:
        actions.try_hook(actor=actor, hook_id=hook_id)
    return ""


def _frame(side: Side) -> dict[str, Any]:
    prefix, lang = "/en" if language() == "en" else "", language()
    return {
        "frame": side.frame, "lead": t(side.lead, lang), "here": prefix + side.here,
        "back": prefix + side.back if side.back else "", "back_name": t(side.back_name, lang) if side.back else "",
    }  # fmt: skip


def _hook(one: Any) -> dict[str, Any]:
    lang = language()
    return {
        "id": one.id, "url": one.url, "waiting": one.waiting, "dead": one.dead,
        "topics": ", ".join(t(f"hooks.topic_{name.replace('.', '_')}", lang) for name in one.topics),
        "rests": say_instant(one.rest_until, lang, settings.TIME_ZONE) if one.rest_until else "",
        "made": say_instant(one.created_at, lang, settings.TIME_ZONE),
    }  # fmt: skip


def _delivery(one: Delivery, lang: str) -> dict[str, Any]:
    def at(when: Any) -> str:
        return say_instant(when, lang, settings.TIME_ZONE) if when else ""

    return {
        "id": one.id, "topic": t(f"hooks.topic_{one.topic.replace('.', '_')}", lang), "body": one.body,
        "state": t(f"hooks.state_{one.state}", lang), "is_delivered": one.state == DeliveryState.DELIVERED,
        "attempts": one.attempts, "came": str(one.status or one.failure or ""), "made": at(one.created_at),
        "next": at(one.next_at),
    }  # fmt: skip


def _answer(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    answer = render(request, template, context, status=422 if context["error"] else 200)
    answer.headers["Cache-Control"] = "no-store"
    return answer
