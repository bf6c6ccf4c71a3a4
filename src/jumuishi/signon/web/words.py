"""Clients, sign-ins and what was told of them, as people read them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings

from jumuishi.institutions import public as institutions
from jumuishi.kernel.spoken import say_instant
from jumuishi.kernel.text import t
from jumuishi.signon import rules
from jumuishi.signon.models import Client, Consent, Logout, SignIn
from jumuishi.signon.types import Terms


def at(when: datetime | None, lang: str) -> str:
    """An instant, "" for none."""
    return say_instant(when, lang, settings.TIME_ZONE) if when else ""


def state(row: Client) -> str:
    """Where a client stands, as the end of a text's key."""
    if row.ended_at is not None:
        return "ended"
    if row.asked is not None:
        return "waits_authority" if row.head_by else "waits_head"
    return "counts" if row.terms is not None else "refused"


def terms(kept: dict[str, Any] | None, lang: str) -> dict[str, Any] | None:
    """Terms in words."""
    if kept is None:
        return None
    found = Terms.of(kept)
    return {
        "audience": t(f"signon.audience_{found.audience}", lang), "redirects": found.redirects,
        "after_logout": found.after_logout, "told_at": found.told_at, "basis": found.basis,
        "purpose": found.purpose.get(lang) or found.purpose["sw"],
        "facts": [t(f"signon.fact_{one}", lang) for one in found.scopes if one in (*rules.FACTS, rules.OFFLINE)],
    }  # fmt: skip


def client(row: Client, lang: str) -> dict[str, Any]:
    """What lists and pages say of one."""
    found = state(row)
    return {
        "id": row.id, "name": row.name, "kind": t(f"signon.kind_{row.kind}", lang), "state_key": found,
        "state": t(f"signon.state_{found}", lang), "asked": at(row.asked_at, lang),
        "until": at(row.asked_at + rules.ASKING_LASTS, lang) if row.asked_at else "",
        "approved": at(row.approved_at, lang), "ended": at(row.ended_at, lang), "hint": row.hint,
        "old_until": at(row.old_until, lang),
        "reason": t("signon.lapsed", lang) if row.reason == "lapsed" else row.reason,
        "counts": terms(row.terms, lang), "waits": terms(row.asked, lang),
    }  # fmt: skip


def logouts(rows: Iterable[Logout], lang: str) -> list[dict[str, Any]]:
    """What was told, and how far it got."""
    return [
        {
            "id": row.id, "state": row.state, "said": t(f"signon.logout_{row.state}", lang),
            "made": at(row.made_at, lang),
            "attempts": row.attempts, "why": row.failure or (str(row.status) if row.status else ""),
        }
        for row in rows
    ]  # fmt: skip


def houses(rows: Iterable[Client], lang: str) -> dict[Any, str]:
    """Whose each client is, by the institution's id."""
    found = institutions.institutions({row.institution_id for row in rows})
    return {key: one.name.get(lang) or one.name["sw"] for key, one in found.items()}


def sign_ins(rows: list[SignIn], lang: str) -> list[dict[str, Any]]:
    """Where somebody is signed in."""
    whose = houses([row.client for row in rows], lang)
    return [
        {
            "id": row.id, "name": row.client.name, "house": whose.get(row.client.institution_id, ""),
            "begun": at(row.begun_at, lang), "person_id": row.person_id,
        }
        for row in rows
    ]  # fmt: skip


def consents(rows: list[Consent], lang: str) -> list[dict[str, Any]]:
    """What somebody lets systems be told."""
    whose = houses([row.client for row in rows], lang)
    return [
        {
            "id": row.id, "name": row.client.name, "house": whose.get(row.client.institution_id, ""),
            "given": at(row.given_at, lang),
            "facts": [t(f"signon.fact_{one}", lang) for one in row.scopes if one in rules.FACTS],
        }
        for row in rows
    ]  # fmt: skip
