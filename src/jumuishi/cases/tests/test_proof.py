"""What Asha carries home proves itself: her receipt and her letter, checked on a machine that knows nothing of us."""

import base64
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client

from jumuishi.cases.tests.conftest import begin, fill
from jumuishi.evidence import public as evidence

pytestmark = pytest.mark.slow

LETTER: dict[str, dict[str, Any]] = {
    "person": {"full_name": "Asha Juma", "has_nin": "yes", "nin": "19000101000000000001"},
    "home": {"place__text": "Sekei", "place": "", "street": "Naurei", "address_number": "", "lived_years": "7"},
    "letter": {"office": "ward", "purpose": "bank", "recipient": "Meneja, Benki ya Mfano"},
}


@pytest.fixture
def db(committed_db: None, tmp_path: Path) -> Iterator[None]:
    """Each request commits, as in life: the log is written between them."""
    before, settings.EVIDENCE_MIRROR_DIR = settings.EVIDENCE_MIRROR_DIR, tmp_path / "mirror"
    yield
    settings.EVIDENCE_MIRROR_DIR = before


@pytest.fixture
def country(world: Any, db: None) -> dict[str, UUID]:
    """The demonstration country, committed."""
    return {}


def elsewhere(*words: str) -> subprocess.CompletedProcess[str]:
    """The command in a shell that has no installation, no database and no home."""
    return subprocess.run(
        [sys.executable, "-c", "from jumuishi.project.cli import main; main()", *words],
        env={"PATH": os.environ["PATH"], "HOME": "/nowhere", "PYTHONPATH": os.pathsep.join(sys.path)},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )


def act(client: Client, case: UUID, choice: str, **fields: str) -> None:
    html = client.get(f"/ofisi/ombi/{case}/").content.decode()
    task, version = re.search(r'name="task" value="([^"]+)"', html), re.search(r'name="version" value="(\d+)"', html)
    assert task, html
    assert version
    sent = {"task": task[1], "version": version[1], "act": choice, "text": "", "sure": "1", **fields}
    assert client.post(f"/ofisi/ombi/{case}/tenda/", sent).status_code == 302


def test_a_receipt_and_a_document_without_us(
    country: dict[str, UUID],
    asha: Client,
    at_work: Callable[[str, str], Client],
    run_jobs: Callable[[], int],
    tmp_path: Path,
) -> None:
    draft = begin(asha, "/huduma/mfano/introduction-letter/")
    fill(asha, draft, LETTER)
    home = str(asha.post(f"{draft}hakiki/", {"phone": "0700 000 001"})["Location"]).replace("imepokelewa/", "")
    case = UUID(home.rstrip("/").rsplit("/", 1)[-1])

    def fetch(name: str, path: str) -> str:
        answer = asha.get(path)
        assert answer.status_code == 200, path
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[arg-type]
        (tmp_path / name).write_bytes(body)
        return str(tmp_path / name)

    keys = fetch("keys.json", "/keys.json")
    promise = fetch("promise.json", f"{home}stakabadhi/")
    told = elsewhere("evidence", "verify", promise, "--keys", keys)
    assert (told.returncode, told.stdout[:9]) == (0, "promised:"), told.stderr
    evidence.sequence_once()
    receipt = fetch("receipt.json", f"{home}stakabadhi/")
    told = elsewhere("evidence", "verify", receipt, "--keys", keys)
    assert told.returncode == 0, told.stdout + told.stderr
    row = json.loads(told.stdout.partition(":")[2])
    assert (row["verb"], row["thing"]["id"]) == ("cases.case.submit", str(case))
    assert json.loads(Path(promise).read_text())["commitment"]
    # The outsider has no receipt of hers, and another installation's keys prove nothing.
    assert Client().get(f"{home}stakabadhi/").status_code in (302, 404)
    false = json.loads(Path(receipt).read_text())
    row = base64.b64decode(false["row"]).replace(b"cases.case.submit", b"cases.case.refuse")
    false["row"] = base64.b64encode(row).decode()
    (tmp_path / "false.json").write_text(json.dumps(false))
    assert elsewhere("evidence", "verify", str(tmp_path / "false.json"), "--keys", keys).returncode == 1

    with transaction.atomic():
        faraja, upendo = at_work("mfano", "Faraja"), at_work("mfano", "Upendo")
    act(faraja, case, "confirm", known_by="register")
    act(upendo, case, "approve")
    with transaction.atomic():
        run_jobs()
    link = re.search(r'href="([^"]+/hati/[^"]+)"', asha.get(home).content.decode())
    assert link
    pdf, keys, revoked = (
        fetch("a.pdf", link[1]),
        fetch("keys.json", "/keys.json"),
        fetch("revoked.json", "/revoked.json"),
    )
    told = elsewhere("verify", pdf, "--keys", keys, "--revoked", revoked, "--format", "json")
    found = json.loads(told.stdout)
    assert (told.returncode, found["result"], found["issuer"]["sw"]) == (0, "genuine", "Halmashauri ya Wilaya ya Mfano")
    assert found["document"]["claims"]["holder"] == "Asha Juma"
