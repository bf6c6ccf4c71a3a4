"""The demonstration's phone: a keypad and a small screen, through the real callback. Absent everywhere else."""

import secrets
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from jumuishi.kernel.lazily import lazily
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t

httpx = lazily("httpx")

CODE = "*152*00#"
KEYS = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#")
_LONGEST = 4000


@dataclass
class Line:
    """What the phone itself holds, as a real one would: the number, the session, all that was typed, the screen."""

    number: str = "+255700000001"
    session: str = ""
    text: str = ""
    typed: str = ""
    screen: str = ""
    ends: bool = False

    @classmethod
    def of(cls, request: HttpRequest) -> "Line":
        """From the form that was sent."""
        session, text, typed, screen = (
            request.POST.get(name, "")[:_LONGEST] for name in ("session", "text", "typed", "screen")
        )
        return cls(request.POST.get("number", "").strip()[:20] or cls.number, session, text, typed, screen)


def pressed(request: HttpRequest) -> Line:
    """The phone after what was done with it: a key, an answer sent, a session begun or broken off."""
    line, did = Line.of(request), request.POST
    if "key" in did:
        line.typed += did["key"] if did["key"] in KEYS else ""
    elif "rub" in did:
        line.typed = line.typed[:-1]
    elif "hang" in did:
        _hang_up(request, line)
    elif "dial" in did or not line.session:
        line.session, line.text, line.typed = f"ATUid_{secrets.token_hex(16)}", "", ""
        _call(request, line)
    elif line.typed.strip():
        line.text = f"{line.text}*{line.typed.strip()}" if line.text else line.typed.strip()
        line.typed = ""
        _call(request, line)
    return line


def shown(line: Line | None = None) -> dict[str, Any]:
    """What the page needs to draw the phone."""
    line = line or Line()
    return {"line": line, "keys": KEYS, "code": settings.USSD_CODE or CODE, "may_type": bool(line.session)}


def _form(line: Line) -> dict[str, str]:
    code = settings.USSD_CODE or CODE
    return {"sessionId": line.session, "phoneNumber": line.number, "networkCode": "99999", "serviceCode": code}


def write(request: HttpRequest, number: str, text: str) -> bool:
    """Send an SMS in as the phone of a number, through the aggregator's callback; whether it was taken."""
    form = {"from": number, "to": "15200", "text": text[:_LONGEST], "id": f"ATXid_{secrets.token_hex(16)}", "date": ""}
    try:
        _post(request, form, "/sms/africastalking/")
    except httpx.HTTPError:
        return False
    return True


def _post(request: HttpRequest, form: dict[str, str], path: str = "/ussd/africastalking/") -> str:
    # This very process is asked over its own door; another thread of it answers.
    address = request.build_absolute_uri(path)
    answer = httpx.post(address, data=form, timeout=15, trust_env=False)
    answer.raise_for_status()
    return str(answer.text)


def _call(request: HttpRequest, line: Line) -> None:
    try:
        word, _, line.screen = _post(request, {**_form(line), "text": line.text}).partition(" ")
    except httpx.HTTPError:
        word, line.screen = "END", t("project.demo_no_line", language())
    if word != "CON":
        line.ends, line.session, line.text = True, "", ""


def _hang_up(request: HttpRequest, line: Line) -> None:
    """As when the line drops: the operator tells that the session is over."""
    if line.session:
        event = {**_form(line), "status": "Incomplete", "date": "", "durationInMillis": "0", "hopsCount": "1"}
        try:
            _post(request, {**event, "input": line.text, "lastAppResponse": line.screen, "errorMessage": ""})
        except httpx.HTTPError:
            line.screen = t("project.demo_no_line", language())
    line.session = line.text = line.typed = line.screen = ""
