"""Erasing what an ended item holds about its sender; what is left is a kind, dates and an outcome for the counts."""

from uuid import UUID

from jumuishi.evidence import public as evidence
from jumuishi.feedback.actions.things import SYSTEM, locked
from jumuishi.feedback.models import Entry, Item
from jumuishi.feedback.types import FeedbackError, State
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel import tenancy


@identity.action("feedback.item.forget")
def forget_item(*, actor: Actor, item_id: UUID, reason: str) -> None:
    """Drop words, names, phone and who it was, with the journal's bytes. Raises FeedbackError while it is open."""
    item = locked(item_id)
    identity.must(actor, "feedback.item.forget", Thing("feedback", item.id, item.about_id, item.person_id))
    if item.state in (State.OPEN, State.ASKED):
        raise FeedbackError("feedback.kept_open")
    with tenancy.acting_as(SYSTEM):
        Entry.objects.filter(item=item).delete()
        evidence.erase_about(actor_ref=actor.reference(), thing_ids=[item.id], reason=reason)
        item.person_id, item.text, item.named, item.phone, item.case_reference = None, "", "", "", ""
        item.code_hash, item.late_reason, item.abuse_reason = "", "", ""
        item.version += 1
        item.save()
    # Its own row names nobody: it is what remains.
    identity.record(actor, Thing("feedback", item.id, item.institution_id), after={"erased": True, "reason": reason})


def items_of(person_id: UUID, institution_id: UUID) -> list[Item]:
    """What a person said about an institution, oldest first; read as the system, after the caller's policy."""
    with tenancy.acting_as(SYSTEM):
        return list(Item.objects.filter(person_id=person_id, about_id=institution_id).order_by("received_at"))
