"""Timed entries of the gallery, one call each."""

import logging

from django.db import transaction

from jumuishi.identity.types import Actor
from jumuishi.kernel import jobs
from jumuishi.meetings.gallery import following, searching

log = logging.getLogger(__name__)
MOST = 50


@jobs.every(120, "meetings.gallery.keep")
def keep() -> None:
    """Read the words of meetings that moved on, and tell who follows them; one that fails keeps no other waiting."""
    for meeting in searching.unread()[:MOST]:
        try:
            with transaction.atomic():
                searching.index(meeting)
            following.tell_followers(actor=Actor.system(), meeting_id=meeting.id)
        except Exception:
            log.exception("the gallery of meeting %s could not be kept", meeting.id)
