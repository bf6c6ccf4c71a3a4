"""The verbs: add an edition to the catalogue; choose a service, fill its figures, propose, publish, withdraw."""

from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from jumuishi.definitions import public as definitions
from jumuishi.definitions.types import Package
from jumuishi.exchange import public as exchange
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.events import tell
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.text import both, fold
from jumuishi.services import events, rules
from jumuishi.services.authoring import faults_of, is_same_person, keep_edition
from jumuishi.services.editions import definition, files_of
from jumuishi.services.models import Edition, Offering
from jumuishi.services.policies import SHAPERS
from jumuishi.services.types import (
    CannotPublishError,
    EditionRefusedError,
    Lack,
    SamePersonError,
    SettingRefusedError,
    SettingValue,
)

PUBLISHERS = 2


def _thing(offering: Offering) -> Thing:
    return Thing("offering", offering.id, offering.institution_id)


@identity.action("services.edition.add")
def add_edition(*, actor: Actor, folder: Path) -> UUID:
    """Take a sound definition into the catalogue as the next edition of its service; the same one again is the same.

    Raises definitions' UnsoundError with the findings.
    """
    found = definitions.edition(folder)
    package = found.package
    known = Edition.objects.filter(hash=found.hash).first()
    edition_id = known.id if known else None
    identity.must(actor, "services.edition.add", Thing("edition", edition_id or new_id()))
    if edition_id is None:
        edition_id = keep_edition(package, files_of(folder), found.hash)
    identity.record(actor, Thing("edition", edition_id), after={"service": package.service, "hash": found.hash})
    return edition_id


@identity.action("services.offering.choose")
def choose_service(*, actor: Actor, institution_id: UUID, edition_id: UUID) -> UUID:
    """Begin to offer a service from the catalogue; a service that is chosen already is given back."""
    identity.must(actor, "services.offering.prepare", Thing("offering", edition_id, institution_id))
    edition = Edition.objects.get(id=edition_id, withdrawn_at__isnull=True)
    row, _ = Offering.objects.get_or_create(
        institution_id=institution_id,
        service=edition.service,
        defaults={"id": new_id(), "edition": edition, "created_at": clock.now()},
    )
    identity.record(actor, _thing(row), after={"service": edition.service, "edition": edition.hash})
    return row.id


@identity.action("services.offering.set")
def fill_setting(
    *, actor: Actor, offering_id: UUID, name: str, raw: str, source: str, checked_on: date
) -> SettingValue:
    """Fill in one figure with its source and the day it was checked; a published offering must be proposed anew.

    Raises SettingRefusedError.
    """
    row = Offering.objects.select_for_update(of=("self",)).select_related("edition").get(id=offering_id)
    identity.must(actor, "services.offering.prepare", _thing(row))
    value = checked_value(definition(row.edition.hash).package, name, raw, source, checked_on)
    before = row.settings.get(name)
    row.settings[name] = value.to_data()
    row.state = Offering.State.PREPARING
    row.proposed_by = row.published_by = None
    row.save(update_fields=["settings", "state", "proposed_by", "published_by"])
    identity.record(actor, _thing(row), before={name: before}, after={name: value.to_data()})
    return value


def checked_value(package: Package, name: str, raw: str, source: str, checked_on: date) -> SettingValue:
    """A figure as it may be kept; raises SettingRefusedError."""
    if not source.strip():
        raise SettingRefusedError("services.source_missing")
    if checked_on > institutions.today():
        raise SettingRefusedError("services.checked_in_future")
    value = SettingValue(rules.read_setting(package, name, raw), source.strip()[:200], checked_on)
    if package.settings[name].type == "institution":
        _check_institution(UUID(value.value), package.settings[name].kind)
    return value


def _check_institution(institution_id: UUID, kind: str | None) -> None:
    """A setting names an approved institution of its kind; raises SettingRefusedError."""
    found = institutions.institution(institution_id)
    if found is None or found.state != "approved" or kind not in (None, found.kind):
        raise SettingRefusedError("services.choose_institution")


def lacks_of(row: Offering) -> list[Lack]:
    """What is missing before two people may publish: figures, role-holders here and in reviewing institutions."""
    return lacks_under(row.institution_id, row.edition.hash, row.settings)


def lacks_under(institution_id: UUID, edition_hash: str, settings: dict[str, Any]) -> list[Lack]:
    """The same for any edition, with figures (and their sources) as they would stand."""
    package = definition(edition_hash).package
    values = settings_data(settings)
    found = rules.lacks(package, values, institutions.role_counts(institution_id))
    away = {UUID(str(values[setting])) for _, setting in rules.roles_abroad(package) if setting in values}
    if away:
        # How many hold a role in another institution is asked as the platform; who they are stays there.
        with tenancy.acting_as(tenancy.Principal.system()):
            held = {one: institutions.role_counts(one) for one in away}
            names = {one: ref.name for one, ref in institutions.institutions(away).items()}
        found += rules.lacks_abroad(package, values, held, names)
    found += rules.lacks_registers(package, exchange.registers())
    who = {p.person_id for p in institutions.people_in(institution_id) if not p.roles.isdisjoint(SHAPERS)}
    if len(set(identity.natural_people(who).values())) < PUBLISHERS:
        found.append(Lack("second", "publisher", both("services.second_publisher")))
    return found


def _at_the_door(row: Offering) -> None:
    """The whole check of the stored files, then what else must be there; raises what propose and publish raise."""
    faults = [one for one in faults_of(row.edition.files) if not one.is_warning]
    if faults:
        raise EditionRefusedError("services.unsound", faults)
    if row.edition.withdrawn_at is not None:
        raise EditionRefusedError("services.edition_withdrawn")
    if missing := lacks_of(row):
        raise CannotPublishError(missing)


@identity.action("services.offering.propose")
def propose_publication(*, actor: Actor, offering_id: UUID) -> None:
    """The first of two people says that it is ready; raises CannotPublishError, EditionRefusedError."""
    row = Offering.objects.select_for_update(of=("self",)).select_related("edition").get(id=offering_id)
    identity.must(actor, "services.offering.publish", _thing(row))
    _at_the_door(row)
    row.state, row.proposed_by, row.published_by = Offering.State.PROPOSED, actor.person_id, None
    row.save(update_fields=["state", "proposed_by", "published_by"])
    identity.record(actor, _thing(row), after={"state": "proposed"})


@identity.action("services.offering.publish")
def publish(*, actor: Actor, offering_id: UUID) -> None:
    """The second natural person publishes; the checks run again at the door.

    Raises SamePersonError, CannotPublishError, EditionRefusedError.
    """
    row = Offering.objects.select_for_update(of=("self",)).select_related("edition").get(id=offering_id)
    identity.must(actor, "services.offering.publish", _thing(row))
    if row.state == Offering.State.PUBLISHED:
        identity.record(actor, _thing(row), after={"state": "published"})
        return
    if row.state != Offering.State.PROPOSED or is_same_person(row.proposed_by, actor.person_id):
        raise SamePersonError
    _at_the_door(row)
    home = institutions.institution(row.institution_id)
    words = [*row.edition.name.values(), *row.edition.about.values(), *(home.name.values() if home else ())]
    row.state, row.published_by, row.published_at = Offering.State.PUBLISHED, actor.person_id, clock.now()
    row.search = fold(" ".join(words))
    row.save()
    identity.record(actor, _thing(row), after={"state": "published", "edition": row.edition.hash})
    tell(events.OfferingPublished(row.id, row.institution_id))


@identity.action("services.offering.withdraw")
def withdraw(*, actor: Actor, offering_id: UUID, reason: str) -> None:
    """No new cases from now on; those that run go on. Raises SettingRefusedError where no reason is given."""
    row = Offering.objects.select_for_update().get(id=offering_id)
    identity.must(actor, "services.offering.publish", _thing(row))
    if not reason.strip():
        raise SettingRefusedError("services.reason_missing")
    before = row.state
    row.state, row.proposed_by, row.published_by = Offering.State.WITHDRAWN, None, None
    row.save(update_fields=["state", "proposed_by", "published_by"])
    identity.record(actor, _thing(row), before={"state": before}, after={"state": "withdrawn", "reason": reason[:500]})
    tell(events.OfferingWithdrawn(row.id, row.institution_id))


def settings_data(row: dict[str, Any]) -> dict[str, Any]:
    """The bare values of an offering's settings, as the definition reads them."""
    return {name: entry["value"] for name, entry in row.items()}
