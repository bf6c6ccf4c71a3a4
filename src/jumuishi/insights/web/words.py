"""Waits and shares in words."""

from jumuishi.insights import rules
from jumuishi.kernel.spoken import say_span
from jumuishi.kernel.text import t

_DAY = 24


def wait(hours: int | None, lang: str) -> str:
    """ "saa 5", "siku 2", "siku 3 na saa 4"; a dash where nothing was done."""
    if hours is None:
        return t("insights.nothing", lang)
    days, left = divmod(hours, _DAY)
    if days < 2:
        return say_span(max(hours, 1), "hours", lang)
    said = say_span(days, "days", lang)
    return t("insights.and", lang, a=said, b=say_span(left, "hours", lang)) if left else said


def kept(done: int, late: int, lang: str) -> str:
    """ "97% (33 kati ya 34)"; a dash where nothing was done."""
    share = rules.share_kept(done, late)
    if share is None:
        return t("insights.nothing", lang)
    return t("insights.share", lang, share=share, n=done - late, of=done)
