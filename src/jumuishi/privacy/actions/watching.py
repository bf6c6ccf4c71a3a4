"""Findings about how data are asked for: raised once, the owner's to answer for, closed with a reason."""

from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from jumuishi.exchange import public as exchange
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.text import t, texts
from jumuishi.privacy import figures
from jumuishi.privacy.actions.reminding import write
from jumuishi.privacy.models import Finding
from jumuishi.privacy.types import PrivacyError
from jumuishi.privacy.watching.patterns import Pattern, patterns

SYSTEM = tenancy.Principal.system()
SHOWN = 20


def thing_of(row: Finding) -> Thing:
    """A finding as policies and the journal see it."""
    return Thing("privacy_finding", row.id, row.institution_id)


def watch(institution_id: UUID) -> list[UUID]:
    """Look at what the institution's services were asked until now, as the system; returns what is newly found.

    One that is open already is that one; what was there when one was closed raises no other.
    """
    now, found = clock.now(), list[UUID]()
    hour = timezone.localtime(now).hour
    identity.one_at_a_time(f"privacy.watch {institution_id}")
    for pattern in patterns(Path(settings.JUMUISHI_CONFIG)):
        since = now - timedelta(minutes=pattern.minutes)
        for seen in exchange.traffic(institution_id, since, now) if pattern.at(hour) else ():
            if not pattern.reached(seen) or _is_known(pattern, institution_id, seen, since):
                continue
            usual, hours = exchange.usual(institution_id, seen.client, seen.service, since, pattern.hours)
            if pattern.is_unusual(seen, usual, hours):
                usually = round(usual, 1) if pattern.times and hours else None
                found.append(
                    raise_finding(
                        actor=Actor.system(), institution_id=institution_id, pattern=pattern, seen=seen, since=since,
                        until=now, usual=usually,
                    )
                )  # fmt: skip
    return found


def _is_known(pattern: Pattern, home: UUID, seen: exchange.Traffic, since: datetime) -> bool:
    """The same is open, or was closed within this very time."""
    same = Finding.objects.filter(
        institution_id=home, pattern=pattern.name, client=seen.client, service=seen.service, asker=seen.asker
    )
    return same.filter(Q(closed_at=None) | Q(closed_at__gt=since)).exists()


@identity.action("privacy.finding.raise")
def raise_finding(
    *,
    actor: Actor,
    institution_id: UUID,
    pattern: Pattern,
    seen: exchange.Traffic,
    since: datetime,
    until: datetime,
    usual: float | None,
) -> UUID:
    """Write it down with its evidence; whoever answers for data there and the heads are told by letter."""
    row = Finding(
        id=new_id(), institution_id=institution_id, pattern=pattern.name, client=seen.client, service=seen.service,
        asker=seen.asker, opened_at=until, due_at=figures.due(institution_id, "finding", until), since_at=since,
        until_at=until, evidence={
            "counts": {name: value for name, value in asdict(seen).items() if isinstance(value, int)},
            "least": pattern.least, "usual": usual,
            "messages": exchange.messages(institution_id, seen, since, until, SHOWN),
        },
    )  # fmt: skip
    identity.must(actor, "privacy.clock", thing_of(row))
    row.save(force_insert=True)
    said = {"pattern": row.pattern, "client": row.client, "service": row.service, "evidence": row.evidence}
    identity.record(actor, thing_of(row), after=said)
    key = f"privacy.pattern_{pattern.name}"
    what = t(key, "sw") if key in texts() else pattern.name
    subject = t("privacy.mail_finding_subject", "sw")
    write(institution_id, subject, t("privacy.mail_finding", "sw", what=what, client=row.client))
    return row.id


@identity.action("privacy.finding.close")
def close(*, actor: Actor, finding_id: UUID, reason: str) -> None:
    """What it was and what was done about it; closed once. Raises PrivacyError."""
    with tenancy.acting_as(SYSTEM):
        row = Finding.objects.select_for_update().filter(id=finding_id, institution_id=actor.workplace).first()
    if row is None:
        raise PrivacyError("privacy.cannot")
    identity.must(actor, "privacy.desk", thing_of(row))
    if not reason.strip():
        raise PrivacyError("privacy.needs_reason")
    if row.closed_at is None:
        row.reason, row.closed_at, row.closed_by = reason.strip()[:2000], clock.now(), actor.who
        with tenancy.acting_as(SYSTEM):
            row.save(update_fields=["reason", "closed_at", "closed_by"])
    identity.record(actor, thing_of(row), after={"reason": row.reason})


@identity.action("privacy.finding.escalate")
def escalate(*, actor: Actor, finding_id: UUID) -> None:
    """It passed its time: the heads and the officer are told by letter, once."""
    row = Finding.objects.select_for_update().get(id=finding_id)
    identity.must(actor, "privacy.clock", thing_of(row))
    if row.escalated_at is None and row.closed_at is None:
        row.escalated_at = clock.now()
        row.save(update_fields=["escalated_at"])
        said = t("privacy.mail_finding_late", "sw", client=row.client)
        write(row.institution_id, t("privacy.mail_finding_subject", "sw"), said)
    identity.record(actor, thing_of(row), after={"escalated_at": row.escalated_at})
