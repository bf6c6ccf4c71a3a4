"""A bank's program verifies by its institution's key, says what for, learns what is printed; the holder sees it."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from jumuishi.cases.tests.test_document_revoked import licence, words
from jumuishi.documents import public as documents
from jumuishi.documents.types import Issued
from jumuishi.identity import clients
from jumuishi.identity.models import ApiKey
from jumuishi.identity.types import Actor, KeyRefusedError, NotAllowedError
from jumuishi.institutions.models import Institution
from jumuishi.kernel import clock

pytestmark = pytest.mark.slow
__all__ = ["licence"]

AtWork = Callable[[str, str], Client]
Officer = Callable[[str, str], Actor]
PAGE = "/ofisi/funguo-api/"


def ask(secret: str, *asked: dict[str, str], purpose: str = "Mkopo wa biashara") -> Any:
    header = {"authorization": f"Bearer {secret}"} if secret else {}
    data = json.dumps({"purpose": purpose, "documents": list(asked)})
    return Client().post("/api/v1/verifications", data, content_type="application/json", headers=header)


@pytest.fixture
def key(country: Any, officer: Officer) -> str:
    return clients.issue_key(actor=officer("benki-mfano", "Shabani"), name="Mikopo").secret


def test_many_at_once_no_more_than_is_printed_and_the_holder_sees_who_and_why(
    licence: Issued, submitted: str, asha: Client, key: str
) -> None:
    answer = ask(
        key,
        {"ref": "a", "number": licence.number, "detail": "Asha"},
        {"ref": "b", "number": licence.number, "detail": "Baraka"},
        {"ref": "c", "text": licence.payload},
        {"ref": "d", "text": "JM1:XX"},
    )
    assert answer.status_code == 200, answer.content
    found = {one["ref"]: one for one in answer.json()["items"]}
    assert [found[ref]["result"] for ref in "abcd"] == ["genuine", "not_found", "genuine", "altered"]
    printed = {"result", "says", "by", "checked_at", "number", "title", "issuer", "claims", "issued_on", "ref"}
    assert set(found["a"]) <= printed | {"valid_until"}
    assert "number" not in found["b"]
    mine = words(asha.get(submitted))
    assert "Mfumo ulihakiki hati yako (Mkopo wa biashara), Benki ya Mfano" in mine
    documents.suspend(actor=Actor.system(), number=licence.number, reason="Ukaguzi")
    assert ask(key, {"text": licence.payload}).json()["items"][0]["result"] == "suspended"


def test_without_a_key_that_counts_or_a_purpose_nothing_is_told(licence: Issued, key: str, officer: Officer) -> None:
    good = {"number": licence.number, "detail": "Asha"}
    shabani = officer("benki-mfano", "Shabani")
    row = ApiKey.objects.get()
    assert (key not in str(row.__dict__), row.key_hash != key, key.endswith(row.hint)) == (True, True, True)
    for wrong in ("", "jmk_", key[:-1], key + "x", key.upper()):
        assert ask(wrong, good).status_code == 401, wrong
    assert [ask(key, good, purpose=said).status_code for said in ("", "     ", "x")] == [422, 422, 422]
    assert ask(key).status_code == 422
    assert ask(key, *[good] * 101).status_code == 422
    # The key opens this door and no other.
    for path in ("/api/v1/cases", "/api/v1/drafts"):
        assert Client().get(path, headers={"authorization": f"Bearer {key}"}).status_code == 401
    Institution.objects.filter(id=shabani.institution_id).update(state=Institution.State.SUSPENDED)
    assert ask(key, good).status_code == 403
    Institution.objects.filter(id=shabani.institution_id).update(state=Institution.State.APPROVED)
    clients.revoke_key(actor=shabani, key_id=row.id)
    assert ask(key, good).status_code == 401


def test_a_changed_key_leaves_a_day_to_put_the_new_one_in(
    licence: Issued, key: str, officer: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    shabani = officer("benki-mfano", "Shabani")
    old = ApiKey.objects.get()
    new = clients.rotate_key(actor=shabani, key_id=old.id)
    asked = {"text": licence.payload}
    assert [ask(one, asked).status_code for one in (key, new.secret)] == [200, 200]
    with pytest.raises(KeyRefusedError):
        clients.rotate_key(actor=shabani, key_id=old.id)
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(hours=25))
    assert [ask(one, asked).status_code for one in (key, new.secret)] == [401, 200]


def test_a_program_is_bounded_by_the_minute(licence: Issued, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.IDENTITY_LIMITS, "client.minute", (3, 60))
    asked = {"text": licence.payload}
    assert ask(key, asked, asked, asked).status_code == 200
    full = ask(key, asked)
    assert (full.status_code, full["Retry-After"]) == (429, "60")


def test_its_ict_officer_makes_changes_and_ends_keys_and_nobody_else(
    country: Any, at_work: AtWork, officer: Officer
) -> None:
    shabani = at_work("benki-mfano", "Shabani")
    assert "Hakuna ufunguo bado." in words(shabani.get(PAGE))
    assert "Andika jina la mfumo" in words(shabani.post(PAGE, {"do": "issue", "name": " "}))
    made = shabani.post(PAGE, {"do": "issue", "name": "Daftari la benki"})
    secret = re.findall(r"jmk_[\w-]+", made.content.decode())
    assert (made.status_code, len(secret), made["Cache-Control"]) == (200, 1, "no-store")
    assert "jmk_" not in shabani.get(PAGE).content.decode()
    again = shabani.post(PAGE, {"do": "issue", "name": "daftari la BENKI"})
    assert (again.status_code, "Mfumo huu una ufunguo tayari" in words(again)) == (422, True)
    row = ApiKey.objects.get()
    juma, neema, baraka = at_work("mfano", "Juma"), at_work("mfano", "Neema"), at_work("jirani", "Baraka")
    for outsider in (juma, baraka):
        assert [outsider.get(PAGE).status_code, outsider.post(PAGE, {"do": "issue", "name": "x"}).status_code] == [
            403,
            403,
        ]
    # Another institution's head keeps her own keys and never sees or ends these.
    assert "Daftari la benki" not in words(neema.get(PAGE))
    assert neema.post(PAGE, {"do": "revoke", "key": str(row.id)}).status_code == 422
    assert ApiKey.objects.get().ends_at is None
    with pytest.raises(NotAllowedError):
        clients.issue_key(actor=officer("mfano", "Juma"), name="x")
    assert Client().get(PAGE).status_code == 302
    assert "jmk_" in shabani.post(PAGE, {"do": "rotate", "key": str(row.id)}).content.decode()
    assert "unaisha" in words(shabani.get(PAGE))
    assert shabani.post(PAGE, {"do": "revoke", "key": str(row.id)}).status_code == 302
