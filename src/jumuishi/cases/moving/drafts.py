"""Drafts and editions: one goes on under its own; where that was withdrawn, its answers are carried over."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from jumuishi.cases.actions.things import draft_thing
from jumuishi.cases.models import Draft
from jumuishi.cases.types import DraftError
from jumuishi.definitions.moving import public as moving
from jumuishi.definitions.moving.types import Carried
from jumuishi.definitions.types import Package
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.text import t
from jumuishi.messaging import public as messaging
from jumuishi.services import public as services
from jumuishi.services.types import EditionRef, OfferingRef

REMEMBERED = timedelta(days=90)


@dataclass(frozen=True)
class Standing:
    """How a draft's edition stands: `edition` its own, `newer` the one that new applications begin under now."""

    edition: EditionRef | None
    newer: EditionRef | None

    @property
    def is_withdrawn(self) -> bool:
        """Whether it can no longer be submitted under its edition."""
        return self.edition is not None and self.edition.withdrawn is not None


def standing(draft: Draft, offering: OfferingRef) -> Standing:
    """What can become of a draft; `newer` only where somebody may begin under it today."""
    own = services.edition_by_hash(draft.edition_hash)
    is_other = offering.edition_hash != draft.edition_hash and offering.is_open
    return Standing(own, services.edition_by_hash(offering.edition_hash) if is_other else None)


@identity.action("cases.draft.carry")
def carry_over(*, actor: Actor, draft_id: UUID) -> None:
    """Go on under the edition that is offered now; what has no question there is set aside, and nothing is lost.

    Again is the same. Raises DraftError.
    """
    row = Draft.objects.select_for_update().filter(id=draft_id).first()
    if row is None:
        raise DraftError("cases.no_draft")
    identity.must(actor, "cases.draft.write", draft_thing(row))
    if row.case_id is not None:
        raise DraftError("cases.submitted_already")
    offering = services.offering(row.offering_id)
    if offering is None or not offering.is_open:
        raise DraftError("cases.not_offered")
    if offering.edition_hash == row.edition_hash:
        identity.record(actor, draft_thing(row), after={"sent_again": "carry"})
        return
    before = row.edition_hash
    old, new = (services.definition(one).package for one in (before, offering.edition_hash))
    found = moving.carry(old, new, row.answers)
    aside = {**(row.set_aside or {}), **found.aside}
    row.set_aside = {name: value for name, value in aside.items() if name not in found.kept} or None
    row.answers, row.edition_hash = dict(found.kept), offering.edition_hash
    row.look_again = pages_to_see(new, found, row.look_again)
    row.done_pages = [one for one in row.done_pages if one in found.same and one not in (row.look_again or ())]
    row.saved_at = clock.now()
    row.save(update_fields=["set_aside", "answers", "edition_hash", "done_pages", "look_again", "saved_at"])
    after = {"edition": row.edition_hash, "kept": sorted(found.kept), "aside": sorted(row.set_aside or ())}
    identity.record(actor, draft_thing(row), before={"edition": before}, after=after)


def pages_to_see(new: Package, found: Carried, before: Collection[str] | None = None) -> list[str] | None:
    """The pages that read otherwise than when they were answered, and those that still waited to be seen."""
    return [one.page for one in new.pages if one.page not in found.same or one.page in (before or ())] or None


def tell_owners(edition_hash: str) -> None:
    """By SMS whoever kept a draft under this edition lately and has proved a phone; each once."""
    edition = services.edition_by_hash(edition_hash)
    if edition is None:
        return
    for row in _recent(edition_hash):
        offering, person = services.offering(row.offering_id), identity.person(row.person_id)
        phone = row.phone or (person.phone if person else "")
        if offering is None or not phone:
            continue
        messaging.send_sms(
            institution_id=offering.institution_id, person_id=row.person_id, to=phone,
            text=t("cases.sms_draft_withdrawn", row.language, service=edition.name[row.language]), purpose="case",
            idempotency_key=f"draft_withdrawn:{row.id}:{edition_hash[:16]}",
        )  # fmt: skip


def _recent(edition_hash: str) -> Iterator[Draft]:
    since = clock.now() - REMEMBERED
    with tenancy.acting_as(tenancy.Principal.system()):
        rows = Draft.objects.filter(edition_hash=edition_hash, case_id=None, saved_at__gt=since)
        yield from rows.exclude(answers={}).iterator(chunk_size=500)
