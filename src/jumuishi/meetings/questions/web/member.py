"""/mimi/vikao/MEETING/maswali/: a member asks the office about an item, and reads what was answered."""

from functools import partial
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse

from jumuishi.identity.doors import KnownPerson, access, actor_of
from jumuishi.kernel import clock
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.templatetags.text import language
from jumuishi.meetings.calling import queries as calling
from jumuishi.meetings.calling.platform import as_system
from jumuishi.meetings.calling.web.frame import attempt, head_of, id_in, page
from jumuishi.meetings.calling.web.mine import entered
from jumuishi.meetings.models import Meeting
from jumuishi.meetings.questions import asking, queries
from jumuishi.meetings.questions.web.words import question_words
from jumuishi.meetings.web.answering import done

PAGE = 25


@access(KnownPerson)
def asked(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """One's own questions, what was answered for all, and the form until the meeting begins."""
    meeting, member = entered(request, meeting_id)
    actor, lang, message, post = actor_of(request), language(), "", request.POST
    if request.method == "POST":
        once = id_in(post.get("once", "")) if post.get("once") else new_id()
        asks = partial(asking.ask_question, actor=actor, meeting_id=meeting.id, item_id=id_in(post.get("item", "")))
        message = attempt(lambda: asks(text=post.get("text", ""), once=once))
        if not message:
            return done(request, f"/mimi/vikao/{meeting.id}/maswali/", "meetings.question_done_ask")
    with as_system():
        m = head_of(meeting, lang)
        day = queries.day_of(meeting, m["zone"])
        found = Paginator(queries.seen_by(meeting, member), PAGE).get_page(request.GET.get("page"))
        rows = [question_words(one, lang, m["zone"], day) | {"is_mine": one.member_id == member.id} for one in found]
        items = calling.items_of(meeting)
    context = {
        "m": m, "rows": rows, "page": found, "query": "", "once": new_id(), "longest": asking.LONGEST,
        "may_ask": meeting.state == Meeting.State.CALLED and clock.now() < meeting.starts_at,
        "items": [{"id": str(one.id), "number": one.number, "title": one.title.get(lang, "")} for one in items],
        "item": post.get("item") or request.GET.get("item", ""), "typed": post.get("text", ""),
    }  # fmt: skip
    return page(request, "questions/member", context, message)
