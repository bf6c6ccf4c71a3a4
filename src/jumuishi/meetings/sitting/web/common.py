"""What the pages of a meeting share: who may enter, an act that is sent by a form, and what it was answered."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from jumuishi.identity.doors import actor_of
from jumuishi.identity.types import Actor, NotAllowedError
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.spoken import say_clock, say_instant
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.meetings.models import Meeting, Member
from jumuishi.meetings.naming import title_of
from jumuishi.meetings.orders import words
from jumuishi.meetings.orders.types import RefusedError
from jumuishi.meetings.sitting import acts, asking, ballots, places, queries

TOLD = "meetings.told"
SHOWN = (*places.GOING, Meeting.State.ENDED)


@dataclass(frozen=True)
class Entered:
    """A meeting, read once for the page, and who asks for it."""

    actor: Actor
    place: places.Place
    part: places.Part
    zone: str

    @property
    def id(self) -> UUID:
        """The meeting's."""
        return self.place.meeting.id


def entered(request: HttpRequest, meeting_id: UUID) -> Entered:
    """The meeting for its members and its secretary; for everybody else, and before it is called, it is not there."""
    actor = actor_of(request)
    found = queries.meeting_for_screens(meeting_id)
    if found is None or found.state not in SHOWN or actor.person_id is None:
        raise Http404
    with places.as_platform():
        place = places.place_of(found)
    try:
        part = places.part_of(actor, found, place.state, place.members)
    except NotAllowedError as error:
        raise Http404 from error
    return Entered(actor, places.seen_by(place, part), part, institutions.working_time(found.institution_id).zone)


@dataclass(frozen=True)
class Answer:
    """What became of an act: said in words, kept or not, and whether it had been kept before."""

    text: str
    is_kept: bool
    is_again: bool = False
    seq: int = 0


def carry(seen: Entered, do: str, once: str, given: Mapping[str, Sequence[str]]) -> Answer:
    """Do what was sent. A refusal is its own words, with the rule; raises Http404 for a word or an id that is none."""
    return _answered(lambda: _done(seen, do, asking.Fields(asking.once_of(once), seen.part.id, given)))


def carry_vote(actor: Actor, meeting_id: UUID, once: str, given: Mapping[str, Sequence[str]]) -> Answer:
    """A ballot, without a look at anything else of the meeting; as `carry`, and Http404 for who has no part in it."""

    def give() -> Answer:
        try:
            return _given(actor, meeting_id, asking.Fields(asking.once_of(once), "", given))
        except NotAllowedError as error:
            raise Http404 from error

    return _answered(give)


def _answered(do: Callable[[], Answer | None]) -> Answer:
    try:
        done = do()
    except ValueError as error:
        raise Http404 from error
    except RefusedError as error:
        return Answer(words.refusal(error, language()), is_kept=False)
    except NotAllowedError:
        return Answer(t("meetings.hall_not_yours", language()), is_kept=False)
    if done is None:
        raise Http404
    return done


def _given(actor: Actor, meeting_id: UUID, fields: asking.Fields) -> Answer:
    lang = language()
    given = ballots.give_ballot(
        actor=actor, meeting_id=meeting_id, vote=fields.one("vote"), choice=fields.one("choice"),
        command=fields.once, member=fields.one("member"),
    )  # fmt: skip
    at = say_clock(given.at, lang, settings.TIME_ZONE)
    said = {"choice": t(f"meetings.hall_choice_{given.choice}", lang), "at": at}
    key = "again_vote" if given.is_again else "got_vote"
    return Answer(t(f"meetings.hall_{key}", lang, **said), is_kept=True, is_again=given.is_again)


def _done(seen: Entered, do: str, fields: asking.Fields) -> Answer | None:
    lang = language()
    if do == asking.VOTE:
        return _given(seen.actor, seen.id, fields)
    command = asking.count_of(fields, seen.part.teller) if do == "count" else asking.command_of(do, fields)
    if command is None:
        return None
    if do == "arrive" and not seen.part.runs_desk:
        acts.try_code(seen.id, seen.part.id)
    done = acts.act(actor=seen.actor, meeting_id=seen.id, command=command)
    key = "again" if done.is_again else "got"
    if done.kinds[-1] == "vote.differed":
        key = "differed"
    said = {"at": say_clock(clock.now(), lang, seen.zone)}
    return Answer(t(f"meetings.hall_{key}", lang, **said), is_kept=True, is_again=done.is_again, seq=done.seq)


def lists_of(request: HttpRequest) -> dict[str, list[str]]:
    """What a form sent."""
    return {key: request.POST.getlist(key) for key in request.POST}


def sent_json(request: HttpRequest) -> dict[str, list[str]]:
    """What a script sent, in the shape of a form; raises ValueError for what is none."""
    found = json.loads(request.body[:20_000])
    if not isinstance(found, dict):
        raise ValueError("an act is an object")
    return {key: [str(one) for one in (value if isinstance(value, list) else [value])] for key, value in found.items()}


def posted(request: HttpRequest, seen: Entered) -> HttpResponse | str:
    """Carry what a form sent: to the same page, which then says that it was received; or the words of a refusal."""
    answer = carry(seen, request.POST.get("do", ""), request.POST.get("once", ""), lists_of(request))
    if not answer.is_kept:
        return answer.text
    request.session[TOLD] = answer.text
    return HttpResponseRedirect(request.get_full_path())


def at_desk(
    request: HttpRequest, meeting_id: UUID, template: str, context_of: Callable[[HttpRequest, Entered], dict[str, Any]]
) -> HttpResponse:
    """A page beside the desk: for whoever runs it, with what it takes."""
    seen = entered(request, meeting_id)
    if not seen.part.runs_desk:
        raise Http404
    message = ""
    if request.method == "POST":
        answer = posted(request, seen)
        if isinstance(answer, HttpResponse):
            return answer
        message, seen = answer, entered(request, meeting_id)
    return page(request, template, seen, context_of(request, seen), message)


def base_of(request: HttpRequest) -> str:
    """The frame of the office for its addresses, else everybody's."""
    return "channels/office.html" if "/ofisi/" in request.path else "channels/frame.html"


def page(
    request: HttpRequest, template: str, seen: Entered, context: dict[str, Any], message: str = ""
) -> HttpResponse:
    """A page of a meeting; with a message it is the answer to what could not be done. Never kept by anybody."""
    lang, meeting = language(), seen.place.meeting
    context |= {
        "message": message,
        "told": request.session.pop(TOLD, "") if not message else "",
        "m": {
            "id": meeting.id, "body": meeting.body.name[lang], "title": title_of(meeting, lang),
            "at": say_instant(meeting.starts_at, lang, seen.zone), "place": meeting.place,
            "here": request.path,
        },
        "base": base_of(request), "office": "/ofisi/" in request.path,
        "once": Once(),
        "typed": {key: request.POST.get(key, "") for key in request.POST} if message else {},
    }  # fmt: skip
    answer = render(request, f"meetings/hall/{template}.html", context, status=400 if message else 200)
    answer["Cache-Control"] = "no-store"
    return answer


class Once:
    """A new id for each form of a page, by which it is known when it is sent again."""

    def __str__(self) -> str:
        return str(new_id())


def titles(seen: Entered, lang: str) -> dict[str, str]:
    """Each item's number and title."""
    return {str(one.id): f"{one.number}. {one.title.get(lang, '')}" for one in seen.place.items}


def member_name(members: list[Member], member: str) -> str:
    """A member's name; for a teller of the office a word."""
    found = next((one.name for one in members if str(one.id) == member), "")
    return found or t("meetings.hall_office", language())
