"""What OParl 1.1 (20 June 2018) says of the objects that we give: each property with its type, and what must be there.

Written down from the specification's text, section "Die Objekte". A property that it does not know must bear a
vendor's prefix ("Erweiterbarkeit"). Types: url, text, flag, number, date, instant, urls, texts, [Name], Name.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

SCHEMA = "https://schema.oparl.org/1.1/"
COMMON = {"id": "url", "type": "url", "created": "instant", "modified": "instant", "deleted": "flag", "web": "url",
          "keyword": "texts", "license": "url"}  # fmt: skip
LISTS = ("organization", "person", "meeting", "paper", "agendaItem", "consultation", "file", "locationList",
         "legislativeTermList", "membership")  # fmt: skip
PROPERTIES: dict[str, dict[str, str]] = {
    "System": {
        "oparlVersion": "url", "otherOparlVersions": "urls", "body": "url", "name": "text", "contactEmail": "text",
        "contactName": "text", "website": "url", "vendor": "url", "product": "url",
    },
    "Body": {
        "system": "url", "shortName": "text", "name": "text", "website": "url", "licenseValidSince": "instant",
        "oparlSince": "instant", "ags": "text", "rgs": "text", "equivalent": "urls", "contactEmail": "text",
        "contactName": "text", **dict.fromkeys(LISTS, "url"), "legislativeTerm": "[LegislativeTerm]",
        "classification": "text", "location": "Location",
    },
    "Organization": {
        "body": "url", "name": "text", "membership": "urls", "meeting": "url", "consultation": "url",
        "shortName": "text", "post": "texts", "subOrganizationOf": "url", "organizationType": "text",
        "classification": "text", "startDate": "date", "endDate": "date", "website": "url", "location": "Location",
        "externalBody": "url",
    },
    "Person": {
        "body": "url", "name": "text", "familyName": "text", "givenName": "text", "formOfAddress": "text",
        "affix": "text", "title": "texts", "gender": "text", "phone": "texts", "email": "texts", "location": "url",
        "locationObject": "Location", "status": "texts", "membership": "[Membership]", "life": "text",
        "lifeSource": "text",
    },
    "Membership": {
        "person": "url", "organization": "url", "role": "text", "votingRight": "flag", "startDate": "date",
        "endDate": "date", "onBehalfOf": "url",
    },
    "Meeting": {
        "name": "text", "meetingState": "text", "cancelled": "flag", "start": "instant", "end": "instant",
        "location": "Location", "organization": "urls", "participant": "urls", "invitation": "File",
        "resultsProtocol": "File", "verbatimProtocol": "File", "auxiliaryFile": "[File]", "agendaItem": "[AgendaItem]",
    },
    "AgendaItem": {
        "meeting": "url", "number": "text", "order": "number", "name": "text", "public": "flag",
        "consultation": "url", "result": "text", "resolutionText": "text", "resolutionFile": "File",
        "auxiliaryFile": "[File]", "start": "instant", "end": "instant",
    },
    "Paper": {
        "body": "url", "name": "text", "reference": "text", "date": "date", "paperType": "text",
        "relatedPaper": "urls", "superordinatedPaper": "urls", "subordinatedPaper": "urls", "mainFile": "File",
        "auxiliaryFile": "[File]", "location": "[Location]", "originatorPerson": "urls",
        "underDirectionOf": "urls", "originatorOrganization": "urls", "consultation": "[Consultation]",
    },
    "File": {
        "name": "text", "fileName": "text", "mimeType": "text", "date": "date", "size": "number",
        "sha1Checksum": "text", "sha512Checksum": "text", "text": "text", "accessUrl": "url", "downloadUrl": "url",
        "externalServiceUrl": "url", "masterFile": "url", "derivativeFile": "urls", "fileLicense": "url",
        "meeting": "urls", "agendaItem": "urls", "paper": "urls",
    },
    "Location": {
        "description": "text", "streetAddress": "text", "room": "text", "postalCode": "text", "subLocality": "text",
        "locality": "text", "bodies": "urls", "organizations": "urls", "persons": "urls", "meetings": "urls",
        "papers": "urls",
    },
}  # fmt: skip
MUST = {
    "System": ("oparlVersion", "body"), "Body": ("name", *LISTS, "legislativeTerm"), "File": ("accessUrl",),
}  # fmt: skip
PLAIN = {"text": str, "flag": bool, "number": int}


def faults(found: Any, kind: str, place: str = "") -> Iterator[str]:
    """What is wrong with an object of a kind, and with those within it."""
    if not isinstance(found, dict):
        yield f"{place}: no object"
        return
    if found.get("type") != SCHEMA + kind:
        yield f"{place}: type {found.get('type')}"
    for name in ("id", "type", *MUST.get(kind, ())):
        if name not in found:
            yield f"{place}: {name} is missing"
    known = COMMON | PROPERTIES[kind]
    for name, value in found.items():
        if name not in known:
            if ":" not in name:
                yield f"{place}: {name} is unknown and has no vendor's prefix"
            continue
        yield from _typed(value, known[name], f"{place}/{name}")


def _typed(value: Any, wanted: str, place: str) -> Iterator[str]:
    if wanted.startswith("[") or wanted in ("urls", "texts"):
        if not isinstance(value, list):
            yield f"{place}: no list"
            return
        for n, one in enumerate(value):
            yield from _typed(one, wanted.strip("[]").removesuffix("s"), f"{place}/{n}")
    elif wanted in PROPERTIES:
        yield from faults(value, wanted, place)
    elif wanted in PLAIN:
        if type(value) is not PLAIN[wanted]:
            yield f"{place}: {value!r} is no {wanted}"
    elif not _is(value, wanted):
        yield f"{place}: {value!r} is no {wanted}"


def _is(value: Any, wanted: str) -> bool:
    if not isinstance(value, str):
        return False
    if wanted == "url":
        return bool(re.fullmatch(r"https?://\S+", value))
    try:
        if wanted == "date":
            date.fromisoformat(value)
            return True
        return datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def list_faults(found: Any, kind: str) -> Iterator[str]:
    """What is wrong with a page of a list ("Objektlisten und Paginierung")."""
    if set(found) != {"data", "pagination", "links"}:
        yield f"keys {sorted(found)}"
    for name, value in found["links"].items():
        if name not in ("first", "prev", "self", "next", "last") or not _is(value, "url"):
            yield f"link {name}: {value}"
    for name, value in found["pagination"].items():
        if name not in ("totalElements", "elementsPerPage", "currentPage", "totalPages") or type(value) is not int:
            yield f"pagination {name}: {value}"
    for one in found["data"]:
        yield from faults(one, kind)
