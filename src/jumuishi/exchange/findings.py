"""A log that has shown two histories: it is written down, the authority is told until somebody of it acts, once a log.

What proves it are the notes that the log itself signed, so it counts whoever brings it.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from jumuishi.evidence import public as evidence
from jumuishi.exchange.models import Finding
from jumuishi.exchange.types import ExchangeRefusedError
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.text import t

PAGE = "/ofisi/seva/"
# Whoever owns a finding is told of it again after so long, until it is closed.
AGAIN, MOST = timedelta(days=1), 100


@identity.policy("exchange.finding.manage")
def may_manage(actor: Actor, thing: Thing) -> bool:
    """The authority's head or registrar; the node itself, which finds it."""
    return identity.is_system(actor, thing) or (identity.is_authority(actor, thing) and actor.has("head", "registrar"))


def thing_of(finding_id: UUID) -> Thing:
    """A finding as the policies see it."""
    return Thing("exchange_finding", finding_id)


@identity.action("exchange.finding.raise")
def raise_finding(*, actor: Actor, node: str, histories: evidence.TwoHistories, keys: list[str], found_by: str) -> UUID:
    """Write down what a node's log has done, for the authority to be told; the same log again is the same finding.

    Raises ExchangeRefusedError where the notes prove nothing under the log's own keys.
    """
    if not evidence.proves(histories, keys):
        raise ExchangeRefusedError("exchange.not_proven")
    identity.one_at_a_time(f"exchange.finding {histories.origin}")
    row = Finding.objects.filter(origin=histories.origin).first()
    if row is None:
        row = Finding.objects.create(
            id=new_id(), origin=histories.origin, node=node[:60], found_by=found_by[:60],
            histories=evidence.exported(histories), keys=keys, found_at=clock.now(),
        )  # fmt: skip
    identity.must(actor, "exchange.finding.manage", thing_of(row.id))
    sizes = [evidence.read_checkpoint(one).size for one in (histories.one, histories.other)]
    identity.record(
        actor, thing_of(row.id), after={"node": row.node, "origin": row.origin, "sizes": sizes, "found_by": found_by}
    )
    return row.id


def untold() -> list[UUID]:
    """Open findings of which the authority was not told yet, or not for a day; needs the system principal."""
    due = Q(told_at=None) | Q(told_at__lte=clock.now() - AGAIN)
    return list(Finding.objects.filter(due, closed_at=None).order_by("found_at").values_list("id", flat=True)[:MOST])


@identity.action("exchange.finding.tell")
def tell(*, actor: Actor, finding_id: UUID) -> None:
    """Tell its owners that it waits for them, once a day."""
    row = Finding.objects.select_for_update().get(id=finding_id)
    identity.must(actor, "exchange.finding.manage", thing_of(row.id))
    if row.closed_at is None and (row.told_at is None or row.told_at + AGAIN <= clock.now()):
        row.told_at = clock.now()
        row.save(update_fields=["told_at"])
        _tell(row)
    identity.record(actor, thing_of(row.id), after={"told_at": row.told_at})


@identity.action("exchange.finding.close")
def close(*, actor: Actor, finding_id: UUID, reason: str) -> None:
    """Somebody of the authority has acted, and says what was done; twice is once. Raises ExchangeRefusedError."""
    row = Finding.objects.select_for_update().filter(id=finding_id).first()
    if row is None:
        raise ExchangeRefusedError("exchange.not_there")
    identity.must(actor, "exchange.finding.manage", thing_of(row.id))
    if not reason.strip():
        raise ExchangeRefusedError("exchange.needs_reason", "reason")
    if row.closed_at is None:
        row.closed_at, row.closed_by, row.reason = clock.now(), actor.who, reason.strip()[:500]
        row.save(update_fields=["closed_at", "closed_by", "reason"])
    identity.record(actor, thing_of(row.id), after={"closed_at": row.closed_at, "reason": row.reason})


def _tell(row: Finding) -> None:
    """The authority's heads, at an installation that has an authority; elsewhere the keeper reads it in /healthz."""
    home = institutions.authority()
    if home is None:
        return

    def say(lang: str) -> tuple[str, str]:
        said: dict[str, Any] = {"node": row.node, "origin": row.origin}
        link = identity.link_to(f"{PAGE}matokeo/{row.id}/", lang)
        return t("exchange.finding_subject", lang, **said), t("exchange.finding_letter", lang, link=link, **said)

    identity.tell(institutions.role_holders(home, "head"), say, purpose="exchange.finding")
