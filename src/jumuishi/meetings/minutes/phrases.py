"""One event in set phrases. Pure: what each kind says, in both languages."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from jumuishi.kernel.spoken import say_clock, say_instant
from jumuishi.kernel.text import LANGUAGES, t
from jumuishi.meetings.minutes.types import Happened, Sitting

Said = dict[str, str]


@dataclass
class Course:
    """Where the telling has come to: the item that is open, and the number of the last decision."""

    sitting: Sitting
    item: str = ""
    number: int = 0


def say(key: str, **values: object) -> Said:
    """The phrase meetings.minutes_KEY in each language; a value that is a function is asked for each language."""
    return {
        lang: t(f"meetings.minutes_{key}", lang, **{k: v(lang) if callable(v) else v for k, v in values.items()})
        for lang in LANGUAGES
    }


def joined(parts: Iterable[Said]) -> Said:
    """Phrases one after the other."""
    found = list(parts)
    return {lang: " ".join(one[lang] for one in found if one[lang]) for lang in LANGUAGES}


def name_of(sitting: Sitting, member: object) -> str:
    """A member as the minutes name one; whoever is not on the list is named by what the event says."""
    seat = sitting.seats.get(str(member))
    return seat.name if seat else str(member)


def year_of(sitting: Sitting, at: datetime) -> int:
    """The year there, by which decisions are numbered."""
    return at.astimezone(ZoneInfo(sitting.zone)).year


def clock(sitting: Sitting, at: datetime) -> Callable[[str], str]:
    """The hour as it is said."""
    return lambda lang: say_clock(at, lang, sitting.zone)


def quoted(rule: Mapping[str, Any]) -> Said:
    """ "Kanuni 9(1): “...”"; empty where the event names no rule."""
    clause, words = str(rule.get("clause", "")), str(rule.get("words", ""))
    if not clause:
        return dict.fromkeys(LANGUAGES, "")
    return say("rule_words", clause=clause, words=words) if words else say("rule", clause=clause)


def lines(text: object) -> str:
    """A motion's lines with their numbers, one under the other."""
    return "\n".join(f"{n}. {line}" for n, line in enumerate(text if isinstance(text, list) else [text], 1))


def about(course: Course, one: Happened) -> Said | None:
    """What an event says; None for one that minutes do not tell."""
    teller = PHRASES.get(one.kind)
    return teller(course, one) if teller else None


def _plain(key: str, *fields: str) -> Callable[[Course, Happened], Said]:
    """A phrase with the hour, the member's name and some texts of the body as they are."""

    def tell(course: Course, one: Happened) -> Said:
        given: dict[str, object] = {name: one.body.get(name, "") for name in fields}
        for name in ("member", "presiding"):
            if name in one.body:
                given["who"] = name_of(course.sitting, one.body[name])
        return say(key, at=clock(course.sitting, one.at), **given)

    return tell


def _adjourned(course: Course, one: Happened) -> Said:
    zone, until = course.sitting.zone, one.body.get("until")
    at = clock(course.sitting, one.at)
    if until:
        back = datetime.fromisoformat(str(until))
        return say("adjourned_until", at=at, reason=one.body.get("reason", ""),
                   until=lambda lang: say_instant(back, lang, zone))  # fmt: skip
    return say("adjourned", at=at, reason=one.body.get("reason", ""))


def _interest(course: Course, one: Happened) -> Said:
    matter = course.sitting.matters.get(str(one.body.get("item", "")))
    return say("interest", who=name_of(course.sitting, one.body.get("member")),
               number=matter.number if matter else "-", nature=one.body.get("nature", ""))  # fmt: skip


def _speech(course: Course, one: Happened) -> Said:
    what = str(one.body.get("what", "speech"))
    key = what if what in ("speech", "question", "order", "information", "reply") else "speech"
    return say(f"floor_{key}", who=name_of(course.sitting, one.body.get("member")), at=clock(course.sitting, one.at))


def _disorder(_: Course, one: Happened) -> Said:
    act = str(one.body.get("act", "warned"))
    return say(f"disorder_{act}", name=one.body.get("name", ""), text=one.body.get("text", ""))


def _motion(course: Course, one: Happened) -> Said:
    said = say("motion", who=name_of(course.sitting, one.body.get("member")))
    text = one.body.get("lines") or one.body.get("text", "")
    return {lang: f"{words}\n{lines(text)}" for lang, words in said.items()}


def _amendment(course: Course, one: Happened) -> Said:
    who, first, last = (
        name_of(course.sitting, one.body.get("member")),
        one.body.get("first", ""),
        one.body.get("last", ""),
    )
    # No line goes where the last one stands before the first: the text is put in.
    if isinstance(first, int) and isinstance(last, int) and last < first:
        return say("amendment_put_in", who=who, first=first, text=one.body.get("text", ""))
    return say("amendment", who=who, first=first, last=last, text=one.body.get("text", ""))


def _taken(_: Course, one: Happened) -> Said:
    return {lang: f"{words}\n{lines(one.body.get('lines', ''))}" for lang, words in say("amendment_taken").items()}


def _opened_vote(course: Course, one: Happened) -> Said:
    entitled = one.body.get("entitled", [])
    return say("vote_opened", at=clock(course.sitting, one.at), n=len(entitled) if isinstance(entitled, list) else 0)


def _cast(course: Course, one: Happened) -> Said:
    choice = str(one.body.get("choice", ""))
    return say("vote_cast", who=name_of(course.sitting, one.body.get("member")),
               choice=lambda lang: t(f"meetings.minutes_choice_{choice}", lang))  # fmt: skip


def _result(course: Course, one: Happened) -> Said:
    body = one.body
    said = [
        say("vote_counts", n_for=body.get("for", 0), against=body.get("against", 0), abstain=body.get("abstain", 0))
    ]
    quorum = body.get("quorum") or {}
    if quorum:
        said.append(say("vote_quorum", present=quorum.get("present", ""), needed=quorum.get("needed", "")))
    if body.get("needed") is not None:
        said.append(say("vote_needed", needed=body["needed"]))
    said += [say(f"result_{body.get('result', 'lost')}"), quoted(body.get("rule") or {})]
    roll = _roll(course.sitting, body.get("roll") or [])
    whole = joined(said)
    return {lang: "\n".join(part for part in (whole[lang], roll[lang]) if part) for lang in LANGUAGES}


def _roll(sitting: Sitting, roll: list[Mapping[str, Any]]) -> Said:
    """Who voted how, by name."""
    said = []
    for choice in ("for", "against", "abstain"):
        names = [name_of(sitting, one.get("member")) for one in roll if one.get("choice") == choice]
        if names:
            said.append(say(f"roll_{choice}", names=", ".join(names)))
    return {lang: "\n".join(one[lang] for one in said) for lang in LANGUAGES}


def _decision(course: Course, one: Happened) -> Said:
    course.number += 1
    key = "decision" if one.body.get("vote") else "decision_agreed"
    return say(key, number=course.number, year=year_of(course.sitting, one.at), text=one.body.get("text", ""))


def _counted(_: Course, one: Happened) -> Said:
    tellers = one.body.get("tellers", [])
    names = ", ".join(str(each) for each in tellers) if isinstance(tellers, list) else str(tellers)
    return say("residents", count=one.body.get("count", 0), tellers=names)


PHRASES: dict[str, Callable[[Course, Happened], Said]] = {
    "meeting.presided": _plain("presided"),
    "meeting.adjourned": _adjourned,
    "meeting.resumed": _plain("resumed"),
    "meeting.ended": _plain("ended"),
    "residents.counted": _counted,
    "quorum.lost": _plain("quorum_lost", "present", "needed"),
    "interest.declared": _interest,
    "member.recused": _plain("recused"),
    "member.returned": _plain("returned"),
    "order.changed": _plain("order_changed", "reason"),
    "session.closed": _plain("closed"),
    "session.opened": _plain("open_again"),
    "floor.given": _speech,
    "order.ruled": _plain("ruled", "ruling"),
    "disorder.named": _disorder,
    "motion.moved": _motion,
    "motion.seconded": _plain("seconded"),
    "motion.withdrawn": _plain("withdrawn"),
    "amendment.moved": _amendment,
    "amendment.withdrawn": _plain("amendment_withdrawn"),
    "amendment.taken": _taken,
    "question.asked": _plain("asked", "text"),
    "question.answered": _plain("answered", "name", "text"),
    "vote.opened": _opened_vote,
    "vote.differed": _plain("vote_differed"),
    "vote.tied": _plain("vote_tied"),
    "vote.cast": _cast,
    "vote.ended": _result,
    "vote.cancelled": _plain("vote_cancelled", "reason"),
    "decision.made": _decision,
    "note.written": _plain("note", "text"),
}
