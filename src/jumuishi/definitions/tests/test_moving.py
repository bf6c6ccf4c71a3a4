"""Cases under a newer edition: nothing of a person's answers is dropped, or comes to mean something else, by itself."""

from dataclasses import replace
from typing import Any

import pytest

from jumuishi.definitions.model import Choice, Expression, Field, Package, Page
from jumuishi.definitions.moving.public import judge, reworded_fields
from jumuishi.definitions.moving.types import Verdict
from jumuishi.definitions.table import Table, Text
from jumuishi.definitions.tests.driving import ANSWERS, Drive, licence, shipped, with_stage

OLD = shipped("business-licence")


def verdict(new: Package, case: Drive, **more: Any) -> Verdict:
    return judge(case.package, new, case.case, before=case.context(), after=case.context(), **more)


def with_field(package: Package, name: str, **changes: Any) -> Package:
    """The package with one of its pages' fields changed; None takes it away."""

    def of(page: Page) -> Page:
        fields = tuple(replace(one, **changes) if one.name == name else one for one in page.fields)
        return replace(page, fields=fields)

    return replace(package, pages=tuple(of(one) for one in package.pages))


def without_field(package: Package, name: str) -> Package:
    pages = (replace(one, fields=tuple(f for f in one.fields if f.name != name)) for one in package.pages)
    return replace(package, pages=tuple(pages))


def field_of(package: Package, name: str) -> Field:
    return package.all_fields()[name]


def text(words: str) -> Text:
    return Text({"sw": words, "en": words})


def plus(package: Package, field: Field, page: int = -1) -> Package:
    pages = list(package.pages)
    pages[page] = replace(pages[page], fields=(*pages[page].fields, field))
    return replace(package, pages=tuple(pages))


OWNER = Field("owner", "yes_no", text("Eneo ni lako?"), required=True)


def whys(found: Verdict) -> set[tuple[str, str]]:
    return {(one.why, one.field) for one in found.asks}


def codes(found: Verdict) -> set[str]:
    return {one.code for one in found.reasons}


@pytest.mark.parametrize("until", ["check", "reviews", "approve", "payment"])
def test_an_edition_that_only_says_more_elsewhere_moves_every_open_case(until: str) -> None:
    case = licence(until=until)
    new = replace(OLD, about=text("Maelezo mapya"))
    found = verdict(new, case)
    assert found.kind == "safe"
    assert found.state == case.case


def test_a_case_that_ended_never_moves() -> None:
    assert codes(verdict(OLD, licence(until="granted"))) == {"ended"}


def test_a_new_question_is_asked_and_its_answer_moves_the_case() -> None:
    case, new = licence(), plus(OLD, OWNER)
    found = verdict(new, case)
    assert (found.kind, whys(found)) == ("ask", {("new", "owner")})
    assert verdict(new, case, given={"owner": "labda"}).errors
    done = verdict(new, case, given={"owner": True})
    assert done.state is not None
    assert done.state.answers == {**case.case.answers, "owner": True}


def test_a_default_is_proposed_and_never_put_into_a_mouth() -> None:
    case, new = licence(), plus(OLD, replace(OWNER, default="true"))
    [ask] = verdict(new, case).asks
    assert (ask.why, ask.after) == ("new", True)


def test_an_answer_left_empty_is_none_and_no_default_takes_its_place() -> None:
    case, new = licence(), plus(OLD, replace(OWNER, default="true"))
    found = verdict(new, case, given={"owner": None})
    assert (found.kind, whys(found)) == ("ask", {("new", "owner")})


def test_an_optional_new_question_needs_nobody() -> None:
    case = licence()
    found = verdict(plus(OLD, replace(OWNER, required=False)), case)
    assert found.state == case.case


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"type": "integer"}, "again"),
        ({"max_length": 5}, "again"),
        ({"constraint": Expression("size(business_name) < 5")}, "again"),
        ({"label": text("Jina la mmiliki")}, "reworded"),
        ({"hint": text("Jina lililosajiliwa")}, "reworded"),
        ({"relevant": Expression("sector == 'shop'")}, "drop"),
        ({"type": "note"}, "drop"),
    ],
)
def test_an_answer_that_no_longer_fits_its_question_is_the_applicants_to_settle(
    change: dict[str, Any], why: str
) -> None:
    case, new = licence(), with_field(OLD, "business_name", **change)
    if why == "drop":
        new = with_stage(new, "more-information", fields=OLD.stages["more-information"].fields)  # type: ignore[union-attr]
    found = verdict(new, case)
    assert (why, "business_name") in whys(found), found
    assert found.state is None


def test_a_place_of_another_level_is_asked_again() -> None:
    found = verdict(with_field(OLD, "place", level="region"), licence())
    assert ("again", "place") in whys(found)
    assert verdict(with_field(OLD, "place", level="region"), licence(), given={"place": "23"}).state is not None


def test_words_are_agreed_to_one_by_one_and_for_that_wording_only() -> None:
    case, new = licence(), with_field(OLD, "business_name", label=text("Jina la mmiliki"))
    [ask] = verdict(new, case).asks
    other = verdict(with_field(OLD, "business_name", label=text("Jina la mpangaji")), case, agreed=[ask.mark])
    assert other.kind == "ask"
    assert verdict(new, case, agreed=[ask.mark]).state == case.case
    assert verdict(new, case, given={"business_name": "Mama Asha"}).state is not None
    assert verdict(new, case, same_meaning=["business_name"]).state == case.case
    assert list(reworded_fields(OLD, new)) == ["business_name"]


def test_an_agreement_is_bound_to_the_words_of_a_groups_members_too() -> None:
    case = licence(branches=[{"branch_name": "Tawi", "branch_place": "23101"}])

    def renamed(label: str) -> Package:
        group = field_of(OLD, "branches")
        return with_field(OLD, "branches", fields=(replace(group.fields[0], label=text(label)), *group.fields[1:]))

    [ask] = verdict(renamed("Jina la mshindani"), case).asks
    assert (ask.why, ask.field) == ("reworded", "branches")
    assert verdict(renamed("Jina la mshindani"), case, agreed=[ask.mark]).state is not None
    assert verdict(renamed("Jina la msimamizi"), case, agreed=[ask.mark]).state is None


def test_capitals_and_a_full_stop_change_no_meaning() -> None:
    label = Text({"sw": "JINA la  biashara.", "en": "business name"})
    assert verdict(with_field(OLD, "business_name", label=label), licence()).kind == "safe"


def test_a_page_that_reads_otherwise_makes_its_questions_read_otherwise() -> None:
    pages = (replace(OLD.pages[0], title=text("Mmiliki wa eneo")), *OLD.pages[1:])
    assert {why for why, _ in whys(verdict(replace(OLD, pages=pages), licence()))} == {"reworded"}


def test_a_choice_that_is_gone_is_chosen_again_and_what_hangs_on_it_waits() -> None:
    case = licence("food")
    choices = Table(
        {**{k: v for k, v in field_of(OLD, "sector").choices.items() if k != "food"}, "bar": Choice(text("Baa"))}
    )
    new = with_field(
        with_field(OLD, "sector", choices=choices), "food_handlers", relevant=Expression("sector == 'bar'")
    )
    found = verdict(new, case)
    assert whys(found) == {("again", "sector")}
    then = verdict(new, case, given={"sector": "bar"})
    assert ("drop", "food_handlers") not in whys(then)
    other = verdict(new, case, given={"sector": "workshop"})
    assert ("drop", "food_handlers") in whys(other)
    agreed = verdict(new, case, given={"sector": "workshop"}, agreed=[one.mark for one in other.asks])
    assert agreed.state is not None
    assert "food_handlers" not in agreed.state.answers


def test_a_question_that_is_gone_takes_its_answer_only_when_the_person_agrees() -> None:
    case = licence()
    new = without_field(OLD, "years")
    new = replace(new, fees=Table({**OLD.fees, "licence": replace(OLD.fees["licence"], amount=Expression("200000"))}))
    found = verdict(new, case)
    assert whys(found) == {("drop", "years")}
    done = verdict(new, case, agreed=[found.asks[0].mark])
    assert done.state is not None
    assert "years" not in done.state.answers


def test_a_fee_that_rises_is_agreed_to_for_that_amount() -> None:
    case = licence()

    def dearer(amount: int) -> Package:
        return replace(
            OLD, fees=Table({**OLD.fees, "health": replace(OLD.fees["health"], amount=Expression(str(amount)))})
        )

    [ask] = verdict(dearer(30000), case).asks
    assert (ask.why, ask.field, ask.before, ask.after) == ("fee", "health", 20000, 30000)
    assert verdict(dearer(40000), case, agreed=[ask.mark]).kind == "ask"
    assert verdict(dearer(30000), case, agreed=[ask.mark]).kind == "safe"
    assert verdict(dearer(10000), case).kind == "safe", "less is nothing to agree to"


def test_once_a_bill_stands_or_money_came_no_fee_may_differ() -> None:
    other = replace(OLD, fees=Table({**OLD.fees, "health": replace(OLD.fees["health"], amount=Expression("10000"))}))
    assert {"bill", "fee_paid"} & codes(verdict(other, licence(until="payment")))
    part = licence(until="payment").pay(licence=1000)
    assert "fee_paid" in codes(verdict(other, part))


def test_a_stage_that_is_gone_or_works_otherwise_keeps_the_case() -> None:
    stages = {name: one for name, one in OLD.stages.items() if name != "check"}
    gone = replace(OLD, stages=Table(stages))
    assert codes(verdict(gone, licence())) == {"stage_gone"}
    assert "deeds" in codes(verdict(gone, licence(until="approve"))), "who acted there may not act elsewhere"
    assert codes(verdict(with_stage(OLD, "check", role="health-officer"), licence())) == {"role"}
    reviews = OLD.stages["reviews"].reviews  # type: ignore[union-attr]
    fewer = with_stage(OLD, "reviews", reviews=Table({k: v for k, v in reviews.items() if k != "health"}))
    assert codes(verdict(fewer, licence(until="reviews"))) == {"reviews"}
    assert verdict(fewer, licence(until="check")).kind == "safe"
    assert codes(verdict(with_stage(OLD, "reviews", needed=1), licence(until="reviews"))) == {"reviews"}


def test_an_officers_finding_is_nothing_an_applicant_could_answer_for() -> None:
    seen = Field("seen", "text", text("Uliona nini?"), required=True)
    base = with_stage(OLD, "check", fields=(seen,))
    case = Drive(base, licence().settings).submit(ANSWERS["business-licence"])
    case.do("trade-officer", "forward", fields={"seen": "Duka lipo"})
    assert verdict(base, case).kind == "safe"
    assert codes(verdict(OLD, case)) == {"finding"}
    other = with_stage(OLD, "check", fields=(replace(seen, label=text("Nani alikuona?")),))
    assert codes(verdict(other, case)) == {"finding"}


def test_what_cannot_be_worked_out_is_not_tried_on_a_case() -> None:
    broken = replace(OLD, fees=Table({"licence": replace(OLD.fees["licence"], when=Expression("hayupo == 1"))}))
    assert verdict(broken, licence()).kind != "safe"
