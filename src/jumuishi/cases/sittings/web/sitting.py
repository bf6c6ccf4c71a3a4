"""The page of one sitting: its agenda, what may be done with it now, and by whom."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from jumuishi.cases.models import Item, Sitting
from jumuishi.cases.sittings import confirming, planning, queries, recording
from jumuishi.cases.sittings.web.common import attempt, done, entered, lacking, may_keep, page
from jumuishi.cases.web import words
from jumuishi.cases.web.ways import prefix
from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock
from jumuishi.kernel.numbers import group
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t, texts


def head_of(sitting: Sitting, lang: str) -> dict[str, Any]:
    """What stands over every page and paper of a sitting."""
    work = institutions.working_time(sitting.institution_id)
    home = institutions.institution(sitting.institution_id)
    return {
        "id": sitting.id,
        "here": f"{prefix()}/ofisi/vikao/{sitting.id}/",
        "role": sitting.role,
        "name": sitting.name[lang],
        "home": home.name[lang] if home else "",
        "at": words.at(sitting.starts_at, lang, work),
        "place": sitting.place,
        "state": sitting.state,
        "state_name": t(f"cases.sit_state_{sitting.state}", lang),
        "called_at": words.at(sitting.called_at, lang, work),
        "reason": sitting.reason,
    }


def rows_of(sitting: Sitting, items: list[Item], lang: str) -> list[dict[str, Any]]:
    """The agenda in words; as many queries for one item as for a hundred."""
    seats, work, now = queries.seats_of(sitting), institutions.working_time(sitting.institution_id), clock.now()
    is_open = sitting.state in (Sitting.State.PLANNED, Sitting.State.CALLED)
    barred = queries.barred_members(items, seats) if is_open else {}
    rows = []
    for n, item in enumerate(items, 1):
        out = {UUID(one["person"]): one["why"] for one in item.out}
        out |= dict.fromkeys(barred.get(item.id, ()), "barred")
        rows.append(
            {
                "id": item.id,
                "n": n,
                "title": item.title,
                "number": group(item.reference),
                "matter": item.matter[lang],
                "url": f"{prefix()}/ofisi/ombi/{item.case_id}/",
                "clock": words.clock_words(item.due_at, now, lang, work) if is_open else "",
                "late": is_open and item.due_at is not None and item.due_at < now,
                "is_on": item.state != Item.State.LEFT_OUT,
                "state": item.state,
                "state_name": t(f"cases.item_{item.state}", lang),
                "outcome": outcome_of(item, lang),
                "text": item.text,
                "why": item.why,
                "code": t(item.code if item.code in texts() else "cases.refused", lang) if item.code else "",
                "votes": votes_of(item, lang),
                "out": [t(f"cases.out_{why}", lang, who=seats.get(one, "")) for one, why in out.items()],
            }
        )
    return rows


def outcome_of(item: Item, lang: str) -> str:
    """What was resolved, in the words of the definition."""
    if item.outcome == "defer":
        return t("cases.sit_deferred", lang)
    return str(item.outcome_name.get(lang, ""))


def votes_of(item: Item, lang: str) -> str:
    """The count; empty where nobody voted."""
    if not item.votes_for + item.votes_against + item.abstained:
        return ""
    counted = {"yes": item.votes_for, "no": item.votes_against, "none": item.abstained}
    said = t("cases.sit_votes", lang, **counted)
    return f"{said} {t('cases.sit_by_casting', lang)}" if item.casting else said


def context_of(actor: Actor, sitting: Sitting, lang: str) -> dict[str, Any]:
    """All that the page says."""
    items = queries.items_of(sitting)
    keeps, seats = may_keep(actor, sitting.role), queries.seats_of(sitting)
    on = [one for one in items if one.state != Item.State.LEFT_OUT]
    is_open = sitting.state in (Sitting.State.PLANNED, Sitting.State.CALLED)
    return {
        "s": head_of(sitting, lang),
        "rows": rows_of(sitting, items, lang),
        "lacks": lacking(sitting.institution_id, sitting.role, lang),
        "seats": len(seats),
        "present": [seats.get(UUID(one), "") for one in sitting.present],
        "presided": seats.get(sitting.presided_by, "") if sitting.presided_by else "",
        "may_plan": keeps and is_open,
        "may_call": keeps and sitting.state == Sitting.State.PLANNED,
        "may_attend": keeps and sitting.state == Sitting.State.CALLED and clock.now() >= sitting.starts_at,
        "may_record": keeps and sitting.state == Sitting.State.CALLED and bool(sitting.present),
        "may_hand_in": keeps
        and sitting.state == Sitting.State.CALLED
        and bool(on)
        and all(one.state == Item.State.RECORDED for one in on),
        "may_confirm": any(one.state == "recorded" and confirming.may_confirm(actor, sitting, one) for one in items),
        "n": len(on),
        "left": sum(one.state == Item.State.AGENDA for one in on),
    }


@access(Officer)
def sitting(request: HttpRequest, sitting_id: UUID) -> HttpResponse:
    """One sitting as its members, chair, secretary and heads see it."""
    found = entered(request, sitting_id)
    return page(request, "sitting", context_of(actor_of(request), found, language()))


@access(Officer)
@require_POST
def act(request: HttpRequest, sitting_id: UUID) -> HttpResponse:
    """What a button of the page asks for; a grave one is asked once more first."""
    found, actor, lang, post = entered(request, sitting_id), actor_of(request), language(), request.POST
    do, here = post.get("do", ""), f"/ofisi/vikao/{sitting_id}/"
    reason = post.get("reason", "").strip()
    if do in ("call", "cancel", "hand_in") and "sure" not in post and (do != "cancel" or reason):
        return _ask(request, found, do, reason, lang)
    if "back" in post:
        return page(request, "sitting", context_of(actor, found, lang))
    verb = _verb(actor, sitting_id, do, _item(post.get("item", "")), reason)
    message = attempt(verb)
    if message:
        found.refresh_from_db()
        return page(request, "sitting", {**context_of(actor, found, lang), "typed": reason}, message)
    return done(request, here, f"cases.sit_done_{do}")


def _item(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def _verb(actor: Actor, sitting_id: UUID, do: str, item_id: UUID, reason: str) -> Callable[[], Any]:
    verbs: dict[str, Callable[[], Any]] = {
        "fill": lambda: planning.fill_agenda(actor=actor, sitting_id=sitting_id),
        "up": lambda: planning.move_item(actor=actor, sitting_id=sitting_id, item_id=item_id, up=True),
        "down": lambda: planning.move_item(actor=actor, sitting_id=sitting_id, item_id=item_id, up=False),
        "leave": lambda: planning.leave_out(actor=actor, sitting_id=sitting_id, item_id=item_id, reason=reason),
        "restore": lambda: planning.take_back(actor=actor, sitting_id=sitting_id, item_id=item_id),
        "call": lambda: planning.call_members(actor=actor, sitting_id=sitting_id),
        "cancel": lambda: planning.cancel_sitting(actor=actor, sitting_id=sitting_id, reason=reason),
        "hand_in": lambda: recording.hand_in_record(actor=actor, sitting_id=sitting_id),
    }
    if do not in verbs:
        raise Http404
    return verbs[do]


def _ask(request: HttpRequest, found: Sitting, do: str, reason: str, lang: str) -> HttpResponse:
    context = {
        "heading": t(f"cases.sit_ask_{do}", lang),
        "title": f"{found.name[lang]} · {head_of(found, lang)['at']}",
        "lines": [t(f"cases.sit_means_{do}", lang)],
        "text": "",
        "yes": t(f"cases.sit_yes_{do}", lang),
        "action": f"{prefix()}/ofisi/vikao/{found.id}/tenda/",
        "carried": [("do", do), ("reason", reason)],
    }
    return render(request, "cases/office_confirm.html", context)
