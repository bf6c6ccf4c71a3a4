"""Questions as pages show them."""

from datetime import datetime
from typing import Any

from jumuishi.kernel.spoken import say_instant
from jumuishi.meetings.questions.models import Question
from jumuishi.meetings.questions.queries import is_late


def question_words(one: Question, lang: str, zone: str, day: datetime) -> dict[str, Any]:
    """What was asked about what, by whom, and what was answered; `day` is when the day of the meeting begins."""
    return {
        "id": one.id, "number": one.item.number, "item": one.item.title.get(lang, ""), "who": one.member.name,
        "is_closed": one.item.is_closed, "text": one.text, "at": say_instant(one.at, lang, zone),
        "is_answered": one.answered_at is not None, "answer": one.answer, "is_late": is_late(one, day),
        "answered_at": say_instant(one.answered_at, lang, zone) if one.answered_at else "",
        "is_for_all": one.is_for_all, "owner_id": one.owner_id,
    }  # fmt: skip
