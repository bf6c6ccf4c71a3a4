"""A document's life: what the definition may say of it, and what it makes of an earlier document."""

from dataclasses import replace
from datetime import date

import pytest

from jumuishi.definitions.check.package import check_files
from jumuishi.definitions.edition import edition_of
from jumuishi.definitions.machine.acts import Refused
from jumuishi.definitions.machine.effects import IssueDocument
from jumuishi.definitions.machine.life import Earlier, purposes_of
from jumuishi.definitions.read.package import files_of
from jumuishi.definitions.table import Table
from jumuishi.definitions.tests.driving import ANSWERS, SERVICES, SETTINGS, Drive, shipped

NUMBER = "9900000000000001"
LIFE = "life: {purpose: purpose, earlier: earlier_number}"


@pytest.mark.parametrize(
    ("life", "code", "at"),
    [
        ("life: {purpose: reason, earlier: earlier_number}", "J102", "reason"),
        ("life: {purpose: purpose, earlier: branch_name}", "J102", "branch_name"),
        ("life: {purpose: sector, earlier: earlier_number}", "J103", "sector"),
        ("life: {purpose: earlier_number, earlier: earlier_number}", "J103", "earlier_number"),
        ("life: {purpose: purpose, earlier: nin}", "J103", "nin"),
        ("life: {purpose: purpose}", "J003", "{purpose"),
        ("life: {purpose: purpose, earlier: earlier_number, until: years}", "J002", "until"),
        ("life: always", "J003", "always"),
    ],
)
def test_a_life_that_names_what_it_may_not_is_one_finding(life: str, code: str, at: str) -> None:
    files = dict(files_of(SERVICES / "business-licence"))
    whole = files["service.yaml"].decode().replace(LIFE, life)
    found = check_files({**files, "service.yaml": whole.encode()})
    line = whole[: whole.index(life)].count("\n") + 1
    assert [(one.code, one.line) for one in found] == [(code, line)], at


def test_a_document_without_a_life_means_what_it_always_meant() -> None:
    package = shipped("study-confirmation")
    documents = Table({name: replace(one, life=None) for name, one in package.documents.items()})
    assert edition_of(replace(package, documents=documents)).hash == edition_of(package).hash
    assert purposes_of(package, next(iter(package.documents.values()))) == ()


def test_its_holder_may_ask_for_what_the_author_offers() -> None:
    package = shipped("business-licence")
    assert purposes_of(package, package.documents["licence"]) == ("renewal", "replacement")


class Asking(Drive):
    """A case whose applicant holds one document."""

    held = Earlier(NUMBER, date(2026, 6, 30))

    def context(self, actor=None):  # type: ignore[no-untyped-def]
        return replace(super().context(actor), earlier={NUMBER: self.held})


def asking(number: str, purpose: str = "renewal", held: Earlier = Asking.held) -> Asking:
    case = Asking(shipped("business-licence"), SETTINGS["business-licence"])
    case.held = held
    case.submit({**ANSWERS["business-licence"], "purpose": purpose, "earlier_number": number})
    return case


@pytest.mark.parametrize(
    ("number", "held", "code"),
    [
        ("9900000000000002", Asking.held, "earlier_unknown"),
        ("leseni yangu", Asking.held, "earlier_unknown"),
        (NUMBER, Earlier(NUMBER, None, "suspended"), "earlier_suspended"),
        (NUMBER, Earlier(NUMBER, None, "ended"), "earlier_ended"),
    ],
)
def test_a_number_that_does_not_stand_is_refused_at_its_field(number: str, held: Earlier, code: str) -> None:
    with pytest.raises(Refused) as refused:
        asking(number, held=held)
    assert [(one.path, one.code) for one in refused.value.values["errors"]] == [(("earlier_number",), code)]


def test_a_number_is_read_as_it_is_printed() -> None:
    assert asking("9900 0000 0000 0001").case.stage == "check"


def test_of_a_copy_the_effect_says_whose_place_it_takes_and_until_when() -> None:
    case = asking(NUMBER, "replacement")
    case.do("trade-officer", "forward")
    case.pay(copy=5000)
    issued = [one for one in case.effects if isinstance(one, IssueDocument)]
    assert [(one.earlier, one.is_in_place, one.valid_until) for one in issued] == [(NUMBER, True, "2026-06-30")]
