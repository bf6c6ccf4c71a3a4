"""Agreements: who may ask what, why, until when. A consumer asks; who answers for the data says yes, no, or the end."""

import re
from uuid import UUID

from django.conf import settings

from jumuishi.exchange import members
from jumuishi.exchange.models import Agreement, Service, Subsystem
from jumuishi.exchange.news import changed
from jumuishi.exchange.patterns import BadPattern, read_endpoint
from jumuishi.exchange.types import ExchangeRefusedError, Terms
from jumuishi.exchange.xroad.errors import XRoadError
from jumuishi.exchange.xroad.identifiers import read_client
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id

SYSTEM = tenancy.Principal.system()
PURPOSE = re.compile(r"[a-z0-9][a-z0-9.-]{0,58}[a-z0-9]")
MOST_RULES = 100


@identity.policy("exchange.agreement.ask")
def may_ask(actor: Actor, thing: Thing) -> bool:  # noqa: ARG001  # any service may be asked for
    """Who looks after the asking institution's systems, or leads it."""
    return actor.institution_id is not None and actor.has("ict-officer", "head")


@identity.policy("exchange.agreement.decide")
def may_decide(actor: Actor, thing: Thing) -> bool:
    """Who leads the institution whose data it is."""
    return identity.is_of_institution(actor, thing) and actor.has("head")


def thing_of(row: Agreement) -> Thing:
    """An agreement as the policies see it: the data owner's."""
    return Thing("agreement", row.id, row.institution_id)


@identity.action("exchange.agreement.ask")
def ask(*, actor: Actor, subsystem_id: UUID, service_id: UUID, terms: Terms) -> UUID:
    """Ask the owner of a service of this node for the right to call it; the same open question again is the same.

    Raises ExchangeRefusedError.
    """
    mine = Subsystem.objects.filter(id=subsystem_id, institution_id=actor.workplace, ended_at=None).first()
    with tenancy.acting_as(SYSTEM):
        service = Service.objects.filter(id=service_id, ended_at=None).select_related("subsystem").first()
    if mine is None or service is None:
        raise ExchangeRefusedError("exchange.not_there")
    row = _asked(service, members.client_of(actor.workplace, mine.code).wire, terms)
    identity.must(actor, "exchange.agreement.ask", thing_of(row))
    row.consumer_id, row.asked_by = actor.workplace, actor.who
    return _waiting(actor, row)


@identity.action("exchange.agreement.offer")
def offer(*, actor: Actor, service_id: UUID, client: str, terms: Terms) -> UUID:
    """Write down what was agreed with a system of another node, by its identifier; it waits for a yes like any other.

    The same that waits already is the same. Raises ExchangeRefusedError.
    """
    service = Service.objects.filter(id=service_id, institution_id=actor.workplace, ended_at=None).first()
    if service is None:
        raise ExchangeRefusedError("exchange.not_there")
    identity.must(actor, "exchange.system.manage", Thing("exchange_service", service.id, service.institution_id))
    try:
        known = read_client(client.strip())
    except XRoadError:
        raise ExchangeRefusedError("exchange.bad_client", "client") from None
    if known.instance != settings.EXCHANGE_INSTANCE or not known.subsystem_code:
        raise ExchangeRefusedError("exchange.bad_client", "client")
    row = _asked(service, known.wire, terms)
    row.asked_by = actor.who
    return _waiting(actor, row)


def _waiting(actor: Actor, row: Agreement) -> UUID:
    """Keep what waits for a yes; the same that waits already is the same."""
    with tenancy.acting_as(SYSTEM):
        identity.one_at_a_time(f"exchange.agreement {row.client} {row.service_id}")
        same = Agreement.objects.filter(
            service=row.service, client=row.client, purpose=row.purpose, rules=row.rules, fields=row.fields,
            from_on=row.from_on, until_on=row.until_on, approved_at=None, refused_at=None, ended_at=None,
        ).first()  # fmt: skip
        if same is None:
            row.save(force_insert=True)
        identity.record(actor, thing_of(same or row), after=_words(same or row))
    return (same or row).id


def _asked(service: Service, client: str, terms: Terms) -> Agreement:
    words = {one: " ".join(terms.purpose_words.get(one, "").split())[:200] for one in ("sw", "en")}
    if not PURPOSE.fullmatch(terms.purpose):
        raise ExchangeRefusedError("exchange.bad_purpose", "purpose")
    if not words["sw"]:
        raise ExchangeRefusedError("exchange.needs_purpose", "purpose_sw")
    if not terms.legal_basis.strip():
        raise ExchangeRefusedError("exchange.needs_basis", "legal_basis")
    if terms.until_on < terms.from_on or terms.until_on < institutions.today():
        raise ExchangeRefusedError("exchange.bad_days", "until_on")
    kept = []
    for one in terms.rules:
        method, path = one.get("method", ""), one.get("path", "")
        try:
            read_endpoint(method, path)
        except BadPattern:
            raise ExchangeRefusedError("exchange.bad_rule", "rules") from None
        kept.append({"method": method, "path": path})
    if len(kept) > MOST_RULES:
        raise ExchangeRefusedError("exchange.bad_rule", "rules")
    return Agreement(
        id=new_id(), institution_id=service.institution_id, service=service, client=client, purpose=terms.purpose,
        purpose_words=words, legal_basis=terms.legal_basis.strip()[:300], rules=kept, from_on=terms.from_on,
        until_on=terms.until_on, asked_at=clock.now(),
        fields=[" ".join(one.split())[:80] for one in terms.fields if one.strip()][:200],
    )  # fmt: skip


@identity.action("exchange.agreement.approve")
def approve(*, actor: Actor, agreement_id: UUID) -> None:
    """From its first day on the right counts. Somebody else asked; twice is once. Raises ExchangeRefusedError."""
    row = _decidable(actor, agreement_id)
    if row.refused_at is not None or row.ended_at is not None:
        raise ExchangeRefusedError("exchange.decided")
    if row.asked_by == actor.who:
        raise ExchangeRefusedError("exchange.two_people")
    if row.approved_at is None:
        row.approved_at, row.approved_by = clock.now(), actor.who
        row.save(update_fields=["approved_at", "approved_by"])
    identity.record(actor, thing_of(row), after={"approved": True, **_words(row)})
    changed()


@identity.action("exchange.agreement.refuse")
def refuse(*, actor: Actor, agreement_id: UUID, reason: str) -> None:
    """Say no, with a reason that the consumer reads. Raises ExchangeRefusedError."""
    row = _decidable(actor, agreement_id)
    if row.approved_at is not None or row.ended_at is not None:
        raise ExchangeRefusedError("exchange.decided")
    if not reason.strip():
        raise ExchangeRefusedError("exchange.needs_reason", "reason")
    if row.refused_at is None:
        row.refused_at, row.reason = clock.now(), reason.strip()[:500]
        row.save(update_fields=["refused_at", "reason"])
    identity.record(actor, thing_of(row), after={"refused": True, "reason": row.reason})


@identity.action("exchange.agreement.end")
def end(*, actor: Actor, agreement_id: UUID, reason: str) -> None:
    """The right ends this moment; twice is once. Raises ExchangeRefusedError."""
    row = _decidable(actor, agreement_id)
    if not reason.strip():
        raise ExchangeRefusedError("exchange.needs_reason", "reason")
    if row.ended_at is None:
        row.ended_at, row.reason = clock.now(), reason.strip()[:500]
        row.save(update_fields=["ended_at", "reason"])
    identity.record(actor, thing_of(row), after={"ended_at": row.ended_at, "reason": row.reason})
    changed()


def _decidable(actor: Actor, agreement_id: UUID) -> Agreement:
    row = Agreement.objects.select_for_update().filter(id=agreement_id, institution_id=actor.workplace).first()
    if row is None:
        raise ExchangeRefusedError("exchange.not_there")
    identity.must(actor, "exchange.agreement.decide", thing_of(row))
    return row


def _words(row: Agreement) -> dict[str, object]:
    return {
        "client": row.client, "service": row.service_id, "purpose": row.purpose, "legal_basis": row.legal_basis,
        "fields": row.fields, "rules": row.rules, "from": row.from_on, "until": row.until_on,
    }  # fmt: skip
