"""An owner is told that notices were given up: by letter, else by SMS, and once a day however many there are."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.db.models import Count, Q

from jumuishi.hooks.models import Hook
from jumuishi.hooks.types import DeliveryState
from jumuishi.identity import public as identity
from jumuishi.institutions import public as institutions
from jumuishi.kernel.text import t

QUIET = timedelta(hours=24)
# Whoever can mend it; the head where an institution has nobody else.
MENDERS = ("ict-officer", "head")


def given_up(hook_ids: Iterable[UUID], now: datetime) -> None:
    """Called as the system, in the transaction that gave them up."""
    rows = Hook.objects.select_for_update().filter(id__in=list(hook_ids), ended_at=None)
    for hook in rows.filter(Q(told_at=None) | Q(told_at__lte=now - QUIET)):
        Hook.objects.filter(id=hook.id).update(told_at=now)
        _tell(hook)


def _owners(hook: Hook) -> list[UUID]:
    if hook.person_id is not None:
        return [hook.person_id]
    people = institutions.people_in(hook.institution_id) if hook.institution_id is not None else []
    for role in MENDERS:
        if found := [one.person_id for one in people if role in one.roles]:
            return found
    return []


def _tell(hook: Hook) -> None:
    dead = hook.deliveries.filter(state=DeliveryState.DEAD).aggregate(n=Count("id"))["n"]
    path = f"/ofisi/taarifa-api/{hook.id}/" if hook.institution_id is not None else f"/mimi/programu/{hook.id}/"
    where = "office" if hook.institution_id is not None else "mine"

    def say(lang: str) -> tuple[str, str]:
        subject = t(f"hooks.told_{where}", lang, n=dead)
        more = t("hooks.told_more", lang, host=urlsplit(hook.url).netloc, n=dead)
        return subject, f"{more}\n\n{identity.link_to(f'{path}?hali=dead', lang)}\n"

    identity.tell(_owners(hook), say, purpose="hooks.dead")
