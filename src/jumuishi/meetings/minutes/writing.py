"""Minutes of a meeting, written from its events: what was, in the order in which it was. Pure.

First who was there and the quorum, as minutes begin; then each event in its place under the item that was open.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from jumuishi.kernel.spoken import say_clock, say_date
from jumuishi.kernel.text import LANGUAGES, t
from jumuishi.meetings.minutes.attendance import Stay, stays
from jumuishi.meetings.minutes.phrases import Course, Said, about, clock, joined, name_of, quoted, say, year_of
from jumuishi.meetings.minutes.record import corrected, first
from jumuishi.meetings.minutes.types import Happened, Paragraph, Sitting

# What is told with the opening or the attendance and not again in its place.
_TOLD = frozenset({"meeting.opened", "member.arrived", "member.left", "member.excused", "guest.named"})


def write(sitting: Sitting, events: Iterable[Happened], *, until: datetime) -> list[Paragraph]:
    """The paragraphs, in order. `until` is the end of what has none yet."""
    found = corrected(events)
    course = Course(sitting, number=sitting.decided)
    return [
        *_head(sitting, found),
        *_attendance(sitting, found, until),
        *_quorum(sitting, found),
        *_told(course, found),
    ]


def public(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """The public edition: of what was closed only that it was."""
    return [one for one in paragraphs if not one.is_closed]


def _head(sitting: Sitting, events: Sequence[Happened]) -> list[Paragraph]:
    opened = first(events, "meeting.opened")
    if opened is None:
        return []
    day = opened.at.astimezone(ZoneInfo(sitting.zone)).date()
    said = say("opened", day=lambda lang: say_date(day, lang), place=sitting.place, at=clock(sitting, opened.at),
               who=name_of(sitting, opened.body.get("presiding")))  # fmt: skip
    return [Paragraph("opening", "opening", _noted(sitting, opened, said), opened.at, data=dict(opened.body))]


def _attendance(sitting: Sitting, events: Sequence[Happened], until: datetime) -> list[Paragraph]:
    every = stays(events, sitting.seats, until)
    groups: dict[str, list[Stay]] = {"present": [], "late": [], "excused": [], "absent": []}
    for one in every.values():
        kind = ("late" if one.is_late else "present") if one.is_present else "absent"
        groups["excused" if kind == "absent" and one.excused is not None else kind].append(one)
    made = [
        Paragraph(
            f"attendance-{kind}",
            "attendance",
            say(kind, n=len(found), names=_names(sitting, found)),
            data={"members": [one.member for one in found], "which": kind},
        )
        for kind, found in groups.items()
        if found
    ]
    guests = [
        f"{one.body.get('name', '')} ({one.body.get('office', '')})" for one in events if one.kind == "guest.named"
    ]
    if guests:
        made.append(Paragraph("attendance-guests", "attendance", say("guests", names="; ".join(guests))))
    return made


def _names(sitting: Sitting, found: Sequence[Stay]) -> Callable[[str], str]:
    return lambda lang: "; ".join(_stay(sitting, one, lang) for one in found)


def _stay(sitting: Sitting, one: Stay, lang: str) -> str:
    """ "Mhe. Asha Juma (kwa mtandao, alifika saa 4:10 asubuhi)". Why somebody was excused is nobody else's business."""
    notes = []
    if one.way in ("remote", "phone"):
        notes.append(t(f"meetings.minutes_way_{one.way}", lang))
    if one.is_late and one.came_at:
        notes.append(t("meetings.minutes_came", lang, at=say_clock(one.came_at, lang, sitting.zone)))
    if one.left_at:
        notes.append(t("meetings.minutes_left", lang, at=say_clock(one.left_at, lang, sitting.zone)))
    name = name_of(sitting, one.member)
    return f"{name} ({', '.join(notes)})" if notes else name


def _quorum(sitting: Sitting, events: Sequence[Happened]) -> list[Paragraph]:
    reached = first(events, "quorum.reached")
    if reached is None:
        return []
    rule = sitting.quorum_rule
    said = joined(
        [_quorum_words(sitting, reached), quoted({"clause": rule.clause, "words": rule.words} if rule else {})]
    )
    return [Paragraph("quorum", "quorum", _noted(sitting, reached, said), reached.at, data=dict(reached.body))]


def _quorum_words(sitting: Sitting, one: Happened) -> Said:
    return say("quorum_reached", at=clock(sitting, one.at), present=one.body.get("present", ""),
               needed=one.body.get("needed", ""))  # fmt: skip


def _told(course: Course, events: Sequence[Happened]) -> list[Paragraph]:
    made: list[Paragraph] = []
    met = first(events, "quorum.reached")
    for one in events:
        if one.kind in _TOLD or one is met:
            continue
        made += _one(course, one)
    return made


def _one(course: Course, one: Happened) -> list[Paragraph]:
    sitting, key = course.sitting, f"e{one.seq}"
    if one.kind == "item.opened":
        course.item = str(one.body.get("item", ""))
        return [_heading(course, one, key)]
    within = sitting.matters.get(course.item)
    # That a session was closed, and opened again, is all that the public learns of it.
    marks = one.kind in ("session.closed", "session.opened")
    hidden = not marks and (one.is_closed or bool(within and within.is_closed))
    data = {**one.body, "within": course.item}
    if one.kind == "item.ended":
        outcome = str(one.body.get("outcome", "done"))
        ended = sitting.matters.get(str(one.body.get("item", course.item)))
        course.item = ""
        said = say(f"outcome_{outcome}")
        return [
            Paragraph(
                key, "outcome", _noted(sitting, one, said), one.at, hidden or bool(ended and ended.is_closed), data
            )
        ]
    said_of = _quorum_words(sitting, one) if one.kind == "quorum.reached" else about(course, one)
    if said_of is None:
        return []
    if one.kind == "decision.made":
        data |= {"number": course.number, "year": year_of(sitting, one.at)}
    made = [Paragraph(key, one.kind, _noted(sitting, one, said_of), one.at, hidden, data)]
    if one.kind == "session.closed" and one.body.get("reason"):
        made.append(Paragraph(f"{key}-why", "note", say("closed_why", reason=one.body["reason"]), one.at, True))
    return made


def _heading(course: Course, one: Happened, key: str) -> Paragraph:
    matter = course.sitting.matters.get(course.item)
    number = matter.number if matter else "-"
    title = matter.title if matter else {}
    said = say("item", number=number, title=lambda lang: title.get(lang) or title.get("sw", ""))
    return Paragraph(key, "item", said, one.at, bool(matter and matter.is_closed) or one.is_closed,
                     {"item": course.item, "number": number})  # fmt: skip


def _noted(sitting: Sitting, one: Happened, said: Said) -> Said:
    """A corrected event reads as corrected."""
    if one.corrected_at is None:
        return said
    note = say("corrected_why" if one.why else "corrected", at=clock(sitting, one.corrected_at),
               **({"why": one.why} if one.why else {}))  # fmt: skip
    return {lang: f"{said[lang]} {note[lang]}" for lang in LANGUAGES}
