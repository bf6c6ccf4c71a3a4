"""What is held about me, who looked, and my copy of it: for me and nobody else."""

import gzip
import io
import json
import os
import tracemalloc
import zipfile
from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jumuishi.cases.models import Attachment
from jumuishi.evidence.models import JournalRow
from jumuishi.identity import codes, testing
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel import files
from jumuishi.privacy import copying
from jumuishi.privacy.tests.scene import asha_with_case, neighbour, read

pytestmark = pytest.mark.database
Officer = Callable[[str, str], Actor]


def test_what_is_held_is_told_by_institution_with_purpose_law_and_time(country: dict[str, UUID]) -> None:
    asha, _, _ = asha_with_case()
    page = read(asha, "/mimi/")
    assert "Halmashauri ya Wilaya ya Mfano" in page
    assert "Kushughulikia ombi lako: Leseni ya biashara" in page
    assert "Sheria ya Leseni za Biashara" in page
    assert "Jina lako, simu yako na lugha yako" in page
    assert "To handle your application" in read(asha, "/en/mimi/")
    other = read(neighbour(), "/mimi/")
    assert "Mfano" not in other
    assert Client().get("/mimi/").status_code == 302


def test_who_looked_is_told_by_post_and_institution(
    country: dict[str, UUID], at_work: Callable[[str, str], Client]
) -> None:
    asha, _, case = asha_with_case()
    assert "Hakuna afisa aliyetazama" in read(asha, "/mimi/waliotazama/")
    at_work("mfano", "Juma").get(f"/ofisi/ombi/{case.id}/")
    page = read(asha, "/mimi/waliotazama/")
    assert "Afisa Biashara" in page
    assert "Halmashauri ya Wilaya ya Mfano" in page
    assert "Alifungua ombi lako" in page
    assert "Juma " not in page.split("Nani alitazama", 2)[-1], "the post, not the officer's name"
    assert "Hakuna afisa aliyetazama" in read(neighbour(), "/mimi/waliotazama/")


def asked(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200
    return len([one for one in seen.captured_queries if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))])


def test_a_full_page_of_looks_asks_no_more_than_one_look(country: dict[str, UUID], officer: Officer) -> None:
    asha, actor, case = asha_with_case()
    thing = Thing("case", case.id, case.institution_id, actor.person_id)
    identity.looked(officer("mfano", "Juma"), thing, "case")
    one = asked(asha, "/mimi/waliotazama/")
    for _ in range(25):
        identity.looked(officer("mfano", "Salma"), thing, "case")
    assert asked(asha, "/mimi/waliotazama/") == one
    assert "Ukurasa 1 kati ya 2" in read(asha, "/mimi/waliotazama/")
    light = gzip.compress(asha.get("/mimi/waliotazama/").content)
    assert len(light) < 8000


def test_the_copy_needs_a_fresh_code_and_holds_everything(country: dict[str, UUID]) -> None:
    asha, actor, case = asha_with_case()
    assert asha.get("/mimi/nakala/faili/")["Location"] == "/mimi/nakala/"
    kept, sent = list(codes._sender), testing.SentCodes([])
    codes.register_sender(sent)
    try:
        asha.post("/mimi/nakala/", {})
    finally:
        codes._sender[:] = kept
    (phone, code), *_ = sent.sent
    assert phone == "+255700000061"
    assert asha.post("/mimi/nakala/", {"code": "000000"}).status_code == 400
    assert asha.get("/mimi/nakala/faili/").status_code == 302
    assert asha.post("/mimi/nakala/", {"code": code}).status_code == 302
    answer = asha.get("/mimi/nakala/faili/")
    assert answer.streaming
    out = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[arg-type]
    assert out.testzip() is None
    data = json.loads(out.read("taarifa.json"))
    kinds = {row["kind"] for row in data["rows"]}
    assert {"person", "case", "draft", "journal", "message"} <= kinds
    mine = next(row for row in data["rows"] if row["kind"] == "case")
    assert mine["data"]["answers"]["full_name"] == "Asha Juma"
    assert len(mine["files"]) == 3
    assert set(mine["files"]) <= set(out.namelist())
    assert out.read(mine["files"][0]).startswith(b"%PDF")
    page = out.read("soma.html").decode()
    assert "Mgahawa wa Asha" in page
    assert JournalRow.objects.filter(verb="privacy.copy.give", person_id=actor.person_id).count() == 1
    assert case.person_id == actor.person_id


def test_a_guest_proves_a_phone_before_the_copy(country: dict[str, UUID], asha: Client, submitted: str) -> None:
    page = read(asha, "/mimi/nakala/")
    assert "thibitisha simu yako kwanza" in page
    assert asha.post("/mimi/nakala/", {"code": ""}).status_code == 200
    assert asha.get("/mimi/nakala/faili/").status_code == 302


def test_an_officer_at_work_has_no_page_of_a_person(at_work: Callable[[str, str], Client]) -> None:
    for path in ("/mimi/", "/mimi/waliotazama/", "/mimi/nakala/", "/mimi/omba/"):
        assert at_work("mfano", "Juma").get(path).status_code == 403, path


@pytest.mark.slow
def test_the_copy_is_written_in_constant_memory(country: dict[str, UUID]) -> None:
    _, actor, case = asha_with_case()
    stored = files.put((os.urandom(65_536) for _ in range(400)), 30_000_000)
    Attachment.objects.filter(case_id=case.id, field="lease").update(file_id=stored.id, size=stored.size)
    tracemalloc.start()
    try:
        sent = sum(len(piece) for piece in copying.package(actor.who, "sw"))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        files.drop(stored.id)
    assert sent > 26_000_000
    assert most < 4_000_000, most
