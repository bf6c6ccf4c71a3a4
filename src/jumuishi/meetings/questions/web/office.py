"""Questions at the office: all of a meeting for its secretary, what one was given, one with its answer."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse

from jumuishi.identity import public as identity
from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.institutions import public as institutions
from jumuishi.kernel.spoken import say_instant
from jumuishi.kernel.templatetags.text import language
from jumuishi.meetings import naming
from jumuishi.meetings.calling.policies import meeting_thing
from jumuishi.meetings.calling.web.frame import attempt, head_of, id_in, meeting_here, page
from jumuishi.meetings.models import Meeting
from jumuishi.meetings.questions import asking, queries
from jumuishi.meetings.questions.policies import owned_thing
from jumuishi.meetings.questions.web.words import question_words
from jumuishi.meetings.web.answering import done, prefix

PAGE = 25


@access(Officer)
def of_meeting(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """All questions of a meeting; what has no answer first, with who answers for it."""
    meeting, lang = meeting_here(request, meeting_id), language()
    m = head_of(meeting, lang)
    day = queries.day_of(meeting, m["zone"])
    names = {one.person_id: one.name for one in institutions.people_in(meeting.institution_id)}
    found = Paginator(queries.of_meeting(meeting), PAGE).get_page(request.GET.get("page"))
    rows = [
        question_words(one, lang, m["zone"], day)
        | {"owner": names.get(one.owner_id, ""), "url": f"{prefix()}/ofisi/mabaraza/maswali/{one.id}/"}
        for one in found
    ]
    return page(request, "questions/meeting", {"m": m, "rows": rows, "page": found, "query": ""})


@access(Officer)
def mine(request: HttpRequest) -> HttpResponse:
    """What waits for one's own answer, the next meeting's first."""
    actor, lang = actor_of(request), language()
    found = Paginator(queries.waiting_for(actor), PAGE).get_page(request.GET.get("page"))
    zone = institutions.working_time(actor.workplace).zone
    rows = [
        {
            "url": f"{prefix()}/ofisi/mabaraza/maswali/{one.id}/", "text": one.text, "number": one.item.number,
            "meeting": naming.name_of(one.meeting, lang), "at": say_instant(one.meeting.starts_at, lang, zone),
            "is_late": queries.is_late(one, queries.day_of(one.meeting, zone)),
        }
        for one in found
    ]  # fmt: skip
    return page(request, "questions/mine", {"rows": rows, "page": found, "query": ""})


@access(Officer)
def one(request: HttpRequest, question_id: UUID) -> HttpResponse:
    """One question, for whoever answers for it and whoever keeps the meeting: answer it, pass it on, share it."""
    actor, lang, message, post = actor_of(request), language(), "", request.POST
    found = queries.one_of(actor.workplace, question_id)
    if found is None or not identity.may(actor, "meetings.question.answer", owned_thing(found)):
        raise Http404
    keeps = identity.may(actor, "meetings.meeting.keep", meeting_thing(found.meeting))
    if request.method == "POST":
        do = post.get("do", "")
        verbs: dict[str, Callable[[], Any]] = {
            "answer": lambda: asking.answer_question(
                actor=actor, question_id=found.id, text=post.get("answer", ""), is_for_all="all" in post
            ),
            "pass": lambda: asking.pass_question(
                actor=actor, question_id=found.id, owner_id=id_in(post.get("to", ""))
            ),
            "share": lambda: asking.share_answer(actor=actor, question_id=found.id, is_for_all=True),
            "hide": lambda: asking.share_answer(actor=actor, question_id=found.id, is_for_all=False),
        }  # fmt: skip
        if do not in verbs or (do != "answer" and not keeps):
            raise Http404
        message = attempt(verbs[do])
        if not message:
            # Who has passed it on may still read it; who only answered it, as long as it is theirs.
            return done(request, f"/ofisi/mabaraza/maswali/{found.id}/", f"meetings.question_done_{do}")
    people = institutions.people_in(found.institution_id)
    m, names = head_of(found.meeting, lang), {row.person_id: row.name for row in people}
    context = {
        "m": m, "keeps": keeps, "longest": asking.LONGEST_ANSWER, "typed": post.get("answer", ""),
        "q": question_words(found, lang, m["zone"], queries.day_of(found.meeting, m["zone"])),
        "owner": names.get(found.owner_id, ""), "answered_by": names.get(found.answered_by or UUID(int=0), ""),
        "people": [{"id": row.person_id, "name": f"{row.name}, {row.title.get(lang, '')}"} for row in people],
        "is_held": found.meeting.state != Meeting.State.CANCELLED, "mine": f"{prefix()}/ofisi/mabaraza/maswali/",
    }  # fmt: skip
    return page(request, "questions/one", context, message)
