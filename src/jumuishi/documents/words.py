"""The texts of the page around the author's own, in the document's language and, smaller, in the other."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone

from jumuishi.documents.code import short_id
from jumuishi.documents.rendering.paper import Paper
from jumuishi.documents.types import Issuer, NodeLike, Order
from jumuishi.kernel.numbers import group
from jumuishi.kernel.text import t

_OTHER = {"sw": "en", "en": "sw"}


def day(on: date, lang: str) -> str:
    """A date in words: "25 Novemba 2026"; of an instant, the day it is then on the country's calendar."""
    if isinstance(on, datetime):
        on = timezone.localtime(on)
    return f"{on.day} {t('documents.months', lang).split()[on.month - 1]} {on.year}"


def hour(at: datetime, lang: str) -> str:
    """The time of day; in Kiswahili the clock counts from six, with the part of the day."""
    local = timezone.localtime(at)
    if lang == "en":
        return f"{local:%H:%M}"
    parts = ((5, "usiku"), (12, "asubuhi"), (16, "mchana"), (19, "jioni"), (24, "usiku"))
    part = next(word for end, word in parts if local.hour < end)
    return f"saa {(local.hour - 6) % 12 or 12}:{local.minute:02d} {part}"


def _whole(words: str) -> str:
    """Words that stay on one line."""
    return words.replace(" ", "\u00a0")


def _fours(digits: str) -> str:
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def page(
    order: Order, institution: Issuer, *, number: str, at: datetime, kid: str, payload: str, body: Sequence[NodeLike]
) -> Paper:
    """All that is on the page of an order."""
    lang = order.language
    other = _OTHER[lang]
    local = timezone.localtime(at)
    until = order.valid_until
    return Paper(
        layout=order.layout,
        language=lang,
        above=institution.above,
        institution=institution.name[lang],
        title=order.title[lang],
        title_other=order.title.get(other, ""),
        number=group(number),
        holder=order.holder,
        body=body,
        signer=order.signer,
        issued_at=local,
        day=_whole(day(local.date(), lang)),
        signed_text=f"{_whole(day(local.date(), lang))}, {_whole(hour(at, lang))}",
        until_text=t("documents.paper_until", lang, day=_whole(day(until, lang))) if until else "",
        small=f"{t('documents.paper_key', lang)} {_fours(kid)} · {short_id(institution.id)} · {order.key}",
        payload=payload,
        words={
            "qr_alt": t("documents.paper_qr", lang, number=group(number)),
            "signed_by": t("documents.paper_signed_by", lang),
            "number": t("documents.paper_number", lang),
            "day": t("documents.paper_day", lang),
            "motto": t("documents.paper_motto", lang),
            "how": t("documents.paper_how", lang),
            "how_other": t("documents.paper_how", other),
            "issued_to": t("documents.paper_issued_to", lang),
            "issued_to_other": t("documents.paper_issued_to", other),
            "seal": t("documents.paper_seal", lang),
            "seal_note": t("documents.paper_seal_note", lang),
        },
    )
