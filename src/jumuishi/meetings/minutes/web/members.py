"""/mimi/vikao/<id>/muhtasari/: a member reads the minutes, proposes corrections while the window is open, signs."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jumuishi.identity.doors import KnownPerson, access, actor_of
from jumuishi.identity.types import NotAllowedError
from jumuishi.kernel import tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.meetings.minutes import correcting, queries, settling
from jumuishi.meetings.minutes.source import SYSTEM
from jumuishi.meetings.minutes.web.frame import at, attempt, done, heading_of, history, page, paged, shown, standing
from jumuishi.meetings.models import Minutes
from jumuishi.meetings.web.answering import uuid_of


def here(meeting_id: UUID) -> str:
    """The page's address in Kiswahili."""
    return f"/mimi/vikao/{meeting_id}/muhtasari/"


def found(request: HttpRequest, meeting_id: UUID) -> queries.Part:
    """The meeting, for members of the body on that day; for everybody else it is not there."""
    part = queries.part_of_member(actor_of(request), meeting_id)
    if part is None:
        raise Http404
    return part


def _signs(request: HttpRequest, part: queries.Part) -> bool:
    """Whether it is this member's turn to sign."""
    if part.minutes is None or part.minutes.state != Minutes.State.FROZEN:
        return False
    with tenancy.acting_as(SYSTEM):
        try:
            role, _ = settling.signs_as(actor_of(request), part.meeting)
        except NotAllowedError:
            return False
        return role not in {one.role for one in queries.signatures_of(part.minutes)}


@access(KnownPerson)
@require_GET
def minutes(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """The minutes; a draft is the secretary's until the window opens."""
    return _page(request, found(request, meeting_id))


def _page(request: HttpRequest, part: queries.Part, message: str = "") -> HttpResponse:
    lang, row = language(), part.minutes
    seen = row if row is not None and row.state != Minutes.State.DRAFT else None
    with tenancy.acting_as(SYSTEM):
        stands, editions = standing(part.meeting, row), history(part.meeting)
        own = queries.corrections_of(part.meeting, part.member)
    context = {
        **heading_of(part.meeting), **stands,
        "here": here(part.meeting.id),
        **paged(request, [one for one in shown(seen.paragraphs) if one["text"]] if seen else []),
        "may_correct": part.sat and row is not None and row.state == Minutes.State.OPEN,
        "may_sign": _signs(request, part),
        "own": [
            {"text": one.text, "at": at(one.at, part.meeting), "reason": one.reason,
             "state": t(f"meetings.minutes_correction_{one.state}", lang)}
            for one in own
        ],
        "editions": [one for one in editions if one["what"] != t("meetings.minutes_edition_written", lang)],
    }  # fmt: skip
    return page(request, "member", context, message)


@access(KnownPerson)
@require_http_methods(["GET", "HEAD", "POST"])
def paragraph(request: HttpRequest, meeting_id: UUID, key: str) -> HttpResponse:
    """What this paragraph should read, and why."""
    part, message = found(request, meeting_id), ""
    row = part.minutes
    if row is None or row.state == Minutes.State.DRAFT:
        raise Http404
    one = next((each for each in shown(row.paragraphs) if each["key"] == key), None)
    if one is None or not part.sat:
        raise Http404
    typed: dict[str, Any] = {name: request.POST.get(name, "") for name in ("text", "why", "command")}
    if request.method == "POST":
        message = attempt(
            lambda: correcting.propose_correction(
                actor=actor_of(request), meeting_id=meeting_id, paragraph=key, text=typed["text"], why=typed["why"],
                command=uuid_of(typed["command"]) or new_id(),
            )
        )  # fmt: skip
        if not message:
            return done(request, here(meeting_id), "correct")
    else:
        typed = {"text": queries.text_of(row.paragraphs, key, "sw"), "why": "", "command": new_id()}
    context = {**heading_of(part.meeting), "here": here(meeting_id), "one": one, "typed": typed}
    return page(request, "correct", context, message)


@access(KnownPerson)
@require_POST
def sign(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """The chair's or a body's own secretary's signature; asked once more before it is given."""
    part, sha256 = found(request, meeting_id), request.POST.get("sha256", "")
    if request.POST.get("sure") != "1":
        means = [t(f"meetings.minutes_sign_means_{n}", language()) for n in (1, 2)]
        context = {**heading_of(part.meeting), "here": here(meeting_id), "do": "sign", "means": means,
                   "act": t("meetings.minutes_do_sign", language()), "sha256": sha256}  # fmt: skip
        return page(request, "sure_member", context)
    message = attempt(lambda: settling.sign(actor=actor_of(request), meeting_id=meeting_id, sha256=sha256))
    if message:
        return _page(request, part, message)
    return done(request, here(meeting_id), "sign")


@access(KnownPerson)
@require_GET
def edition(request: HttpRequest, meeting_id: UUID, number: int) -> HttpResponse:
    """What the minutes said at a step that members saw."""
    part = found(request, meeting_id)
    with tenancy.acting_as(SYSTEM):
        one = queries.edition_of(meeting_id, number)
    if one is None or one.what == "written":
        raise Http404
    context = {**heading_of(part.meeting), "here": here(meeting_id), **paged(request, shown(one.paragraphs)),
               "what": t(f"meetings.minutes_edition_{one.what}", language()), "at": at(one.made_at, part.meeting),
               "sha256": one.sha256}  # fmt: skip
    return page(request, "edition_member", context)
