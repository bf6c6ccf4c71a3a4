"""Timed entries, one call each into an action."""

import logging
from uuid import UUID

from jumuishi.feedback.actions import clocks
from jumuishi.identity.types import Actor
from jumuishi.kernel import clock, jobs

log = logging.getLogger(__name__)


@jobs.every(60, "feedback.clock.sweep")
def sweep() -> None:
    """Turn every clock that has run out; one that fails keeps no other from turning."""
    for item_id in clocks.due_items(clock.now()):
        try:
            clocks.turn_clock(actor=Actor.system(), item_id=item_id)
        except Exception:
            log.exception("the clock of feedback %s could not be turned", item_id)


@jobs.job("feedback.clock.reckon")
def reckon_item(*, item_id: str) -> None:
    """Count one due time again."""
    clocks.reckon_anew(actor=Actor.system(), item_id=UUID(item_id))
