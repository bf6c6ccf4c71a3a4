"""Verify a document with no script: its number and a name, or a file, or the text of its QR."""

from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jumuishi.documents import public
from jumuishi.documents.types import Checked, Code, DocumentState, Result, TooOftenError, Verdict
from jumuishi.identity.doors import Everyone, access
from jumuishi.kernel import clock
from jumuishi.kernel.numbers import group, is_number
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t

FILE_LIMIT = 5 * 1024 * 1024


@access(Everyone)
def verify(request: HttpRequest) -> HttpResponse:
    """The form; and the answer to what was sent."""
    lang = language()
    if request.method != "POST":
        return render(request, "documents/verify.html", {"number": request.GET.get("n", "")})
    if request.POST.get("how") == "number":
        return _by_number(request, lang)
    return _by_file(request, lang)


def _by_number(request: HttpRequest, lang: str) -> HttpResponse:
    number, detail = request.POST.get("number", ""), request.POST.get("detail", "")
    errors = {}
    if not is_number(number):
        errors["number"] = t("documents.need_number", lang)
    if not detail.strip():
        errors["detail"] = t("documents.need_detail", lang)
    if errors:
        return _again(request, errors, number=number, detail=detail)
    try:
        checked = public.check_by_number(number=number, detail=detail)
    except TooOftenError:
        return _again(request, {"number": t("documents.too_often", lang)}, number=number, detail=detail)
    if checked is None:
        return render(request, "documents/not_found.html", {"stamp": _stamp(lang)})
    return render(request, "documents/result.html", _checked(checked, lang))


def _by_file(request: HttpRequest, lang: str) -> HttpResponse:
    sent, text = request.FILES.get("file"), request.POST.get("text", "")
    if isinstance(sent, UploadedFile):
        if (sent.size or 0) > FILE_LIMIT:
            return _again(request, {"file": t("documents.too_large", lang)})
        verdict = public.verify_file(sent.read())
    elif text.strip():
        verdict = public.verify_payload(text)
    else:
        return _again(request, {"file": t("documents.need_something", lang)})
    return render(request, "documents/result.html", _judged(verdict, lang))


def _again(request: HttpRequest, errors: dict[str, str], **typed: str) -> HttpResponse:
    return render(request, "documents/verify.html", {"errors": errors, **typed}, status=422)


def _stamp(lang: str) -> str:
    now = clock.now()
    return t("documents.checked_at", lang, day=public.day(now, lang), time=public.hour(now, lang))


def _checked(checked: Checked, lang: str) -> dict[str, Any]:
    facts = [
        (t("documents.title", lang), checked.title[lang]),
        (t("documents.number", lang), group(checked.number)),
        (t("documents.holder", lang), checked.holder),
        *((public.claim_label(key, lang), value) for key, value in checked.claims.items() if value != checked.holder),
        (t("documents.issuer", lang), checked.issuer[lang]),
        (t("documents.issued", lang), public.day(checked.issued_on, lang)),
        _until(checked.valid_until, lang),
    ]
    if checked.since is not None:
        facts += _stopped(checked.state is DocumentState.SUSPENDED, checked.since, checked.suspended_until, lang)
        facts.append((t("documents.reason", lang), checked.reason))
    return _result(checked.state.value, checked.state.value == "issued", facts, lang, "number")


def _judged(verdict: Verdict, lang: str) -> dict[str, Any]:
    facts: list[tuple[str, Any]] = []
    good = verdict.result is Result.GENUINE
    if verdict.code is not None and verdict.result not in (Result.ALTERED, Result.UNKNOWN_KEY):
        facts = _of_code(verdict.code, verdict, lang)
    word = verdict.result.value
    if verdict.result is Result.REVOKED and verdict.reason == "replaced":
        word = "replaced"
    return _result(word, good, facts, lang, "signature")


def _of_code(found: Code, verdict: Verdict, lang: str) -> list[tuple[str, Any]]:
    facts: list[tuple[str, Any]] = [
        (t("documents.title", lang), found.title),
        (t("documents.number", lang), group(found.number)),
        *((public.claim_label(key, lang), value) for key, value in found.claims.items()),
        (t("documents.issuer", lang), verdict.issuer.get(lang, "")),
        (t("documents.issued", lang), public.day(found.issued_on, lang)),
        _until(found.expires_on, lang),
    ]
    if verdict.since is not None and verdict.result in (Result.REVOKED, Result.SUSPENDED):
        facts += _stopped(verdict.result is Result.SUSPENDED, verdict.since, verdict.until, lang)
    return facts


def _stopped(for_now: bool, since: datetime, until: date | None, lang: str) -> list[tuple[str, Any]]:
    """Since when it may not be accepted; of a suspension, to which day."""
    day = public.day(since, lang)
    if not for_now:
        return [(t("documents.revoked_on", lang), day)]
    end = public.day(until, lang) if until else t("documents.until_lifted", lang)
    return [(t("documents.suspended_on", lang), day), (t("documents.suspended_until", lang), end)]


def _until(until: Any, lang: str) -> tuple[str, str]:
    return t("documents.until", lang), public.day(until, lang) if until else t("documents.no_end", lang)


def _result(word: str, good: bool, facts: list[tuple[str, Any]], lang: str, how: str) -> dict[str, Any]:
    return {
        "good": good,
        "word": t(f"documents.result_{word}", lang),
        "say": t(f"documents.say_{word}", lang),
        "facts": facts,
        "stamp": _stamp(lang),
        "how": t(f"documents.how_{how}", lang),
    }
