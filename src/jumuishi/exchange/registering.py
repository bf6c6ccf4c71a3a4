"""What an institution's systems are, what they offer, and by what their own calls are known."""

import hashlib
import secrets
from ipaddress import ip_network
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from jumuishi.exchange.looks.subjects import BadSubject, read_lines
from jumuishi.exchange.models import Credential, Service, Subsystem
from jumuishi.exchange.news import changed
from jumuishi.exchange.types import CredentialKind, ExchangeRefusedError
from jumuishi.exchange.xroad.identifiers import check_registrable
from jumuishi.exchange.xroad.request import RESERVED
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock
from jumuishi.kernel.ids import new_id

KEEPERS = ("ict-officer", "head")
PREFIX = "jmx_"
MOST = 50


@identity.policy("exchange.system.manage")
def may_manage(actor: Actor, thing: Thing) -> bool:
    """Who looks after the institution's systems, or leads it."""
    return identity.is_of_institution(actor, thing) and actor.has(*KEEPERS)


def _thing(kind: str, thing_id: UUID, institution_id: UUID | None) -> Thing:
    return Thing(kind, thing_id, institution_id)


def checked_code(code: str, field: str) -> str:
    """A code that may stand in an identifier. Raises ExchangeRefusedError."""
    kept = code.strip()
    try:
        check_registrable(kept)
    except ValueError:
        raise ExchangeRefusedError("exchange.bad_code", field) from None
    if len(kept) > 60:
        raise ExchangeRefusedError("exchange.bad_code", field)
    return kept


@identity.action("exchange.subsystem.register")
def register_subsystem(*, actor: Actor, code: str, name: str, contact_name: str, contact_email: str) -> UUID:
    """A system of the actor's institution; the same again changes its words. Raises ExchangeRefusedError."""
    identity.must(actor, "exchange.system.manage", _thing("subsystem", new_id(), actor.workplace))
    home = institutions.institution(actor.workplace)
    if home is None or home.state != "approved":
        raise ExchangeRefusedError("exchange.not_approved")
    kept, said = checked_code(code, "code"), " ".join(name.split())[:120]
    if not said:
        raise ExchangeRefusedError("exchange.needs_name", "name")
    if not contact_name.strip() or "@" not in contact_email:
        raise ExchangeRefusedError("exchange.needs_contact", "contact_email")
    words = {"name": said, "contact_name": contact_name.strip()[:120], "contact_email": contact_email.strip()[:120]}
    row = Subsystem.objects.select_for_update().filter(institution_id=actor.workplace, code=kept).first()
    if row is None:
        if Subsystem.objects.filter(institution_id=actor.workplace, ended_at=None).count() >= MOST:
            raise ExchangeRefusedError("exchange.too_many")
        row = Subsystem.objects.create(
            id=new_id(), institution_id=actor.workplace, code=kept, made_at=clock.now(), **words
        )
    else:
        Subsystem.objects.filter(id=row.id).update(**words, ended_at=None)
    identity.record(actor, _thing("subsystem", row.id, row.institution_id), after={"code": kept, **words})
    changed()
    return row.id


@identity.action("exchange.service.register")
def register_service(
    *,
    actor: Actor,
    subsystem_id: UUID,
    code: str,
    title: dict[str, str],
    url: str,
    seconds: int = 60,
    checks_certificate: bool = True,
    keep_days: int = 0,
) -> UUID:
    """Offer a service of a subsystem, or change it; a description comes with `describe_service`.

    Raises ExchangeRefusedError for a code that other systems can't write, no title, an address that is none.
    """
    home = subsystem_for(actor, subsystem_id)
    kept = checked_code(code, "code")
    if kept in RESERVED:
        raise ExchangeRefusedError("exchange.reserved_code", "code")
    words = {one: " ".join(title.get(one, "").split())[:120] for one in ("sw", "en")}
    if not words["sw"]:
        raise ExchangeRefusedError("exchange.needs_title", "title_sw")
    if not 1 <= seconds <= 300 or not 0 <= keep_days <= 3650:
        raise ExchangeRefusedError("exchange.bad_number", "seconds")
    values: dict[str, Any] = {
        "title": words, "url": checked_url(url), "seconds": seconds, "checks_certificate": checks_certificate,
        "keep_days": keep_days, "ended_at": None,
    }  # fmt: skip
    row, made = Service.objects.update_or_create(
        subsystem=home, code=kept, institution_id=home.institution_id, defaults=values,
        create_defaults={"id": new_id(), "made_at": clock.now(), **values},
    )  # fmt: skip
    identity.record(
        actor, _thing("exchange_service", row.id, row.institution_id),
        after={"code": kept, "new": made, "host": urlsplit(row.url).netloc, "keep_days": keep_days},
    )  # fmt: skip
    changed()
    return row.id


@identity.action("exchange.service.say_subjects")
def say_subjects(*, actor: Actor, service_id: UUID, text: str) -> None:
    """Write down where in a call the key of the person stands whom it is about; an empty text says nowhere.

    Raises ExchangeRefusedError.
    """
    row = service_for(actor, service_id)
    try:
        row.subjects = read_lines(text)
    except BadSubject:
        raise ExchangeRefusedError("exchange.bad_subject", "subjects") from None
    row.save(update_fields=["subjects"])
    identity.record(actor, _thing("exchange_service", row.id, row.institution_id), after={"subjects": row.subjects})
    changed()


@identity.action("exchange.service.switch")
def switch_service(*, actor: Actor, service_id: UUID, notice: str) -> None:
    """Turn a service off with a notice that callers are given, or on again with none. Raises ExchangeRefusedError."""
    row = service_for(actor, service_id)
    row.disabled_notice = " ".join(notice.split())[:300]
    row.save(update_fields=["disabled_notice"])
    identity.record(
        actor, _thing("exchange_service", row.id, row.institution_id), after={"notice": row.disabled_notice}
    )
    changed()


@identity.action("exchange.credential.add_network")
def add_network(*, actor: Actor, subsystem_id: UUID, network: str) -> UUID:
    """A subsystem's calls come from this network (CIDR). Raises ExchangeRefusedError for what is none or everybody."""
    home = subsystem_for(actor, subsystem_id)
    try:
        found = ip_network(network.strip(), strict=False)
    except ValueError:
        raise ExchangeRefusedError("exchange.bad_network", "network") from None
    if found.prefixlen < (8 if found.version == 4 else 32):
        raise ExchangeRefusedError("exchange.wide_network", "network")
    same = home.credentials.filter(kind=CredentialKind.NETWORK, value=str(found), ended_at=None).first()
    row = same or _credential(actor, home, CredentialKind.NETWORK, str(found), "")
    identity.record(actor, _thing("credential", row.id, row.institution_id), after={"network": str(found)})
    changed()
    return row.id


@identity.action("exchange.credential.make_key")
def make_key(*, actor: Actor, subsystem_id: UUID) -> tuple[UUID, str]:
    """A key that the subsystem's program brings as `X-Jumuishi-Key`; told this once. Raises ExchangeRefusedError."""
    home, key = subsystem_for(actor, subsystem_id), PREFIX + secrets.token_urlsafe(32)
    row = _credential(actor, home, CredentialKind.KEY, hashlib.sha256(key.encode()).hexdigest(), key[-4:])
    identity.record(actor, _thing("credential", row.id, row.institution_id), after={"hint": row.hint})
    changed()
    return row.id, key


@identity.action("exchange.credential.end")
def end_credential(*, actor: Actor, credential_id: UUID) -> None:
    """It counts no more from now on; twice is once. Raises ExchangeRefusedError."""
    row = Credential.objects.select_for_update().filter(id=credential_id, institution_id=actor.workplace).first()
    if row is None:
        raise ExchangeRefusedError("exchange.not_there")
    identity.must(actor, "exchange.system.manage", _thing("credential", row.id, row.institution_id))
    if row.ended_at is None:
        row.ended_at = clock.now()
        row.save(update_fields=["ended_at"])
    identity.record(actor, _thing("credential", row.id, row.institution_id), after={"ended_at": row.ended_at})
    changed()


def subsystem_for(actor: Actor, subsystem_id: UUID) -> Subsystem:
    """A standing subsystem of the actor's institution, locked. Raises ExchangeRefusedError."""
    row = Subsystem.objects.select_for_update().filter(id=subsystem_id, institution_id=actor.workplace).first()
    if row is None or row.ended_at is not None:
        raise ExchangeRefusedError("exchange.not_there")
    identity.must(actor, "exchange.system.manage", _thing("subsystem", row.id, row.institution_id))
    return row


def service_for(actor: Actor, service_id: UUID) -> Service:
    """A standing service of the actor's institution, locked. Raises ExchangeRefusedError."""
    row = Service.objects.select_for_update().filter(id=service_id, institution_id=actor.workplace).first()
    if row is None or row.ended_at is not None:
        raise ExchangeRefusedError("exchange.not_there")
    identity.must(actor, "exchange.system.manage", _thing("exchange_service", row.id, row.institution_id))
    return row


def checked_url(url: str) -> str:
    """An address of one's own system: http or https, a host, no user, no query. Raises ExchangeRefusedError."""
    kept = url.strip()
    try:
        parts = urlsplit(kept)
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        raise ExchangeRefusedError("exchange.bad_url", "url") from None
    is_fine = parts.scheme in ("http", "https") and parts.hostname and not (parts.username or parts.query)
    if not is_fine or not port_is_fine or parts.fragment or len(kept) > 300 or not kept.isascii() or " " in kept:
        raise ExchangeRefusedError("exchange.bad_url", "url")
    return kept


def _credential(actor: Actor, home: Subsystem, kind: CredentialKind, value: str, hint: str) -> Credential:
    if home.credentials.filter(ended_at=None).count() >= MOST:
        raise ExchangeRefusedError("exchange.too_many")
    return Credential.objects.create(
        id=new_id(), institution_id=home.institution_id, subsystem=home, kind=kind, value=value, hint=hint,
        made_by=actor.who, made_at=clock.now(),
    )  # fmt: skip
