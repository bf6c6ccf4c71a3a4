"""Meetings as calendars read them (RFC 5545, RFC 5546): an invitation, its change and its end under one UID; feeds.

Times carry the zone in which the body meets, with the zone's own rules in the file.
"""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vText

from jumuishi.kernel import clock
from jumuishi.meetings.models import Meeting
from jumuishi.meetings.naming import name_of

PRODUCT = "-//Jumuishi//Vikao//SW"


def _calendar(method: str, name: str = "") -> Calendar:
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("method", method)
    if name:
        made.add("x-wr-calname", name)
        made.add("refresh-interval", "PT6H", parameters={"VALUE": "DURATION"}, encode=False)
    return made


def _event(meeting: Meeting, lang: str, zone: str, link: str) -> Event:
    event, here = Event(), ZoneInfo(zone)
    event.add("uid", f"{meeting.id}@jumuishi")
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", clock.now())
    event.add("dtstart", meeting.starts_at.astimezone(here))
    event.add("dtend", meeting.ends_at.astimezone(here))
    event.add("summary", name_of(meeting, lang))
    event.add("location", meeting.place)
    event.add("status", "CANCELLED" if meeting.state == Meeting.State.CANCELLED else "CONFIRMED")
    if meeting.reason:
        event.add("comment", meeting.reason)
    if link:
        event.add("url", link)
    return event


def invitation(meeting: Meeting, *, to: str, sender: str, lang: str, zone: str, link: str) -> str:
    """One member's: METHOD is REQUEST, and CANCEL for a meeting that will not be held."""
    cancelled = meeting.state == Meeting.State.CANCELLED
    made, event = _calendar("CANCEL" if cancelled else "REQUEST"), _event(meeting, lang, zone, link)
    organizer, attendee = vCalAddress(f"mailto:{sender}"), vCalAddress(f"mailto:{to}")
    organizer.params["CN"] = vText(meeting.body.name.get(lang, ""))
    attendee.params["RSVP"] = vText("FALSE")
    event.add("organizer", organizer)
    event.add("attendee", attendee, encode=False)
    made.add_component(event)
    made.add_missing_timezones()
    return str(made.to_ical().decode())


def feed(meetings: Iterable[tuple[Meeting, str, str]], *, name: str, lang: str) -> bytes:
    """Meetings that a calendar follows, each with its zone and its page's address; cancelled ones say so."""
    made = _calendar("PUBLISH", name)
    for meeting, zone, link in meetings:
        made.add_component(_event(meeting, lang, zone, link))
    made.add_missing_timezones()
    return bytes(made.to_ical())


def stamp_of(meetings: Iterable[Meeting]) -> datetime | None:
    """The newest call among them: when a feed last changed, roughly."""
    return max((one.called_at for one in meetings if one.called_at), default=None)
