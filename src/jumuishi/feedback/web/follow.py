"""A nameless sender reads the answer with number and code, writes back, judges it, takes it higher, closes it.

Each step carries number and code again: no session remembers whose item it was.
"""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jumuishi.evidence import public as evidence
from jumuishi.feedback import queries
from jumuishi.feedback.actions import sender
from jumuishi.feedback.models import Item
from jumuishi.feedback.types import FeedbackError
from jumuishi.feedback.web import ways
from jumuishi.feedback.web.forms import FollowForm
from jumuishi.feedback.web.say import no_store
from jumuishi.identity import public as identity
from jumuishi.identity.doors import Everyone, access
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.kernel import tenancy
from jumuishi.kernel.numbers import group
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.kernel.worktime import WorkingTime

SYSTEM = tenancy.Principal.system()
ACTS = ("reply", "solved", "unsolved", "reopen", "escalate", "close")


def act(actor: Actor, item: Item, do: str, text: str, code: str = "") -> None:
    """One act of the sender; raises FeedbackError."""
    if do in ("solved", "unsolved"):
        sender.judge(actor=actor, item_id=item.id, is_solved=do == "solved", code=code)
    elif do == "close":
        sender.close(actor=actor, item_id=item.id, code=code)
    elif do in ("reply", "reopen", "escalate"):
        getattr(sender, do)(actor=actor, item_id=item.id, text=text[:4000], code=code)
    else:
        raise FeedbackError("feedback.choose_act")


def thread(item: Item, *, text: str = "", error: str = "", done: str = "", do: str = "") -> dict[str, Any]:
    """The item with everything said of it, and what its sender may do now."""
    lang, work = language(), institutions.working_time(item.institution_id)
    may = sender.ways(item)
    after = [one for one in ("reopen", "escalate") if getattr(may, one)]
    judged = [one for one in ("solved", "unsolved") if may.judge]
    picks = judged[:1] + after + judged[1:] if item.state == "answered" else after
    return {
        **_as_sender(item, lang, work),
        "entries": ways.told(queries.entries_of(item, inner=False), lang, work),
        "may": may,
        "picks": [
            {"key": one, "label": t(f"feedback.pick_{one}", lang, level=_higher(item, lang)), "current": one == do}
            for one in picks
        ],
        "verdict": t(f"feedback.entry_{item.verdict}", lang) if item.verdict else "",
        "typed": text,
        "error": t(error, lang) if error else "",
        "done": t(f"feedback.done_{done}", lang) if done else "",
    }


def _as_sender(item: Item, lang: str, work: WorkingTime) -> dict[str, Any]:
    """The facts as one says them to whoever wrote it: where it stands, and by when who must do what."""
    found = ways.facts(item, lang, work)
    by_when = "asked" if item.state == "asked" else ("was_due" if found["late"] else "due")
    return {
        **found,
        "state": t(f"feedback.mine_{item.state}", lang),
        "clock": "" if item.state == "asked" else found["clock"],
        "by_when": t(f"feedback.by_{by_when}", lang, at=found["due"]) if found["due"] else "",
    }


def _higher(item: Item, lang: str) -> str:
    return t(f"feedback.level_{min(item.level + 1, 3)}", lang)


@access(Everyone)
def follow(request: HttpRequest) -> HttpResponse:
    """Number and code; then the thread. `do` besides is an act of the sender."""
    lang = language()
    if request.method != "POST":
        form = FollowForm(initial={"number": request.GET.get("n", "")[:24]}, lang=lang)
        return no_store(render(request, "feedback/follow.html", {"form": form}))
    form = FollowForm(request.POST, lang=lang)
    if not form.is_valid():
        return no_store(render(request, "feedback/follow.html", {"form": form}, status=400))
    code = form.cleaned_data["code"]
    try:
        item = queries.by_code(form.cleaned_data["number"], code, identity.address_of(request))
    except FeedbackError as error:
        form.add_error(None, t(error.code, lang))
        return no_store(render(request, "feedback/follow.html", {"form": form}, status=ways.status_of(error)))
    do, text = request.POST.get("do", ""), request.POST.get("text", "")
    status, refused = 200, ""
    if do == "receipt":
        with tenancy.acting_as(SYSTEM):
            return signed_receipt(item)
    if do:
        try:
            act(Actor.person(None), item, do, text, code)
        except FeedbackError as error:
            status, refused = 400, error.code
    with tenancy.acting_as(SYSTEM):
        item.refresh_from_db()
        done = do if do and not refused else ""
        context = thread(item, text=text if refused else "", error=refused, done=done, do=do if refused else "")
    context |= {"hidden": {"number": item.reference, "code": code}, "code": group(code), "action": ""}
    return no_store(render(request, "feedback/thread.html", context, status=status))


def signed_receipt(item: Item) -> HttpResponse:
    """The evidence bundle of what was said, or the signed promise while the proof is on its way."""
    body = evidence.receipt(item.receipt_entry) or evidence.promise(item.receipt_entry).as_json()
    answer = HttpResponse(json.dumps(body, indent=1), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="jumuishi-{item.reference}.json"'
    return no_store(answer)
