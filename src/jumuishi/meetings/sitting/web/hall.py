"""A member in the hall: present, the floor, interests, motions, the vote; by page, or by JSON for the page's script."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from jumuishi.identity.doors import KnownPerson, access, actor_of
from jumuishi.kernel.spoken import say_clock
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.meetings.hall.state import Amendment, Motion
from jumuishi.meetings.models import Member
from jumuishi.meetings.sitting import asking, queries
from jumuishi.meetings.sitting.web.common import (
    Entered,
    carry,
    carry_vote,
    entered,
    member_name,
    page,
    posted,
    sent_json,
    titles,
)


@access(KnownPerson)
def hall(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """What goes on, and all that a member may do now; whoever has no seat but keeps the desk is told so."""
    seen = entered(request, meeting_id)
    message = ""
    if request.method == "POST":
        answer = posted(request, seen)
        if isinstance(answer, HttpResponse):
            return answer
        message, seen = answer, entered(request, meeting_id)
    return page(request, "hall", seen, context_of(seen), message)


def context_of(seen: Entered) -> dict[str, Any]:
    """The snapshot in words, and what belongs to this member."""
    lang, state, member = language(), seen.place.state, seen.part.member
    now = queries.drawn(seen.place, member)
    named, me = titles(seen, lang), now.get("me", {})
    ballot = queries.ballot_of(state.vote, member) if member else None
    return {
        **told(seen, now),
        "me": me,
        "way": t(f"meetings.hall_way_{me['way']}", lang) if me.get("way") else "",
        "may_be_far": seen.place.orders.remote is True,
        "ballot": {
            "choice": t(f"meetings.hall_choice_{ballot.choice}", lang),
            "at": say_clock(ballot.at, lang, seen.zone),
        } if ballot else None,
        "my_asks": [
            {"ask": one.ask, "what": t(f"meetings.hall_ask_{one.what}", lang)}
            for one in state.asks if one.member == me.get("id")
        ],
        "asks_for": [
            {"key": one, "label": t(f"meetings.hall_ask_{one}", lang)}
            for one in ("speech", "question", "order", "information", "reply")
        ],
        "items": [
            {"id": key, "title": one, "out": state.is_out(me.get("id", ""), key)}
            for key, one in named.items() if key not in state.outcomes
        ],
        "runs_desk": seen.part.runs_desk,
        "mine": {key for key, one in state.motions.items() if one.member == me.get("id") and one.state == "moved"},
    }  # fmt: skip


def told(seen: Entered, now: dict[str, Any]) -> dict[str, Any]:
    """What goes on, in words: for the hall and for the desk."""
    lang, state = language(), seen.place.state
    return {
        "now": now,
        "phase": t(f"meetings.hall_phase_{state.phase}", lang),
        "quorum": quorum_words(now),
        "item": f"{now['item']['number']}. {now['item']['title'].get(lang, '')}" if now["item"] else "",
        "speaks": {
            "who": now["floor"]["who"], "what": t(f"meetings.hall_ask_{now['floor']['what']}", lang),
            "since": _clock(seen, now["floor"]["since"]), "seconds": now["floor"]["seconds"],
            "is_order": now["floor"]["what"] == "order",
        } if now["floor"] else None,
        "queue": [{**one, "said": t(f"meetings.hall_ask_{one['what']}", lang)} for one in now["asks"]],
        "motions": [
            _motion(seen, key, one) for key, one in state.motions.items()
            if one.item == state.item and one.state == "moved"
        ],
        "questions": [
            {"id": key, "who": member_name(seen.place.members, one.member), "text": one.text}
            for key, one in state.questions.items() if not one.is_answered
        ],
        "results": [
            {**one, "result": t(f"meetings.hall_result_{one['result']}", lang), "no": one["against"], "yes": one["for"]}
            for one in now["results"]
        ],
        "choices": [
            {"key": one, "label": t(f"meetings.hall_choice_{one}", lang)} for one in ("for", "against", "abstain")
        ],
    }  # fmt: skip


def quorum_words(now: dict[str, Any]) -> str:
    """How many are there and how many must be, or the rule that nobody entered."""
    found, lang = now["attendance"], language()
    if "missing" in found:
        return str(found["missing"][lang])
    key = "meetings.hall_quorum_met" if found["quorum"] else "meetings.hall_quorum_not"
    return t(key, lang, n=found["counting"], needed=found["needed"])


def _clock(seen: Entered, text: str) -> str:
    return say_clock(datetime.fromisoformat(text), language(), seen.zone)


def _motion(seen: Entered, key: str, motion: Motion) -> dict[str, Any]:
    members = seen.place.members
    open_ones = [(k, a) for k, a in seen.place.state.amendments.items() if a.motion == key and a.state == "moved"]
    return {
        "id": key, "about": f"motion:{key}", "who": member_name(members, motion.member),
        "lines": motion.lines, "n": len(motion.lines),
        "seconded": member_name(members, motion.seconded) if motion.seconded else "",
        "waits": seen.place.orders.seconder is True and not motion.seconded,
        "amendments": [_amendment(members, k, a, open_ones) for k, a in open_ones],
    }  # fmt: skip


def _amendment(members: list[Member], key: str, one: Amendment, others: list[tuple[str, Amendment]]) -> dict[str, Any]:
    meets = [member_name(members, o.member) for k, o in others if k != key and o.meets(one.first, one.last)]
    which = "put" if one.last < one.first else ("cut" if not one.text else "change")
    return {
        "id": key, "about": f"amendment:{key}", "who": member_name(members, one.member), "text": one.text,
        "member": one.member,
        "lines": t(f"meetings.hall_lines_{which}", language(), first=one.first, last=one.last),
        "meets": ", ".join(meets),
    }  # fmt: skip


@access(KnownPerson)
@transaction.non_atomic_requests
@require_POST
def act_json(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """A member's act from the page's script: {do, once, ...} as the form's fields.

    Answers {kept, again, text, seq}: 200 when it is kept, 409 with the words of the refusal when it is not. A ballot is
    a transaction of its own, and all that it writes goes with the COMMIT.
    """
    try:
        given = sent_json(request)
        do, once = given["do"][0], given["once"][0]
        if do not in asking.OWN and do != asking.VOTE:
            raise ValueError(do)
    except (ValueError, LookupError):
        return JsonResponse({"kept": False, "text": t("meetings.hall_unread", language())}, status=400)
    if do == asking.VOTE:
        answer = carry_vote(actor_of(request), meeting_id, once, given)
    else:
        with transaction.atomic():
            answer = carry(entered(request, meeting_id), do, once, given)
    body = {"kept": answer.is_kept, "again": answer.is_again, "text": answer.text, "seq": answer.seq}
    return JsonResponse(body, status=200 if answer.is_kept else 409)
