"""Our rows as OParl objects: each with its own address as `id`; what we do not know is left out."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.timezone import localtime

from jumuishi.institutions.types import InstitutionRef
from jumuishi.meetings.models import Body, Event, Item, Meeting, Member, MinutesEdition
from jumuishi.meetings.naming import name_of

SCHEMA = "https://schema.oparl.org/1.1/"
# OParl recommends these three words for where a meeting stands.
STATES: dict[str, str] = {
    Meeting.State.CALLED: "eingeladen",
    Meeting.State.OPEN: "eingeladen",
    Meeting.State.ADJOURNED: "eingeladen",
    Meeting.State.ENDED: "durchgeführt",
    Meeting.State.CANCELLED: "terminiert",
}
OUTCOMES = {"done", "noted", "decided", "deferred", "withdrawn"}
Object = dict[str, Any]
# What a list of a body is called in OParl, and in our addresses.
LISTS = {
    "organization": "organization", "person": "person", "meeting": "meeting", "paper": "paper",
    "agendaItem": "agendaItem", "consultation": "consultation", "file": "file", "locationList": "location",
    "legislativeTermList": "legislativeTerm", "membership": "membership",
}  # fmt: skip


def address(*parts: object) -> str:
    """An object's address, which is its id."""
    return "/".join([settings.PUBLIC_URL.rstrip("/"), "vikao/oparl", *(str(one) for one in parts)]) + "/"


def _object(kind: str, key: object, created: datetime | None = None, modified: datetime | None = None) -> Object:
    made: Object = {"id": address(kind[0].lower() + kind[1:], key), "type": SCHEMA + kind}
    if created is not None:
        made["created"] = localtime(created).isoformat(timespec="seconds")
        made["modified"] = localtime(modified or created).isoformat(timespec="seconds")
    return made


def system(name: str) -> Object:
    """The point of entry."""
    return {
        "id": address(), "type": f"{SCHEMA}System", "oparlVersion": SCHEMA, "name": name, "body": address("body"),
        "website": settings.PUBLIC_URL.rstrip("/") + "/vikao/",
    }  # fmt: skip


def body(home: InstitutionRef) -> Object:
    """An institution that has public bodies."""
    made = _object("Body", home.id)
    lists = {name: address("body", home.id, kind) for name, kind in LISTS.items()}
    return {
        **made, "system": address(), "name": home.name["sw"], "shortName": home.slug, **lists, "legislativeTerm": [],
    }  # fmt: skip


def organization(one: Body, members: Iterable[UUID]) -> Object:
    """A public body of an institution."""
    made = _object("Organization", one.id, one.made_at, one.ended_at)
    made |= {
        "body": address("body", one.institution_id), "name": one.name.get("sw", ""), "classification": one.what,
        "organizationType": "Gremium", "membership": [address("membership", key) for key in members],
        "meeting": address("organization", one.id, "meeting"), "startDate": _day(one.made_at),
    }  # fmt: skip
    if one.parent_id:
        made["subOrganizationOf"] = address("organization", one.parent_id)
    if one.ended_at:
        made["endDate"] = _day(one.ended_at)
    return made


def _day(at: datetime) -> str:
    return localtime(at).date().isoformat()


def person(one: Member, voters: Iterable[str]) -> Object:
    """Who fills a seat; how one is reached is nobody's business here."""
    return {
        **_object("Person", one.id), "body": address("body", one.institution_id), "name": one.name,
        "membership": [membership(one, voters, alone=False)],
    }  # fmt: skip


def membership(one: Member, voters: Iterable[str], *, alone: bool = True) -> Object:
    """The seat; `alone`: not within its person."""
    made = {
        **_object("Membership", one.id), "organization": address("organization", one.body_id), "role": one.role,
        "votingRight": one.role in voters, "startDate": one.from_on.isoformat(),
    }  # fmt: skip
    if one.until_on:
        made["endDate"] = one.until_on.isoformat()
    if alone:
        made["person"] = address("person", one.id)
    return made


def meeting(
    one: Meeting, items: Iterable[Object], present: Iterable[str], edition: MinutesEdition | None, number: str
) -> Object:
    """A public meeting with its open items; who was there, and the confirmed minutes, once they are."""
    made = _object("Meeting", one.id, one.made_at, one.called_at)
    made |= {
        "name": name_of(one, "sw"),
        "meetingState": STATES[one.state],
        "cancelled": one.state == Meeting.State.CANCELLED,
        "organization": [address("organization", one.body_id)],
        "start": localtime(one.starts_at).isoformat(timespec="seconds"),
        "end": localtime(one.ends_at).isoformat(timespec="seconds"),
        "location": {**_object("Location", one.id), "description": one.place},
        "agendaItem": list(items),
    }
    here = [address("person", key) for key in present]
    if here:
        made["participant"] = here
    if edition is not None and number:
        made["resultsProtocol"] = file(edition, number, alone=False)
    return made


def agenda_item(one: Item, events: Iterable[Event], *, alone: bool = True) -> Object:
    """An open item with what was decided and how it was voted, from events of open sessions."""
    made = {**_object("AgendaItem", one.id), "number": one.number, "name": one.title.get("sw", ""), "public": True,
            "order": one.position}  # fmt: skip
    if alone:
        made["meeting"] = address("meeting", one.meeting_id)
    if one.outcome in OUTCOMES:
        made["result"] = one.outcome
    mine = [each for each in events if each.body.get("item") == str(one.id)]
    texts = [str(each.body.get("text", "")) for each in mine if each.kind == "decision.made"]
    if texts:
        made["resolutionText"] = "\n".join(texts)
    opened = {each.body.get("vote") for each in mine if each.kind == "vote.opened"}
    votes = [vote(each.body) for each in events if each.kind == "vote.ended" and each.body.get("vote") in opened]
    if votes:
        made["tz:votes"] = votes
    return made


def vote(said: Mapping[str, Any]) -> Object:
    """A division in the words of Popolo's vote event: its counts, result, rule, and who voted how."""
    return {
        "id": said.get("vote"), "result": said.get("result"), "rule": said.get("rule", {}),
        "quorum": said.get("quorum", {}), "needed": said.get("needed"),
        "counts": [{"option": one, "value": said.get(one, 0)} for one in ("for", "against", "abstain")],
        "votes": [
            {"voter": address("person", one.get("member")), "option": one.get("choice")}
            for one in said.get("roll") or []
        ],
    }  # fmt: skip


def paper(edition: MinutesEdition, number: str) -> Object:
    """Confirmed minutes as a paper."""
    one = edition.meeting
    return {
        **_object("Paper", edition.id, edition.made_at), "body": address("body", edition.institution_id),
        "name": f"Muhtasari: {one.body.name.get('sw', '')}, {one.number}", "reference": number,
        "date": _day(edition.made_at), "paperType": "Muhtasari", "mainFile": file(edition, number, alone=False),
        "originatorOrganization": [address("organization", one.body_id)],
    }  # fmt: skip


def file(edition: MinutesEdition, number: str, *, alone: bool = True) -> Object:
    """The signed document of the public edition."""
    link = f"{settings.PUBLIC_URL.rstrip('/')}/vikao/muhtasari/{edition.meeting_id}/faili/pdf/"
    made = {
        **_object("File", edition.id, edition.made_at), "name": f"Muhtasari {number}", "mimeType": "application/pdf",
        "date": _day(edition.made_at), "accessUrl": link, "downloadUrl": link,
    }  # fmt: skip
    if alone:
        made["paper"] = [address("paper", edition.id)]
    return made
