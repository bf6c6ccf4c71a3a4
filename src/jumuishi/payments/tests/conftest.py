"""The cast, an approved institution, keys of the wire, and bills."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.test import override_settings

from jumuishi.identity.types import Actor, ActorKind
from jumuishi.institutions.models import Institution
from jumuishi.kernel import clock
from jumuishi.kernel.ids import new_id
from jumuishi.payments import public
from jumuishi.payments.gateways import gepg_inbound, gepg_keys
from jumuishi.payments.gateways import gepg_messages as messages
from jumuishi.payments.gateways import gepg_wire as wire
from jumuishi.payments.types import Bill, BillLine

ZONE = "Africa/Dar_es_Salaam"
LINES = [BillLine("licence", "Ada ya leseni", 60000), BillLine("form", "Fomu", 40000)]


@dataclass
class Cast:
    council: UUID = field(default_factory=new_id)
    other_council: UUID = field(default_factory=new_id)
    asha: Actor = field(default_factory=lambda: Actor.person(new_id(), "Asha"))

    def officer(self, *roles: str, institution: UUID | None = None) -> Actor:
        return Actor(ActorKind.OFFICER, new_id(), institution or self.council, frozenset(roles))

    @property
    def neema(self) -> Actor:
        return self.officer("director")

    @property
    def juma(self) -> Actor:
        return self.officer("accountant")

    @property
    def baraka(self) -> Actor:
        return self.officer("accountant", institution=self.other_council)


@pytest.fixture
def cast() -> Cast:
    """Needs a database: both councils are approved."""
    people = Cast()
    with transaction.atomic():
        for slug, institution in (("mfano", people.council), ("jirani", people.other_council)):
            Institution.objects.create(
                id=institution,
                kind="council",
                slug=f"{slug}-{institution.hex[-6:]}",
                name={"sw": slug, "en": slug},
                folded=slug,
                state="approved",
                first_by=new_id(),
                second_by=new_id(),
                asked_at=clock.now(),
            )
    return people


@pytest.fixture(scope="session")
def key_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gepg-keys")
    gepg_keys.make_missing(folder)
    return folder


@pytest.fixture
def wired(key_folder: Path) -> Iterator[Path]:
    with override_settings(
        JUMUISHI_GEPG_KEYS=key_folder,
        JUMUISHI_GEPG_URL="",
        DEMONSTRATION=False,
        JUMUISHI_GEPG_ACCOUNT="SP999,1001,TMADEUP001,140101",
    ):
        yield key_folder


@pytest.fixture
def bill_for(cast: Cast) -> Callable[..., Bill]:
    def make(case_id: UUID | None = None, *, actor: Actor | None = None, key: str = "fees", **more: Any) -> Bill:
        wanted = {
            "actor": actor or Actor.system(),
            "institution_id": cast.council,
            "person_id": cast.asha.person_id,
            "case_id": case_id or new_id(),
            "lines": LINES,
            "expires_at": datetime.now(UTC) + timedelta(days=7),
            "payer_name": "Asha Juma",
            "phone": "+255700000001",
            "idempotency_key": key,
        }
        return public.issue_bill(**{**wanted, **more})

    return make


@dataclass(frozen=True)
class Teller:
    """Says what a gateway says, straight to the ear of the room; answers the code of its Ack."""

    keys: Path

    def _tell(self, inner: bytes) -> str:
        answer = gepg_inbound.hear(wire.seal(inner, gepg_keys.private_key(self.keys, "gateway")))
        read = wire.open_envelope(answer).read(gepg_keys.public_key(self.keys, "client"))
        return wire.text(read, "TrxStsCode") or wire.text(read, "ReconcStsCode")

    def number(self, bill: Bill, number: str) -> str:
        return self._tell(messages.bill_answer(str(bill.id), number))

    def paid(self, bill: Bill, amount: int, receipt: str, number: str = "", **more: str) -> str:
        fields = {
            "TrxId": f"T{receipt}", "PayRefId": receipt, "BillId": str(bill.id), "PayCtrNum": number,
            "PaidAmt": str(amount), "CCy": "TZS", "TrxDtTm": wire.local(datetime.now(UTC), ZONE),
        }  # fmt: skip
        return self._tell(messages.payment_information({**fields, **more}))

    def day(self, number: int, rows: list[dict[str, str]]) -> str:
        return self._tell(messages.reconciliation_answer(str(number), "SP999", list(rows)))


@pytest.fixture
def gateway(wired: Path) -> Teller:
    return Teller(wired)
