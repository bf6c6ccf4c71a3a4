"""The identity register behind the exchange: its process, its owner, and a bank's system that may ask it."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.db import transaction

from jumuishi.exchange import agreeing, registering
from jumuishi.exchange.describing import describe_service
from jumuishi.exchange.tests import running
from jumuishi.exchange.tests.test_gateway import CONTACT, officer
from jumuishi.exchange.types import Terms
from jumuishi.institutions import public as institutions

CHECKOUT = Path(__file__).resolve().parents[4]
CLIENT, SERVICE = "TZ/COM/benki-mfano/mikopo", "TZ/GOV/maji-mfano/daftari/persons"
ASHA, JUMA = "19000101110000000110", "19000101110070000213"
SUBJECTS = "POST /v1/identity body:/nin nin\n* /v1/persons/{nin} path:nin nin"


@contextmanager
def register(name: str, folder: Path) -> Iterator[str]:
    """A register as a process; its address."""
    command = [sys.executable, "-m", "registers", name, "--port", "0", "--data", str(folder)]
    process = subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    found = re.search(r"http://\S+", process.stdout.readline())
    assert found is not None
    try:
        yield found[0].rstrip("/")
    finally:
        process.terminate()
        process.wait(5)


def agreed(url: str, subjects: str = SUBJECTS, **terms: Any) -> SimpleNamespace:
    """The water authority keeps the register here, and the bank may ask it; no agreement where `terms` has none."""
    bakari, shabani, today = officer("maji-mfano", "Bakari"), officer("benki-mfano", "Shabani"), institutions.today()
    home = registering.register_subsystem(actor=bakari, code="daftari", name="Daftari", **CONTACT)
    service = registering.register_service(
        actor=bakari, subsystem_id=home, code="persons", title={"sw": "Watu", "en": "People"}, url=url
    )
    describe_service(
        actor=bakari, service_id=service, text=(CHECKOUT / "registers/openapi/national-id.yaml").read_bytes()
    )
    registering.say_subjects(actor=bakari, service_id=service, text=subjects)
    bank = registering.register_subsystem(actor=shabani, code="mikopo", name="Mikopo", **CONTACT)
    registering.add_network(actor=shabani, subsystem_id=bank, network="127.0.0.1/32")
    given = {
        "purpose": "mkopo", "purpose_words": {"sw": "Kuhakiki mkopaji", "en": "Checking a borrower"},
        "legal_basis": "Sheria ya Mfano, kifungu 3", "fields": ["full_name", "birth_date"],
        "rules": [{"method": "GET", "path": "/v1/persons/*"}, {"method": "POST", "path": "/v1/identity"}],
        "from_on": today, "until_on": today + timedelta(days=30), **terms,
    }  # fmt: skip
    asked = agreeing.ask(actor=shabani, subsystem_id=bank, service_id=service, terms=Terms(**given))
    agreeing.approve(actor=officer("maji-mfano", "Aisha"), agreement_id=asked)
    return SimpleNamespace(service=service, bank=bank, agreement=asked)


@contextmanager
def scene(database: Any, folder: Path) -> Iterator[SimpleNamespace]:
    """All of it with a gateway, committed; `edge` is where the bank's system asks."""
    with register("national-id", folder) as url:
        with transaction.atomic():
            found = agreed(url)
        with running.gateway(database.app) as gateway:
            yield SimpleNamespace(**vars(found), edge=gateway.edge, gateway=gateway, url=url)
