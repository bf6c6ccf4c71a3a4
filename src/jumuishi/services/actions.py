"""The verbs: add an edition to the catalogue; choose a service, fill its figures, propose, publish, withdraw."""

from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db.models import Max

from jumuishi.definitions import public as definitions
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock
from jumuishi.kernel.events import tell
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.text import fold
from jumuishi.services import events, rules
from jumuishi.services.editions import definition, files_of
from jumuishi.services.models import Edition, Offering
from jumuishi.services.types import CannotPublishError, Lack, SamePersonError, SettingRefusedError, SettingValue


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
    edition_id = known.id if known else new_id()
    identity.must(actor, "services.edition.add", Thing("edition", edition_id))
    if known is None:
        last = Edition.objects.filter(service=package.service).aggregate(n=Max("number"))["n"] or 0
        Edition.objects.create(
            id=edition_id,
            service=package.service,
            number=last + 1,
            hash=found.hash,
            files=files_of(folder),
            name=dict(package.name),
            about=dict(package.about),
            offered_by=list(package.offered_by),
            doors=list(package.doors),
            created_at=clock.now(),
        )
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
    package = definition(row.edition.hash).package
    if not source.strip():
        raise SettingRefusedError("services.source_missing")
    if checked_on > clock.now().date():
        raise SettingRefusedError("services.checked_in_future")
    value = SettingValue(rules.read_setting(package, name, raw), source.strip()[:200], checked_on)
    before = row.settings.get(name)
    row.settings[name] = value.to_data()
    row.state = Offering.State.PREPARING
    row.proposed_by = row.published_by = None
    row.save(update_fields=["settings", "state", "proposed_by", "published_by"])
    identity.record(actor, _thing(row), before={name: before}, after={name: value.to_data()})
    return value


def lacks_of(row: Offering) -> list[Lack]:
    """What is missing before two people may publish: figures, and role-holders here and in reviewing institutions."""
    package = definition(row.edition.hash).package
    held = institutions.role_counts(row.institution_id)
    return rules.lacks(package, row.settings, held)


@identity.action("services.offering.propose")
def propose_publication(*, actor: Actor, offering_id: UUID) -> None:
    """The first of two people says that it is ready; raises CannotPublishError with what is missing."""
    row = Offering.objects.select_for_update(of=("self",)).select_related("edition").get(id=offering_id)
    identity.must(actor, "services.offering.publish", _thing(row))
    if missing := lacks_of(row):
        raise CannotPublishError(missing)
    row.state, row.proposed_by, row.published_by = Offering.State.PROPOSED, actor.person_id, None
    row.save(update_fields=["state", "proposed_by", "published_by"])
    identity.record(actor, _thing(row), after={"state": "proposed"})


@identity.action("services.offering.publish")
def publish(*, actor: Actor, offering_id: UUID) -> None:
    """The second natural person publishes; the checks run again at the door.

    Raises SamePersonError, CannotPublishError.
    """
    row = Offering.objects.select_for_update(of=("self",)).select_related("edition").get(id=offering_id)
    identity.must(actor, "services.offering.publish", _thing(row))
    if row.state == Offering.State.PUBLISHED:
        identity.record(actor, _thing(row), after={"state": "published"})
        return
    if row.state != Offering.State.PROPOSED or row.proposed_by == actor.person_id:
        raise SamePersonError
    if missing := lacks_of(row):
        raise CannotPublishError(missing)
    home = institutions.institution(row.institution_id)
    words = [*row.edition.name.values(), *row.edition.about.values(), *(home.name.values() if home else ())]
    row.state, row.published_by, row.published_at = Offering.State.PUBLISHED, actor.person_id, clock.now()
    row.search = fold(" ".join(words))
    row.save()
    identity.record(actor, _thing(row), after={"state": "published", "edition": row.edition.hash})
    tell(events.OfferingPublished(row.id, row.institution_id))


@identity.action("services.offering.withdraw")
def withdraw(*, actor: Actor, offering_id: UUID, reason: str) -> None:
    """No new cases from now on; those that run go on."""
    row = Offering.objects.select_for_update().get(id=offering_id)
    identity.must(actor, "services.offering.publish", _thing(row))
    before = row.state
    row.state = Offering.State.WITHDRAWN
    row.save(update_fields=["state"])
    identity.record(actor, _thing(row), before={"state": before}, after={"state": "withdrawn", "reason": reason[:500]})
    tell(events.OfferingWithdrawn(row.id, row.institution_id))


def settings_data(row: dict[str, Any]) -> dict[str, Any]:
    """The bare values of an offering's settings, as the definition reads them."""
    return {name: entry["value"] for name, entry in row.items()}
