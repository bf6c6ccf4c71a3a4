"""The cast and the shipped services, for tests that drive the machine: Asha applies, Juma and Neema decide."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from jumuishi.definitions.machine.acts import Act, Acting, Context, Do, GiveReview, Pay, Submit
from jumuishi.definitions.machine.effects import Effect
from jumuishi.definitions.machine.state import CaseState, Parties
from jumuishi.definitions.machine.step import step
from jumuishi.definitions.model import Package
from jumuishi.definitions.read.package import files_of, read_files
from jumuishi.kernel.worktime import WorkingTime

SERVICES = Path(__file__).resolve().parents[4] / "services"
NAMES = ("business-licence", "introduction-letter", "study-confirmation")
HOME, AWAY = "council", "agency"
MONDAY = datetime(2026, 3, 2, 6, tzinfo=UTC)  # 09:00 in Dar es Salaam
FILE = {"name": "pango.pdf", "size": 1024, "sha256": "0" * 64, "type": "application/pdf"}
SETTINGS: dict[str, dict[str, Any]] = {
    "business-licence": {
        "licence_shop": 80000,
        "licence_food": 100000,
        "licence_medicine": 120000,
        "licence_workshop": 60000,
        "health_inspection": 20000,
        "copy_fee": 5000,
        "answer_days": 14,
        "payment_days": 30,
        "appeal_days": 30,
        "regulator": AWAY,
    },
    "introduction-letter": {
        "letter_fee": 1000,
        "letter_days": 2,
        "valid_months": 3,
        "answer_days": 14,
        "payment_days": 30,
        "appeal_days": 30,
    },
    "study-confirmation": {
        "letter_fee": 3000,
        "archive_fee": 2000,
        "letter_days": 2,
        "answer_days": 14,
        "payment_days": 30,
        "appeal_days": 30,
    },
}
ANSWERS: dict[str, dict[str, Any]] = {
    "business-licence": {
        "nin": "19000101-00000-00000-01",
        "full_name": "Asha Juma",
        "tin": "100-100-100",
        "tax_clearance": FILE,
        "business_name": "Mgahawa wa Asha",
        "registration": FILE,
        "sector": "food",
        "food_handlers": 3,
        "years": 2,
        "place": "23101",
        "lease": FILE,
    },
    "introduction-letter": {
        "full_name": "Asha Juma",
        "has_nin": True,
        "nin": "19000101-00000-00000-01",
        "place": "23101",
        "street": "Mtaa wa Amani",
        "lived_years": 4,
        "office": "ward",
        "purpose": "bank",
        "recipient": "Meneja wa benki",
    },
    "study-confirmation": {
        "full_name": "Asha Juma",
        "status": "finished",
        "student_number": "MFANO/0001",
        "course": "Ushonaji",
        "started_on": "2019-01-07",
        "finished_on": "2020-11-27",
        "recipient": "Mwajiri",
    },
}


@cache
def shipped(name: str) -> Package:
    """One of the services that ship."""
    package = read_files(files_of(SERVICES / name)).package
    assert package is not None
    return package


@dataclass
class Drive:
    """A case under test: acts go in, the state and the last effects come out."""

    package: Package
    settings: Mapping[str, Any]
    now: datetime = MONDAY
    working_time: WorkingTime = field(default_factory=WorkingTime)
    state: CaseState | None = None
    effects: tuple[Effect, ...] = ()

    @property
    def case(self) -> CaseState:
        assert self.state is not None
        return self.state

    def context(self, actor: Acting | None = None) -> Context:
        return Context(self.now, HOME, self.settings, self.working_time, actor=actor)

    def act(self, act: Act, actor: Acting | None = None) -> "Drive":
        outcome = step(self.package, self.state, act, self.context(actor))
        self.state, self.effects = outcome.state, outcome.effects
        return self

    def submit(self, answers: Mapping[str, Any], door: str = "web", parties: Parties | None = None) -> "Drive":
        return self.act(Submit(answers, door, parties or Parties("asha")), Acting("asha"))

    def do(self, role: str, action: str, person: str = "", **more: Any) -> "Drive":
        return self.act(Do(action, **more), officer(role, person))

    def review(self, role: str, name: str, passed: bool = True, *, home: str = HOME, person: str = "") -> "Drive":
        return self.act(GiveReview(name, passed, "sababu"), officer(role, person, home))

    def pay(self, receipt: str = "r1", **amounts: int) -> "Drive":
        return self.act(Pay(amounts, receipt))

    def later(self, **span: float) -> "Drive":
        self.now += timedelta(**span)
        return self

    def kinds(self) -> list[str]:
        return [type(one).__name__ for one in self.effects]


def officer(role: str, person: str = "", home: str = HOME) -> Acting:
    """Whoever holds a role; by default a person of the role's own name."""
    return Acting(person or f"{role}-holder", home, frozenset({role}))


def drive(name: str, **changes: Any) -> Drive:
    """A shipped service with made-up figures, nobody having applied yet."""
    return Drive(shipped(name), {**SETTINGS[name], **changes})


def licence(sector: str = "food", *, until: str = "check", **answers: Any) -> Drive:
    """A licence case driven as far as `until`: check, reviews, approve, payment or granted."""
    given = {**ANSWERS["business-licence"], "sector": sector, **answers}
    if sector != "food":
        given.pop("food_handlers")
    found = drive("business-licence").submit(given)
    if until == "check":
        return found
    found.do("trade-officer", "forward")
    if until == "reviews":
        return found
    found.review("planning-officer", "planning")
    if sector in ("food", "medicine"):
        found.review("health-officer", "health")
    if sector == "medicine":
        found.review("regulator-officer", "regulator", home=AWAY)
    if until == "approve":
        return found
    found.do("director", "approve")
    if until == "payment":
        return found
    bill = found.case.bill
    assert bill is not None
    return found.pay(**{line.fee: line.amount for line in bill.lines})


def with_stage(package: Package, stage_id: str, **changes: Any) -> Package:
    """The package with one stage changed."""
    stages = dict(package.stages)
    stages[stage_id] = replace(stages[stage_id], **changes)
    return replace(package, stages=type(package.stages)(stages))
