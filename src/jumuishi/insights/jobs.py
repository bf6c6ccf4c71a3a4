"""Figures follow what happened within a minute or so, and a new day moves every span."""

import logging
import time

from jumuishi.insights import refreshing
from jumuishi.kernel import jobs

log = logging.getLogger(__name__)
ROUND_SECONDS = 40.0


@jobs.every(60, "insights.figure.refresh")
def refresh_figures() -> None:
    """Each institution on its own, as many as fit into a round; the others stay marked for the next one."""
    if refreshing.is_old():
        refreshing.mark_all()
    until = time.monotonic() + ROUND_SECONDS
    for institution_id in refreshing.stale():
        if time.monotonic() > until:
            return
        try:
            refreshing.refresh(institution_id)
        except Exception:
            log.exception("the figures of institution %s could not be worked out", institution_id)
