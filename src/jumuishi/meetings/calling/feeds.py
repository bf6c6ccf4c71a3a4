"""Calendars to follow: a person's own behind a secret address that can be taken back, a public body's for everybody."""

import secrets
from datetime import timedelta
from uuid import UUID

from django.db.models import QuerySet

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock
from jumuishi.kernel.seal import mark
from jumuishi.kernel.text import t
from jumuishi.meetings import naming
from jumuishi.meetings.calling import calendars, queries
from jumuishi.meetings.calling.models import Feed
from jumuishi.meetings.calling.platform import as_system
from jumuishi.meetings.models import Body, Meeting

_PURPOSE = "meetings.feed"
MOST, BACK = 300, timedelta(days=400)


def _mark(token: str) -> str:
    return mark(token.encode(), _PURPOSE)


@identity.action("meetings.feed.make")
def make_feed(*, actor: Actor) -> str:
    """A new secret address, told this once; the one before ends with it."""
    token, who = secrets.token_urlsafe(24), actor.who
    with as_system():
        Feed.objects.filter(person_id=who, ended_at=None).update(ended_at=clock.now())
        made = Feed.objects.create(person_id=who, mark=_mark(token), made_at=clock.now())
    identity.record(actor, Thing("meeting_feed", made.id, None, who), after={"made": made.made_at})
    return token


@identity.action("meetings.feed.end")
def end_feed(*, actor: Actor) -> None:
    """The address answers nothing any more."""
    with as_system():
        rows = Feed.objects.filter(person_id=actor.who, ended_at=None)
        ended = list(rows.values_list("id", flat=True))
        rows.update(ended_at=clock.now())
    thing = Thing("meeting_feed", ended[0] if ended else actor.who, None, actor.who)
    identity.record(actor, thing, after={"ended": ended})


def has_feed(person_id: UUID) -> bool:
    """Whether a person's own calendar is followed by an address that stands."""
    with as_system():
        return Feed.objects.filter(person_id=person_id, ended_at=None).exists()


def own(token: str, lang: str) -> bytes | None:
    """The calendar behind a secret address; None where there is none, or it was taken back."""
    with as_system():
        found = Feed.objects.filter(mark=_mark(token), ended_at=None).first()
        if found is None:
            return None
        seats = queries.seats_of(found.person_id, institutions.today())
        rows = Meeting.objects.filter(body__in={one.body_id for one in seats}).exclude(called_at=None)
        return _written(rows, lang, t("meetings.call_feed_name", lang), "/mimi/vikao/{}/")


def of_body(body_id: UUID, lang: str) -> bytes | None:
    """The open meetings of a public body that were called; None for a body that has no public."""
    with as_system():
        body = Body.objects.filter(id=body_id, is_public=True).first()
        if body is None:
            return None
        rows = Meeting.objects.filter(institution_id=body.institution_id, body=body, is_public=True)
        return _written(rows.exclude(called_at=None), lang, naming.body_name(body, lang), "")


def _written(rows: QuerySet[Meeting], lang: str, name: str, page: str) -> bytes:
    found = rows.filter(starts_at__gte=clock.now() - BACK).select_related("body").order_by("-starts_at")[:MOST]
    zones: dict[UUID, str] = {}
    entries = []
    for one in found:
        if one.institution_id not in zones:
            zones[one.institution_id] = institutions.working_time(one.institution_id).zone
        link = identity.link_to(page.format(one.id), lang) if page else ""
        entries.append((one, zones[one.institution_id], link))
    return calendars.feed(entries, name=name, lang=lang)
