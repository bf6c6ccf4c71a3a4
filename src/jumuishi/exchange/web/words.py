"""Agreements, decisions and what a change would do, as people read them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings

from jumuishi.exchange.models import Agreement
from jumuishi.exchange.rehearsal import Change, Rehearsal
from jumuishi.exchange.rights import Denied, Reason
from jumuishi.kernel.spoken import say_date, say_instant
from jumuishi.kernel.text import t, texts


def at(when: datetime | None, lang: str) -> str:
    """An instant, "" for none."""
    return say_instant(when, lang, settings.TIME_ZONE) if when else ""


def state(row: Agreement, today: date, *, offered: bool) -> str:
    """Where an agreement stands, as the end of a text's key."""
    if row.refused_at is not None:
        return "refused"
    if row.ended_at is not None:
        return "ended"
    if row.until_on < today:
        return "over"
    if not offered:
        return "service_gone"
    if row.approved_at is None:
        return "waiting"
    return "now" if row.from_on <= today else "later"


def agreement(row: Agreement, today: date, lang: str, *, offered: bool) -> dict[str, Any]:
    """What lists and pages say of one."""
    found = state(row, today, offered=offered)
    return {
        "id": row.id, "client": row.client, "purpose": row.purpose, "purpose_words": row.purpose_words,
        "legal_basis": row.legal_basis, "fields": row.fields, "rules": row.rules, "state_key": found,
        "state": t(f"exchange.state_{found}", lang), "asked": at(row.asked_at, lang),
        "decided": at(row.approved_at or row.refused_at, lang), "ended": at(row.ended_at, lang), "reason": row.reason,
        "from": say_date(row.from_on, lang, weekday=False), "until": say_date(row.until_on, lang, weekday=False),
    }  # fmt: skip


def denied(found: Denied, lang: str) -> str:
    """Why not, from a decision at hand."""
    values: Mapping[str, str | datetime] = found.values
    said = {name: at(one, lang) if isinstance(one, datetime) else one for name, one in values.items()}
    return t(found.key, lang, **said)


def reason(key: str, values: dict[str, str], lang: str) -> str:
    """Why not, from a record, which holds the reason and not its values; "" for what is no reason of ours."""
    if key not in set(Reason):
        return ""
    # What a decision knew besides is in no record, so some reasons are said without it.
    own = f"exchange.why_{key}"
    return t(own, lang) if own in texts() else t(f"exchange.denied_{key}", lang, **values)


def rehearsal(found: Rehearsal, lang: str) -> dict[str, Any]:
    """What a change would do: figures, and the most frequent calls that it touches."""
    return {
        "denied_times": found.denied_times, "allowed_times": found.allowed_times, "same": found.same,
        "denied": [_change(one, lang) for one in found.newly_denied],
        "allowed": [_change(one, lang) for one in found.newly_allowed],
        "any": bool(found.denied_times or found.allowed_times or found.same),
    }  # fmt: skip


def _change(one: Change, lang: str) -> dict[str, Any]:
    request = one.request
    return {
        "client": request.client.wire, "verb": request.verb, "path": request.path, "times": one.times,
        "why": denied(one.denied, lang),
    }  # fmt: skip
