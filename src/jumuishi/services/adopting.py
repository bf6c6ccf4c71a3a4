"""How an institution goes over to a newer edition of a service it offers: its figures stay, two people decide."""

from datetime import date
from uuid import UUID

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock
from jumuishi.kernel.canonical import digest
from jumuishi.kernel.events import tell
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.text import fold
from jumuishi.services import events, queries, rules
from jumuishi.services.actions import checked_value, lacks_under, settings_data
from jumuishi.services.authoring import faults_of, is_same_person
from jumuishi.services.editions import definition
from jumuishi.services.models import Adoption, Edition, Offering
from jumuishi.services.types import CannotPublishError, EditionRefusedError, Lack, SamePersonError, SettingValue

OPEN = (Adoption.State.PREPARING, Adoption.State.PROPOSED)


def _thing(row: Offering) -> Thing:
    return Thing("offering", row.id, row.institution_id)


def current(row: Offering) -> Adoption | None:
    """The way to a newer edition that an offering is on."""
    found = Adoption.objects.filter(institution_id=row.institution_id, offering=row, state__in=OPEN)
    return found.select_related("edition").defer("edition__files").first()


def figures_of(row: Offering, adoption: Adoption) -> dict[str, dict[str, object]]:
    """The figures as they would stand under the newer edition: those kept, and those filled in for it."""
    old, new = (definition(one.hash).package for one in (row.edition, adoption.edition))
    return {**rules.kept_figures(old, new, row.settings), **adoption.settings}


def figures_under(offering_id: UUID, edition_hash: str) -> dict[str, object]:
    """The bare figures that a newer edition would go by at an institution, as far as they are there."""
    row = queries.rows_with_edition().filter(id=offering_id).first()
    if row is None:
        return {}
    if row.edition.hash == edition_hash:
        return settings_data(row.settings)
    found = current(row)
    if found is not None and found.edition.hash == edition_hash:
        return settings_data(figures_of(row, found))
    old, new = (definition(one).package for one in (row.edition.hash, edition_hash))
    return settings_data(rules.kept_figures(old, new, row.settings))


def lacks_of(row: Offering, adoption: Adoption) -> list[Lack]:
    """What is missing before two people may go over: figures that are new, holders of roles that are new."""
    return lacks_under(row.institution_id, adoption.edition.hash, figures_of(row, adoption))


def _locked(actor: Actor, offering_id: UUID, verb: str) -> tuple[Offering, Adoption]:
    row = Offering.objects.select_for_update(of=("self",)).select_related("edition").get(id=offering_id)
    identity.must(actor, verb, _thing(row))
    found = current(row)
    if found is None:
        raise EditionRefusedError("services.no_adoption")
    return row, found


@identity.action("services.adoption.begin")
def begin_adoption(*, actor: Actor, offering_id: UUID) -> UUID:
    """Set out for the newest edition; what is published goes on meanwhile. Again, it goes to what is newest then.

    Raises EditionRefusedError where there is none newer.
    """
    row = Offering.objects.select_for_update(of=("self",)).select_related("edition").get(id=offering_id)
    identity.must(actor, "services.offering.prepare", _thing(row))
    home = institutions.institution(row.institution_id)
    newer = queries.newer_edition(queries.as_ref(row), home.kind if home else "")
    if newer is None:
        raise EditionRefusedError("services.no_newer")
    found = current(row)
    if found is None or found.edition_id != newer.id:
        if found is not None:
            Adoption.objects.filter(id=found.id).update(state=Adoption.State.DROPPED)
        found = Adoption.objects.create(
            id=new_id(), institution_id=row.institution_id, offering=row, left_edition_id=row.edition_id,
            edition_id=newer.id, created_at=clock.now(),
        )  # fmt: skip
    identity.record(actor, _thing(row), after={"adopting": newer.hash, "from": row.edition.hash})
    return found.id


@identity.action("services.adoption.set")
def fill_new_figure(
    *, actor: Actor, offering_id: UUID, name: str, raw: str, source: str, checked_on: date
) -> SettingValue:
    """A figure of the newer edition with its source; what is published is not touched. Raises SettingRefusedError."""
    row, found = _locked(actor, offering_id, "services.offering.prepare")
    value = checked_value(definition(found.edition.hash).package, name, raw, source, checked_on)
    before = found.settings.get(name)
    found.settings[name] = value.to_data()
    found.state, found.proposed_by = Adoption.State.PREPARING, None
    found.save(update_fields=["settings", "state", "proposed_by"])
    identity.record(
        actor, _thing(row), before={name: before}, after={name: value.to_data(), "edition": found.edition.hash}
    )
    return value


@identity.action("services.adoption.propose")
def propose_adoption(*, actor: Actor, offering_id: UUID) -> None:
    """The first of two people; raises CannotPublishError with what is missing, EditionRefusedError."""
    row, found = _locked(actor, offering_id, "services.offering.publish")
    _at_the_door(row, found)
    found.state, found.proposed_by = Adoption.State.PROPOSED, actor.person_id
    found.save(update_fields=["state", "proposed_by"])
    identity.record(actor, _thing(row), after={"adoption": "proposed", "edition": found.edition.hash})


def _at_the_door(row: Offering, found: Adoption) -> None:
    """The whole check of the stored files, then what else must be there; raises what propose and adopt raise."""
    files = Edition.objects.get(id=found.edition_id).files
    faults = [one for one in faults_of(files) if not one.is_warning]
    if faults:
        raise EditionRefusedError("services.unsound", faults)
    if found.edition.withdrawn_at is not None:
        raise EditionRefusedError("services.edition_withdrawn")
    if missing := lacks_of(row, found):
        raise CannotPublishError(missing)


def seen_of(row: Offering, adoption: Adoption) -> str:
    """What the second person answers for: the edition, and every figure with its source."""
    return digest([adoption.edition.hash, figures_of(row, adoption)])[:16]


def _done_before(actor: Actor, offering_id: UUID, verb: str, state: str) -> bool:
    """Whether the last way to a newer edition came to this already, by this person where somebody answers for it."""
    row = Offering.objects.select_for_update(of=("self",)).get(id=offering_id)
    identity.must(actor, verb, _thing(row))
    last = Adoption.objects.filter(institution_id=row.institution_id, offering=row).order_by("-created_at").first()
    is_done = last is not None and last.state == state and last.adopted_by in (None, actor.person_id)
    if is_done:
        identity.record(actor, _thing(row), after={"sent_again": f"adoption {state}"})
    return is_done


@identity.action("services.adoption.drop")
def drop_adoption(*, actor: Actor, offering_id: UUID) -> None:
    """Stay with the edition that runs; figures filled in for the newer one are kept in the journal only.

    Again is the same. Raises EditionRefusedError.
    """
    if _done_before(actor, offering_id, "services.offering.prepare", Adoption.State.DROPPED):
        return
    row, found = _locked(actor, offering_id, "services.offering.prepare")
    Adoption.objects.filter(id=found.id).update(state=Adoption.State.DROPPED)
    identity.record(actor, _thing(row), before={"figures": found.settings}, after={"adoption": "dropped"})


@identity.action("services.adoption.adopt")
def adopt(*, actor: Actor, offering_id: UUID, seen: str | None = None) -> None:
    """The second natural person: new applications begin under the newer edition; drafts and cases stay with theirs.

    `seen` is what seen_of said when that person read it. Again is the same. Raises SamePersonError,
    CannotPublishError, EditionRefusedError.
    """
    if _done_before(actor, offering_id, "services.offering.publish", Adoption.State.ADOPTED):
        return
    row, found = _locked(actor, offering_id, "services.offering.publish")
    if seen is not None and seen != seen_of(row, found):
        raise EditionRefusedError("services.adoption_changed")
    if found.state != Adoption.State.PROPOSED or is_same_person(found.proposed_by, actor.person_id):
        raise SamePersonError
    _at_the_door(row, found)
    now, left = clock.now(), row.edition.hash
    found.left_settings = row.settings
    row.settings, row.edition = figures_of(row, found), found.edition
    home = institutions.institution(row.institution_id)
    if row.state == Offering.State.PUBLISHED:
        row.proposed_by, row.published_by, row.published_at = found.proposed_by, actor.person_id, now
        words = [*row.edition.name.values(), *row.edition.about.values(), *(home.name.values() if home else ())]
        row.search = fold(" ".join(words))
    row.save()
    found.state, found.adopted_by, found.adopted_at = Adoption.State.ADOPTED, actor.person_id, now
    found.save(update_fields=["state", "adopted_by", "adopted_at", "left_settings"])
    identity.record(
        actor, _thing(row), before={"edition": left}, after={"edition": row.edition.hash, "settings": row.settings}
    )
    tell(events.OfferingPublished(row.id, row.institution_id))
