"""Consents in words: who helps whom, with what, how it was consented to, how it stands."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings

from jumuishi.cases.helping import messages
from jumuishi.cases.helping.models import Mandate
from jumuishi.identity import public as identity
from jumuishi.kernel import clock
from jumuishi.kernel.spoken import say_instant, say_money
from jumuishi.kernel.text import t


def at(instant: Any, lang: str) -> str:
    """An instant in the installation's zone; empty for none."""
    return say_instant(instant, lang, settings.TIME_ZONE) if instant else ""


def state_of(row: Mandate) -> str:
    """asked, seen (waits for a second officer), stands, or why it ended."""
    if row.ended_at is not None:
        return row.ended_why
    if row.given_at is None:
        return "seen" if row.proof == Mandate.Proof.MARK else "asked"
    return "over" if row.until_at <= clock.now() else "stands"


def owner(row: Mandate) -> str:
    """The owner as the helper knows them: by name where a mark was put, else by the phone, its middle hidden."""
    return row.owner_name or identity.mask_phone(row.owner_phone)


def proof(row: Mandate, lang: str) -> str:
    """How it was consented to."""
    if row.proof == Mandate.Proof.CODE:
        return t("cases.help_by_code", lang)
    return t("cases.help_by_mark", lang, witness=row.witness_name or "–")


def lines(rows: Iterable[Mandate], lang: str) -> list[dict[str, Any]]:
    """Consents for a list."""
    every = list(rows)
    names = messages.Names(every)
    return [line(one, lang, names) for one in every]


def line(row: Mandate, lang: str, names: messages.Names | None = None) -> dict[str, Any]:
    """A consent for a list or its own page."""
    now, names = clock.now(), names or messages.Names([row])
    return {
        "id": row.id,
        "owner": owner(row),
        "who": messages.who(row, lang, names),
        "kind": t(f"cases.help_kind_{row.kind}", lang),
        "what": messages.what(row, lang, names),
        "scope": t(f"cases.help_scope_{row.scope}", lang),
        "scope_key": row.scope,
        "fee": say_money(row.fee, settings.CURRENCY) if row.fee else "",
        "proof": proof(row, lang),
        "state": state_of(row),
        "state_name": t(f"cases.help_state_{state_of(row)}", lang),
        "asked_at": at(row.asked_at, lang),
        "given_at": at(row.given_at, lang),
        "until": at(row.until_at, lang),
        "ended_at": at(row.ended_at, lang),
        "is_open": row.ended_at is None and row.until_at > now,
        "repudiable_until": at(row.repudiable_until, lang)
        if row.repudiable_until is not None and now <= row.repudiable_until and row.ended_why != "repudiated"
        else "",
    }


def mark(row: Mandate | None, lang: str) -> dict[str, str] | None:
    """What the office reads on a case that somebody helped with; None for a case without."""
    if row is None:
        return None
    said = {"who": messages.who(row, lang), "proof": proof(row, lang)}
    found = {"text": t("cases.help_mark", lang, **said), "more": ""}
    if row.ended_why == Mandate.Why.REPUDIATED:
        found["more"] = t("cases.help_mark_repudiated", lang, at=at(row.ended_at, lang))
    elif row.repudiable_until is not None and row.repudiable_until > clock.now():
        found["more"] = t("cases.help_mark_open", lang, at=at(row.repudiable_until, lang))
    return found
