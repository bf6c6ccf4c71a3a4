"""A committee's stage: nobody decides it alone, and everybody who sat counts for two-person rules afterwards."""

from dataclasses import replace

import pytest

from jumuishi.definitions.edition import edition_of
from jumuishi.definitions.machine.acts import Acting, Appeal, Do, Refused
from jumuishi.definitions.machine.state import CaseState
from jumuishi.definitions.model import Package, Table
from jumuishi.definitions.stories.read import Step, Story
from jumuishi.definitions.stories.run import run_story
from jumuishi.definitions.tests.driving import ANSWERS, HOME, Drive, licence, shipped


def with_committee(package: Package, role: str, at_least: int = 3) -> Package:
    """The package with the holders of one role deciding together."""
    changed = replace(package.roles[role], committee=True, at_least=at_least)
    return replace(package, roles=Table({**package.roles, role: changed}))


def before_the_committee() -> Drive:
    case = licence(until="approve")
    case.package = with_committee(case.package, "director")
    return case


def sitting(*members: str, confirmed_by: str = "mwenyekiti") -> Acting:
    return Acting(confirmed_by, HOME, frozenset({"director"}), together=members)


def refused(case: Drive, code: str, action: str, actor: Acting) -> None:
    with pytest.raises(Refused) as no:
        case.act(Do(action, reason="sababu"), actor)
    assert no.value.code == code


def test_no_member_decides_alone_and_no_sitting_decides_for_an_officer() -> None:
    case = before_the_committee()
    refused(case, "committee", "approve", Acting("mwenyekiti", HOME, frozenset({"director"})))
    refused(licence(until="approve"), "committee", "approve", sitting("a", "b"))
    assert case.act(Do("approve"), sitting("a", "b", "c")).case.stage == "payment"


def test_whoever_sat_may_not_act_where_the_definition_asks_for_somebody_else() -> None:
    case = before_the_committee()
    refused(case, "two_persons", "approve", sitting("a", "trade-officer-holder"))
    refused(case, "own_case", "approve", sitting("a", "asha"))
    case.act(Do("refuse", reason="sababu"), sitting("a", "b"))
    kept = CaseState.from_data(case.case.to_data())
    assert kept.deeds[-1].people == ("a", "b")
    case.act(Appeal("sababu"), Acting("asha"))
    for member in ("a", "b"):
        refused(case, "two_persons", "reject", Acting(member, HOME, frozenset({"administrator"})))
    # Who only confirmed the record decided nothing: the one who presides while out for an item.
    assert case.act(Do("reject", reason="s"), Acting("mwenyekiti", HOME, frozenset({"administrator"}))).case.is_ended


def test_a_story_lets_the_committee_act_by_its_role() -> None:
    package = with_committee(shipped("business-licence"), "director", 2)
    settings = dict.fromkeys((name for name, one in package.settings.items() if one.type != "institution"), 30)
    steps = [
        {"apply": {**ANSWERS["business-licence"], "tax_clearance": "a.pdf", "registration": "a.pdf", "lease": "a.pdf"}},
        {"as": "trade-officer", "do": "forward"},
        {"as": "planning-officer", "review": "planning", "pass": True},
        {"as": "health-officer", "review": "health", "pass": True},
        {"as": "director", "do": "approve"},
        {"expect": {"stage": "payment"}},
    ]
    story = Story({}, "", settings, tuple(Step(number, one) for number, one in enumerate(steps, 1)))
    assert run_story(package, story).faults == ()


def test_what_no_committee_decides_keeps_its_hash() -> None:
    package = shipped("business-licence")
    assert edition_of(replace(package, roles=Table(dict(package.roles)))).hash == edition_of(package).hash
    assert edition_of(with_committee(package, "director")).hash != edition_of(package).hash
