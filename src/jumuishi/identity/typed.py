"""What somebody typed into a form whose session had ended: kept in the session, and in its form again after signing in.

Nothing is sent by itself: whoever typed it sees the page as it was left, and presses the button again.
"""

from base64 import b64decode, b64encode
from typing import Any
from urllib.parse import urlsplit

from django.contrib import auth
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.http.response import HttpResponse
from django.template.loader import render_to_string

from jumuishi.identity import filling
from jumuishi.kernel import clock
from jumuishi.kernel.seal import seal, unseal

KEY = "identity.typed"
# A visitor of whom we know nothing may not fill our tables; the minutes of a sitting of whoever was in are long.
_MOST_OF_A_VISITOR = 16_384
_MOST = 262_144
_LIFE_SECONDS = 12 * 3600
# Never kept, and never put back.
_SECRETS = ("csrfmiddlewaretoken", "password", "old_password", "new_password", "again", "factor", "totp", "code",
            "credential")  # fmt: skip
_BODY = b'<main id="m" class="in">'


def remember(request: HttpRequest) -> bool:
    """Keep a form that came after its sender's session had ended; False for an empty one and one that is too long."""
    session, sent = request.session, request.POST.copy()
    for name in _SECRETS:
        sent.pop(name, None)
    query = sent.urlencode()
    # A guest may sign in as somebody who is known from now on; anybody else finds the form only as the same person.
    is_guest = bool(session.get("identity.guest"))
    who = session.get(auth.SESSION_KEY) or ("" if is_guest else session.get("identity.person", ""))
    known = bool(who or is_guest)
    if not query or len(query) > (_MOST if known else _MOST_OF_A_VISITOR):
        return False
    session[KEY] = {
        "path": request.path,
        # Sessions lie in the open; what somebody types may be for their own eyes.
        "sealed": b64encode(seal(query.encode(), KEY)).decode(),
        "page": _page_of(request),
        "who": who,
        "files": bool(request.FILES),
        "at": int(clock.now().timestamp()),
    }
    return True


def page(request: HttpRequest) -> str:
    """The page that the kept form stands on, with its query."""
    return str(request.session[KEY]["page"])


def is_waiting(request: HttpRequest) -> bool:
    """Whether a form waits for its sender to sign in."""
    return KEY in request.session


def kept_for(session: SessionBase, who: str) -> dict[str, Any]:
    """The kept form, if it is of the account or person `who` or of nobody known: what outlives a sign-in."""
    found = session.get(KEY)
    return {KEY: found} if found and found.get("who", "") in ("", who) else {}


def typed_before_sign_in(request: HttpRequest) -> QueryDict | None:
    """The form that was sent to this page before its sender had to sign in again; given once."""
    kept = request.session.get(KEY)
    if not kept or kept["path"] != request.path:
        return None
    del request.session[KEY]
    return _sent(kept)


def _sent(kept: dict[str, Any]) -> QueryDict:
    # A form that waited while the house was upgraded lies there as it was typed.
    return QueryDict(unseal(b64decode(kept["sealed"]), KEY) if "sealed" in kept else kept["query"])


def forget_sent(request: HttpRequest) -> None:
    """The form was sent after all."""
    kept = request.session.get(KEY)
    if kept and kept["path"] == request.path:
        del request.session[KEY]


def give_back(request: HttpRequest, answer: HttpResponseBase) -> None:
    """Put what was typed into its form on this page, and say so; where the form is gone, show it to be copied."""
    kept = request.session.get(KEY)
    if not kept or urlsplit(kept.get("page", "")).path != request.path or not isinstance(answer, HttpResponse):
        return
    if answer.status_code != 200 or not answer.headers.get("Content-Type", "").startswith("text/html"):
        return
    if clock.now().timestamp() - kept["at"] > _LIFE_SECONDS:
        del request.session[KEY]
        return
    sent = _sent(kept)
    body = answer.content.decode()
    filled = filling.fill(body, request.path, kept["path"], sent)
    lost = [] if filled else [value for name in sent for value in sent.getlist(name) if " " in value.strip()]
    said = render_to_string(
        "identity/typed.html", {"lost": lost, "is_lost": not filled, "files": kept["files"]}, request
    )
    answer.content = (filled or body).encode().replace(_BODY, _BODY + said.encode(), 1)


def _page_of(request: HttpRequest) -> str:
    """Where the form stood: the page that our own browser policy lets the browser name, else the form's address."""
    parts = urlsplit(request.META.get("HTTP_REFERER", ""))
    if parts.netloc == request.get_host() and parts.path.startswith("/") and not parts.path.startswith("//"):
        return str(parts.path) + (f"?{parts.query}" if parts.query else "")
    return request.path
