"""What the officers of two institutions do at the pages of their systems, and calls as the gateway writes them down."""

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

from django.test import Client

from jumuishi.evidence import public as evidence
from jumuishi.exchange.models import Record
from jumuishi.exchange.types import Role
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id

HERE = "/ofisi/mifumo/"
CONTACT = {"contact_name": "Bakari", "contact_email": "bakari@maji-mfano.example"}
CLIENT, SERVICE = "TZ/COM/benki-mfano/mikopo", "TZ/GOV/maji-mfano/wateja/customers"
INSIDE = "http://10.9.8.7:8080/siri"
YAML = b"""openapi: 3.0.3
info: {title: Wateja, version: "1"}
servers: [{url: "http://10.9.8.7:8080/siri"}]
paths:
  /wateja/{namba}:
    get:
      summary: Mteja mmoja
      parameters:
        - {name: namba, in: path, required: true, schema: {type: string, pattern: "^[0-9]{8}$"}}
        - {name: lugha, in: query, required: true, schema: {type: string, enum: [sw]}}
      responses:
        "200":
          description: Mteja
          content: {application/json: {schema: {$ref: "#/components/schemas/Mteja"}}}
  /wateja:
    post:
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Mteja"}}}}
      responses: {"201": {description: Ameandikwa}}
components:
  schemas:
    Mteja:
      type: object
      required: [nida, jina]
      properties:
        nida: {type: string, pattern: "^[0-9]{20}$"}
        jina: {type: string, minLength: 3}
        alizaliwa: {type: string, format: date}
"""


def register(client: Client, code: str = "wateja", name: str = "Daftari la wateja") -> str:
    """A system by the form; its address."""
    made = client.post(HERE, {"code": code, "name": name, **CONTACT})
    assert made.status_code == 302, made.content.decode()[:3000]
    return str(made["Location"])


def offer(client: Client, home: str, code: str = "customers", title: str = "Wateja wa maji") -> str:
    """A service by the form; its address."""
    said = {"code": code, "title_sw": title, "title_en": "Water customers", "url": INSIDE, "seconds": "60"}
    made = client.post(f"{home}huduma/", {**said, "keep_days": "0", "checks_certificate": "on"})
    assert made.status_code == 302, made.content.decode()[:3000]
    return str(made["Location"])


def describe(client: Client, service: str, text: bytes = YAML) -> Any:
    file = BytesIO(text)
    file.name = "maelezo.yaml"
    return client.post(service, {"do": "describe", "file": file})


def said(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def found_at(service: str) -> str:
    return service.replace("/huduma/", "/tafuta/")


def wish(system: str, **other: Any) -> dict[str, Any]:
    today = institutions.today()
    return {
        "subsystem": system, "purpose": "hakiki-mkopo", "purpose_sw": "Kuhakiki anuani ya mkopaji",
        "legal_basis": "Mkataba", "rules": ["GET /wateja/{namba}"], "fields_wanted": "jina\nanuani", "other_rules": "",
        "from_on": today.isoformat(), "until_on": (today + timedelta(days=90)).isoformat(), **other,
    }  # fmt: skip


def call(slug: str, role: Role = Role.PROVIDER, **said: Any) -> Record:
    """One call of an institution's record, with the journal row that proves it."""
    home = institutions.institution_by_slug(slug)
    assert home is not None
    row_id = new_id()
    with tenancy.acting_as(tenancy.Principal.system()):
        entry = evidence.record(
            actor_ref={"kind": "system"}, verb="exchange.call", thing_kind="exchange_record", thing_id=row_id,
            institution_id=home.id, person_id=None, before=None, after={"path": said.get("path", "/wateja/1")},
        )  # fmt: skip
        return Record.objects.create(
            id=row_id, institution_id=home.id, journal_id=entry.journal_id, role=role,
            **{
                "message_id": f"m-{row_id}", "request_id": new_id(), "at": clock.now(), "client": CLIENT,
                "service": SERVICE, "method": "GET", "path": "/wateja/1", "status": 200, "ms": 12,
                "request_bytes": 0, "response_bytes": 90, **said,
            },
        )  # fmt: skip
