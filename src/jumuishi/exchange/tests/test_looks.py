"""A person's data are asked for by way of the exchange: what is kept of that, who may see it, and its proof."""

import base64
import hashlib
import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from django.db import connection, transaction

from jumuishi.evidence import public as evidence
from jumuishi.evidence.verifier import VerifierKey, verify_bundle
from jumuishi.exchange.models import Look, Record, Service
from jumuishi.exchange.public import Looks, mark_of, silent_services
from jumuishi.exchange.tests.registers import ASHA, CLIENT, JUMA, SERVICE, scene
from jumuishi.exchange.tests.test_gateway import officer
from jumuishi.kernel import tenancy

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def asked(database: Any, world: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    with (
        database.committing(world),
        tenancy.acting_as(tenancy.Principal.system()),
        scene(database, tmp_path_factory.mktemp("daftari")) as found,
    ):
        yield found


def ask(edge: str, method: str, path: str, **other: Any) -> httpx.Response:
    headers = {"X-Road-Client": CLIENT, **other.pop("headers", {})}
    return httpx.request(method, f"{edge}/r1/{SERVICE}{path}", headers=headers, trust_env=False, timeout=30, **other)


def looks_of(number: str, member: str = "") -> Looks:
    return Looks([mark_of("nin", number)], member)


def test_whoever_was_asked_about_finds_it_with_purpose_basis_and_fields(asked: SimpleNamespace) -> None:
    answer = ask(asked.edge, "POST", "/v1/identity", json={"nin": "19000101-11000-00001-10"})
    assert answer.json()["state"] == "question", answer.text
    assert ask(asked.edge, "GET", f"/v1/persons/{ASHA}").json()["full_name"] == "Asha Ramadhani Mfano"
    assert ask(asked.edge, "GET", "/v1/persons/19000101999999999999").status_code == 404
    assert ask(asked.edge, "DELETE", f"/v1/persons/{ASHA}").status_code == 500
    found = looks_of(ASHA)
    assert len(found) == 3
    refused, person, question = found[0:10]
    assert (person.asker["sw"], person.owner["en"], person.service["en"]) == (
        "Benki ya Mfano", "Example Water Authority", "People",
    )  # fmt: skip
    assert (person.purpose["en"], person.legal_basis) == ("Checking a borrower", "Sheria ya Mfano, kifungu 3")
    assert (person.agreement, person.allowed) == (asked.agreement, ("full_name", "birth_date"))
    assert {"full_name", "nin", "birth_date"} <= set(person.given)
    assert "full_name" not in question.given
    assert (refused.agreement, refused.given, refused.status) == (None, (), 500)
    assert len(looks_of(JUMA)) == 0
    assert [(one, count) for one, _, count in found.askers()] == [("TZ/COM/benki-mfano", 3)]
    assert len(looks_of(ASHA, "TZ/COM/benki-mfano")) == 3
    assert len(looks_of(ASHA, "TZ/COM/benki")) == 0


def test_no_number_is_kept_at_the_provider(asked: SimpleNamespace) -> None:
    ask(asked.edge, "GET", f"/v1/persons/{JUMA}", headers={"X-Road-UserId": "TZ19000101110110112"})
    with transaction.atomic(), connection.cursor() as cursor:
        for table, who in (("exchange_look", "true"), ("exchange_record", "role = 'provider'")):
            cursor.execute(f"SELECT t::text FROM {table} t WHERE {who}")
            kept = " ".join(row[0] for row in cursor.fetchall())
            assert kept
            assert JUMA not in kept
            assert "110110112" not in kept
        cursor.execute("SELECT convert_from(body, 'UTF8') FROM evidence_journal WHERE verb = 'exchange.request.answer'")
        assert JUMA not in " ".join(row[0] for row in cursor.fetchall())
    with transaction.atomic():
        row = Record.objects.filter(role="provider", method="GET").order_by("-at").first()
        assert row is not None
        assert row.path == "/v1/persons/*"
        look = Look.objects.get(record_id=row.id)
    assert len(look.asker) == 64


def test_the_proof_holds_without_us_and_is_about_this_person_and_nobody_else(asked: SimpleNamespace) -> None:
    ask(asked.edge, "GET", f"/v1/persons/{ASHA}")
    evidence.sequence_once()
    seen = looks_of(ASHA)[0]
    bundle = json.loads(json.dumps(looks_of(ASHA).proof(seen.record_id)))
    row = verify_bundle(bundle, [VerifierKey.parse(one) for one in evidence.verifier_keys()])
    salt = base64.b64decode(bundle["about"][0]["salt"])
    assert hashlib.sha256(salt + f"nin {ASHA}".encode()).hexdigest() in row["after"]["subjects"]
    assert hashlib.sha256(salt + f"nin {JUMA}".encode()).hexdigest() not in row["after"]["subjects"]
    assert row["after"]["purpose"] == "mkopo"
    assert looks_of(JUMA).proof(seen.record_id) is None
    assert looks_of(JUMA).one(seen.record_id) is None


def test_marks_are_the_owners_rows_and_no_other_institution_sees_one(asked: SimpleNamespace) -> None:
    for slug, name, sees in (("maji-mfano", "Bakari", True), ("benki-mfano", "Shabani", False)):
        with transaction.atomic():
            actor = officer(slug, name)
        with tenancy.acting_as(tenancy.Principal.institution(actor.workplace, actor.who)), transaction.atomic():
            assert Look.objects.exists() is sees
    with transaction.atomic():
        baraka = officer("jirani", "Baraka").who
    with tenancy.acting_as(tenancy.Principal.person(baraka)), transaction.atomic():
        assert not Look.objects.exists()


def test_a_service_that_does_not_say_whose_data_it_tells_is_named(asked: SimpleNamespace) -> None:
    assert silent_services() == []
    with transaction.atomic():
        Service.objects.filter(id=asked.service).update(subjects=[])
        found = silent_services()
        transaction.set_rollback(True)
    assert [(one.owner["en"], one.title["sw"]) for one in found] == [("Example Water Authority", "Watu")]
