"""/ofisi/usalama/vikao/ and /ingia/vikao/: where one is signed in, and an end to each."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from jumuishi.identity import beside, open_sessions, session
from jumuishi.identity.doors import KnownPerson, SignedInAccount, access, actor_of
from jumuishi.identity.open_sessions import SessionView
from jumuishi.identity.web import ways
from jumuishi.kernel.spoken import say_instant
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t

SHOWN = 30


@access(SignedInAccount)
@require_http_methods(["GET", "HEAD", "POST"])
def officers(request: HttpRequest) -> HttpResponse:
    """An officer's own, those of the same person's phone with them."""
    return _page(request, "/ofisi/usalama/vikao/", "channels/office.html", "/ofisi/usalama/", "identity.security")


@access(KnownPerson)
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """A citizen's or a guest's own."""
    return _page(request, "/ingia/vikao/", "channels/frame.html", "/maombi/", "channels.nav_mine")


def _page(request: HttpRequest, here: str, frame: str, back: str, back_name: str) -> HttpResponse:
    """The list; POST ends one session (`do=end`, `session`) or all others (`do=others`)."""
    if request.method == "POST":
        if _act(request) is None:
            session.sign_out(request)
            return ways.to("/")
        return ways.to(here)
    lang, prefix = language(), "/en" if language() == "en" else ""
    rows = open_sessions.listed(actor_of(request).who, request.session.session_key)
    context = {
        "frame": frame,
        "is_office": frame.endswith("office.html"),
        "back": prefix + back,
        "back_name": t(back_name, lang),
        "said": request.session.pop(session.SAID, ""),
        "rows": [_row(one, lang) for one in rows[:SHOWN]],
        "rest": len(rows) > SHOWN,
        "beside": [
            {"url": prefix + (one.officer if frame.endswith("office.html") else one.citizen), "key": one.key}
            for one in beside.sessions
        ],
        "others": any(not one.is_this for one in rows),
    }
    return render(request, "identity/sessions.html", context)


def _act(request: HttpRequest) -> str | None:
    """What was done, in words kept for the next page; None where this very session is to end."""
    actor, lang, this = actor_of(request), language(), request.session.session_key
    if request.POST.get("do") == "others":
        said = t("identity.others_ended", lang, n=open_sessions.end_others(actor=actor, this=this))
    else:
        try:
            asked = UUID(request.POST.get("session", ""))
        except ValueError:
            asked = None
        if asked and any(one.id == asked and one.is_this for one in open_sessions.listed(actor.who, this)):
            return None
        ended = asked is not None and open_sessions.end(actor=actor, session_id=asked)
        said = t("identity.session_ended" if ended else "identity.session_over", lang)
    request.session[session.SAID] = said
    return said


def _row(one: SessionView, lang: str) -> dict[str, Any]:
    def at(key: str, when: Any) -> str:
        return t(key, lang, at=say_instant(when, lang, settings.TIME_ZONE)) if when else ""

    return {
        "id": one.id,
        "is_this": one.is_this,
        "browser": one.browser or t("identity.session_browser_unknown", lang),
        "kind": t(f"identity.session_{one.kind}", lang),
        "network": t("identity.session_network", lang, network=one.network) if one.network else "",
        "begun": at("identity.session_begun", one.begun_at),
        "used": at("identity.session_used", one.used_at),
    }
