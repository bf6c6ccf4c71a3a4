"""/vikao/MEETING/: a meeting as the public sees it, before, while it goes on, and after."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.utils.timezone import localtime
from django.views.decorators.http import require_GET

from jumuishi.identity.doors import Everyone, KnownPerson, access, actor_of
from jumuishi.institutions import public as institutions
from jumuishi.kernel import tenancy
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.meetings import naming
from jumuishi.meetings.gallery import queries, shown, voting
from jumuishi.meetings.gallery.web import words
from jumuishi.meetings.live import reading
from jumuishi.meetings.live.lines import line
from jumuishi.meetings.live.screens import PUBLIC, Names, audience_of
from jumuishi.meetings.live.screens import screen as screen_of
from jumuishi.meetings.live.wire import etag, written
from jumuishi.meetings.models import Meeting

LINES = 12
# What a screen says, in the order of the page.
SAID = ("item", "floor", "motion", "vote", "last", "quorum", "present")


@access(Everyone)
@require_GET
def meeting(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """The meeting: when and where, what goes on, the agenda, how it was voted, what was decided."""
    lang = language()
    with queries.as_visitor():
        found = _meeting(meeting_id)
        happened, names = queries.events(found), queries.names(found)
        screen = _screen_of(found, names, lang)
        home = institutions.institution(found.institution_id)
        told = [(localtime(one.at), said) for one in happened if (said := line(one, names, PUBLIC, lang))]
        votes = voting.votes(happened, queries.hall(found), names)
        context = {
            "meeting": found,
            "row": words.row_of(found, lang, queries.zone()),
            "home": naming.in_lang(home.name, lang) if home else "",
            "agenda": _agenda(found, lang, votes, voting.decisions(happened)),
            "screen": _rows(screen, lang),
            "closed": screen["closed"],
            "lines": told[: -LINES - 1 : -1],
            "seq": found.seq,
            "goes_on": found.state in (Meeting.State.CALLED, Meeting.State.OPEN, Meeting.State.ADJOURNED),
            "prefix": "/en" if lang == "en" else "",
            "sections": shown.sections(shown.OF_MEETING, found, lang),
        }
    return render(request, "meetings/gallery/meeting.html", context)


def _meeting(meeting_id: UUID) -> Meeting:
    found = queries.meeting(meeting_id)
    if found is None:
        raise Http404
    return found


def _screen_of(found: Meeting, names: Names, lang: str) -> dict[str, Any]:
    return screen_of(queries.hall(found), PUBLIC, names, lang, closed=queries.is_closed(found))


def _rows(screen: dict[str, Any], lang: str) -> list[dict[str, Any]]:
    said = {**screen, **({"vote": screen["vote"]["about"]} if "vote" in screen else {})}
    return [{"key": key, "label": t(f"meetings.gallery_{key}", lang), "said": said.get(key, "")} for key in SAID]


def _agenda(
    found: Meeting, lang: str, votes: list[voting.Voted], decided: list[tuple[str, str]]
) -> list[dict[str, Any]]:
    return [
        {
            "number": one.number,
            "title": naming.in_lang(one.title, lang),
            "outcome": t(f"meetings.gallery_outcome_{one.outcome}", lang) if one.outcome else "",
            "votes": [
                {
                    "id": each.id,
                    "about": each.about,
                    "said": t(f"meetings.live_vote_ended_{each.result}", lang, **each.filled),
                }
                for each in votes
                if each.item == str(one.id)
            ],
            "decided": [text for item, text in decided if item == str(one.id)],
        }
        for one in queries.items(found)
    ]


@access(Everyone)
@require_GET
def screen(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """What goes on, for a page that can't be told and has to ask; the process that tells answers the same address."""
    with queries.as_visitor():
        found = _meeting(meeting_id)
        if found.state == Meeting.State.CANCELLED:
            raise Http404
        shown = _screen_of(found, queries.names(found), language())
    return _answer(request, found.seq, shown)


@access(KnownPerson)
@require_GET
def screen_inside(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """The same for a member, of a closed session too; nobody else learns whether there is such a meeting."""
    who, lang = actor_of(request).person_id, language()
    with tenancy.acting_as(tenancy.Principal.system()):
        found = Meeting.objects.filter(id=meeting_id, state__in=reading.TOLD).first()
        seats = reading.seats_of(who, found.body_id) if found and who else frozenset()
        if found is None or not seats:
            raise Http404
        names = reading.names(found.id, found.body_id)
    hall = queries.hall(found)
    shown = screen_of(
        hall, audience_of(hall, seats), names, lang, closed=queries.is_closed(found), is_public=found.is_public
    )
    return _answer(request, found.seq, shown)


def _answer(request: HttpRequest, seq: int, shown: dict[str, Any]) -> HttpResponse:
    if "vote" in shown:
        vote = UUID(shown["vote"]["id"])
        with tenancy.acting_as(tenancy.Principal.system()):
            shown["voted"] = reading.ballots([vote]).get(vote, 0)
    body = written(seq, shown)
    tag = etag(body)
    if request.headers.get("If-None-Match") == tag:
        answer: HttpResponse = HttpResponseNotModified()
    else:
        answer = HttpResponse(body, content_type="application/json")
    answer.headers["ETag"], answer.headers["Cache-Control"] = tag, "no-cache"
    return answer
