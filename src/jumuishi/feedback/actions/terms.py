"""How soon an institution answers: a figure with its source and date, never a constant of ours."""

from datetime import date
from uuid import UUID

from jumuishi.feedback.actions.things import SYSTEM
from jumuishi.feedback.models import Terms
from jumuishi.feedback.types import FeedbackError
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel import clock, tenancy

MOST = 365


@identity.action("feedback.terms.set")
def set_terms(
    *, actor: Actor, institution_id: UUID, days: int, further_days: int, source: str, checked_on: date
) -> None:
    """Set how many working days the answer takes, and the one after that. Raises FeedbackError."""
    thing = Thing("institution", institution_id, institution_id)
    identity.must(actor, "feedback.terms.set", thing)
    if not (1 <= days <= MOST and 1 <= further_days <= MOST):
        raise FeedbackError("feedback.need_days")
    if not source.strip():
        raise FeedbackError("feedback.need_source")
    found = {"days": days, "further_days": further_days, "source": source.strip()[:200], "checked_on": checked_on}
    with tenancy.acting_as(SYSTEM):
        before = Terms.objects.filter(institution_id=institution_id).values(*found).first()
        Terms.objects.update_or_create(
            institution_id=institution_id, defaults={**found, "set_by": actor.person_id, "set_at": clock.now()}
        )
    identity.record(actor, thing, before=before, after=found)
