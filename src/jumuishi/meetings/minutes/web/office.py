"""/ofisi/mabaraza/mkutano/<id>/muhtasari/: what the secretary does with minutes, from the draft to their sending."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.kernel import tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.meetings.minutes import correcting, drafting, queries, sending, settling
from jumuishi.meetings.minutes.source import SYSTEM
from jumuishi.meetings.minutes.web.frame import at, attempt, done, heading_of, history, page, shown, standing
from jumuishi.meetings.models import Minutes
from jumuishi.meetings.web.answering import uuid_of

# What can be done in a state; those of GRAVE are asked once more.
ACTS = {
    "": ("write",),
    Minutes.State.DRAFT: ("write", "open"),
    Minutes.State.OPEN: ("freeze",),
    Minutes.State.FROZEN: ("sign", "confirm"),
    Minutes.State.CONFIRMED: ("send",),
}
GRAVE = ("open", "freeze", "sign", "confirm", "send")


def here(meeting_id: UUID) -> str:
    """The page's address in Kiswahili."""
    return f"/ofisi/mabaraza/mkutano/{meeting_id}/muhtasari/"


def found(request: HttpRequest, meeting_id: UUID, *, keeps: bool = False) -> queries.Part:
    """The meeting, for whoever reads its minutes there; for everybody else it is not there."""
    part = queries.part_at_office(actor_of(request), meeting_id)
    if part is None or (keeps and not part.keeps):
        raise Http404
    return part


@access(Officer)
@require_GET
def minutes(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """The minutes as they are now, and what there is to do."""
    return _page(request, found(request, meeting_id))


def _page(request: HttpRequest, part: queries.Part, message: str = "", **more: Any) -> HttpResponse:
    lang, kept = language(), part.minutes.paragraphs if part.minutes else []
    with tenancy.acting_as(SYSTEM):
        corrections = queries.corrections_of(part.meeting)
        stands = standing(part.meeting, part.minutes)
        sent = queries.sendings_of(part.meeting)
    names = {one["key"]: one for one in shown(kept)}
    context = {
        **heading_of(part.meeting), **stands,
        "here": here(part.meeting.id), "keeps": part.keeps, "paragraphs": list(names.values()),
        "acts": [
            {"key": one, "label": t(f"meetings.minutes_do_{one}", lang)}
            for one in (ACTS[stands["state"]] if part.keeps else ())
        ],
        "corrections": [
            {
                "id": one.id, "name": one.member.name, "at": at(one.at, part.meeting), "text": one.text, "why": one.why,
                "was": names.get(one.paragraph, {}).get("text", ""), "state": one.state, "reason": one.reason,
                "state_words": t(f"meetings.minutes_correction_{one.state}", lang),
            }
            for one in corrections
        ],
        "editions": history(part.meeting),
        "sent": [
            {"name": one.name, "at": at(one.sent_at, part.meeting), "opened": at(one.opened_at, part.meeting),
             "journal": one.journal_id}
            for one in sent
        ],
        **more,
    }  # fmt: skip
    return page(request, "office", context, message)


@access(Officer)
@require_POST
def act(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """One step; a grave one first says what will happen."""
    part, do = found(request, meeting_id, keeps=True), request.POST.get("do", "")
    verb = _verb(request, meeting_id, do)
    if verb is None:
        return _page(request, part, t("meetings.minutes_no_past_that", language()))
    if do in GRAVE and request.POST.get("sure") != "1":
        means = [t(f"meetings.minutes_{do}_means_{n}", language()) for n in (1, 2)]
        context = {**heading_of(part.meeting), "here": here(meeting_id), "do": do, "means": means,
                   "act": t(f"meetings.minutes_do_{do}", language()),
                   "sha256": part.minutes.sha256 if part.minutes else ""}  # fmt: skip
        return page(request, "sure", context)
    message = attempt(verb)
    if message:
        return _page(request, found(request, meeting_id), message)
    return done(request, here(meeting_id), do)


def _verb(request: HttpRequest, meeting_id: UUID, do: str) -> Callable[[], object] | None:
    given: dict[str, Any] = {"actor": actor_of(request), "meeting_id": meeting_id}
    sha256 = request.POST.get("sha256", "")
    verbs: dict[str, Callable[[], object]] = {
        "write": lambda: drafting.write_minutes(**given),
        "open": lambda: correcting.open_window(**given),
        "freeze": lambda: settling.freeze(**given),
        "sign": lambda: settling.sign(**given, sha256=sha256),
        "confirm": lambda: settling.confirm(**given),
        "send": lambda: sending.send(**given),
    }
    return verbs.get(do)


@access(Officer)
@require_http_methods(["GET", "HEAD", "POST"])
def paragraph(request: HttpRequest, meeting_id: UUID, key: str) -> HttpResponse:
    """One paragraph: other words for it, or one of the secretary's own after it."""
    part, message = found(request, meeting_id, keeps=True), ""
    kept = part.minutes.paragraphs if part.minutes else []
    one = next((each for each in shown(kept) if each["key"] == key), None)
    if one is None or part.minutes is None or part.minutes.state != Minutes.State.DRAFT:
        raise Http404
    typed = request.POST.get("text", queries.text_of(kept, key, "sw"))
    own = request.POST.get("own", "")
    if request.method == "POST":
        given: dict[str, Any] = {"actor": actor_of(request), "meeting_id": meeting_id}
        if request.POST.get("do") == "add":
            own_key = uuid_of(request.POST.get("own_key", "")) or new_id()
            message = attempt(lambda: drafting.add_paragraph(**given, key=own_key, after=key, text=own))
        else:
            version = request.POST.get("version", "")
            seen = int(version) if version.isdecimal() else -1
            message = attempt(lambda: drafting.edit_paragraph(**given, version=seen, key=key, text=typed))
        if not message:
            return done(request, here(meeting_id), "edit")
    context = {**heading_of(part.meeting), "here": here(meeting_id), "one": one, "typed": typed, "own": own,
               "version": part.minutes.version,
               "own_key": request.POST.get("own_key") or new_id()}  # fmt: skip
    return page(request, "paragraph", context, message)


@access(Officer)
@require_POST
def answer(request: HttpRequest, meeting_id: UUID, correction_id: UUID) -> HttpResponse:
    """Take a correction or refuse it."""
    part, accept = found(request, meeting_id, keeps=True), request.POST.get("do") == "accept"
    reason = request.POST.get("reason", "")
    message = attempt(
        lambda: correcting.decide_correction(
            actor=actor_of(request), meeting_id=meeting_id, correction_id=correction_id, accept=accept, reason=reason
        )
    )
    if message:
        return _page(request, part, message, typed_for=correction_id, typed=reason)
    return done(request, here(meeting_id), "answer")


@access(Officer)
@require_GET
def edition(request: HttpRequest, meeting_id: UUID, number: int) -> HttpResponse:
    """What the minutes said at a step."""
    part = found(request, meeting_id)
    with tenancy.acting_as(SYSTEM):
        one = queries.edition_of(meeting_id, number)
    if one is None:
        raise Http404
    context = {**heading_of(part.meeting), "here": here(meeting_id), "paragraphs": shown(one.paragraphs),
               "what": t(f"meetings.minutes_edition_{one.what}", language()), "at": at(one.made_at, part.meeting),
               "sha256": one.sha256}  # fmt: skip
    return page(request, "edition", context)
