"""Refusals and states of this room in words; what fills them may be a day, an instant or roles."""

from datetime import date

from jumuishi.kernel.spoken import say_date
from jumuishi.kernel.text import t
from jumuishi.meetings.calling.queries import Served
from jumuishi.meetings.orders import words
from jumuishi.meetings.orders.types import RefusedError
from jumuishi.messaging.types import Became, MessageState


def refusal(error: RefusedError, lang: str) -> str:
    """Why not, with the clause and its words, or the name of the rule that the body has not entered."""
    given = dict(error.given)
    if isinstance(given.get("day"), date):
        given["day"] = say_date(error.given["day"], lang)  # type: ignore[arg-type]  # a date, as asked above
    if "roles" in given:
        given["roles"] = ", ".join(words.role_name(one, lang) for one in str(given["roles"]).split(", "))
    code = "late_notice_working" if error.code == "late_notice" and given.get("working") else error.code
    return words.refusal(RefusedError(code, rule=error.rule, missing=error.missing, **given), lang)


def sent_words(what: str, became: Became | None, lang: str) -> str:
    """ "SMS imefika"; what became of a message, or that none went out."""
    way = t(f"meetings.call_way_{what}", lang)
    if became is None:
        return t("meetings.call_sent_not", lang, way=way)
    if became.state == MessageState.FAILED:
        return t("meetings.call_sent_failed", lang, way=way)
    return t(f"meetings.call_sent_{became.state.value}", lang, way=way)


def how_words(line: Served, lang: str) -> str:
    """How a member came to have the notice; empty while nothing shows that they have."""
    service = line.service
    if service.acknowledged_at:
        said = t(f"meetings.call_how_{service.way}", lang)
        return f"{said}: {service.noted}" if service.noted else said
    if service.opened_at:
        return t("meetings.call_how_opened", lang)
    return t("meetings.call_how_delivered", lang) if line.at else ""
