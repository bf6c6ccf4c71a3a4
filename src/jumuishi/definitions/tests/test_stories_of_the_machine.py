"""What the format says of stages, money and time, as authors' stories about variants of the sample package."""

from pathlib import Path

# ruff: noqa: E501  # a row is read as one
import pytest

from jumuishi.definitions.read.package import read_files
from jumuishi.definitions.stories.run import StoryResult, run_stories
from jumuishi.definitions.tests.test_check import SOUND, TEMPLATE

APPLY = """  - apply: {nin: "19000101-00000-00000-01", full_name: Asha Juma, tin: "100-100-100", business_name: Mgahawa,
            sector: food, place: "23101", years: 2, lease: a.pdf, food_handlers: 3}
"""
FORWARD = "  - {as: trade-officer, do: forward}\n"
PLANNING = "  - {as: planning-officer, review: planning, pass: true}\n"
NO_PLANNING = "  - {as: planning-officer, review: planning, pass: false, reason: x}\n"
HEALTH = "  - {as: health-officer, review: health, pass: true}\n"
REVIEWED = FORWARD + PLANNING + HEALTH
APPROVED = REVIEWED + "  - {as: director, do: approve}\n"
REFUSED = "  - {as: trade-officer, do: refuse, reason: x}\n"
ASKED = "  - {as: trade-officer, do: ask, message: x}\n"
PAY_DAYS = ("settings: ", "settings:\n  pay_days: {type: integer, label: {sw: A, en: B}} ")
SAME = ("planning: {role: planning-officer, due", "planning: {role: health-officer, due")
TWO = ("health-officer:   {sw: Afisa afya, en: Health officer}", "health-officer: {sw: Afisa afya, en: A, at_least: 2}")
FREE = ('amount: "years * 2000"', 'amount: "years * 0"')
FORK = (
    "    to: granted\n",
    """    to: fork
  fork:
    kind: choice
    name: {sw: A, en: B}
    branches:
      - {when: "years > 2", to: refused}
      - {when: "years == 2", to: granted}
      - {to: lapsed}
""",
)


def expect(what: str) -> str:
    return f"  - expect: {{{what}}}\n"


def at(day: str) -> str:
    return f"story: {{sw: A, en: B}}\ntoday: {day}\nsettings: {{licence_per_year: 1000}}\nsteps:\n"


MONDAY, FRIDAY, LEAP = at("2026-03-02"), at("2026-03-06"), at("2028-01-31")
# fmt: off
HOLDS: list[tuple[str, list[tuple[str, str]], str]] = [
    ("an ordinary licence", [], APPROVED + expect("stage: payment, bill: 4000") + "  - pay: all\n" + expect("stage: granted, document: licence, claims: {business: Mgahawa, ward: '23101'}")),
    ("pay by fee", [], APPROVED + "  - pay: [licence]\n" + expect("stage: granted, sms: true")),
    ("all: one failure is certain, the other is withdrawn", [], FORWARD + NO_PLANNING + expect("stage: refused") + HEALTH.replace("}", ", refused: true}")),
    ("any: one pass is certain", [("pass: all", "pass: any")], FORWARD + PLANNING + expect("stage: approve")),
    ("any: one failure is not", [("pass: all", "pass: any")], FORWARD + NO_PLANNING + expect("stage: reviews") + HEALTH + expect("stage: approve")),
    ("a number that cannot be reached any more", [("pass: all", "pass: 2")], FORWARD + NO_PLANNING + expect("stage: refused")),
    ("more than there are fail at once", [("pass: all", "pass: 3")], FORWARD + expect("stage: refused")),
    ("the bar's review does not count for food", [], FORWARD + "  - {as: police-officer, review: police, pass: true, refused: true}\n"),
    ("one person gives one review", [SAME], FORWARD + "  - {as: health-officer, review: planning, pass: true}\n" + HEALTH.replace("}", ", refused: true}")),
    ("where the role has two holders, another one does", [SAME, TWO], FORWARD + "  - {as: health-officer, review: planning, pass: true}\n" + HEALTH + expect("stage: approve")),
    ("who acted there may not act here", [("    role: director\n    not_by: [check] ", "    role: trade-officer\n    not_by: [check] ")], REVIEWED + "  - {as: trade-officer, do: approve, refused: true}\n" + expect("stage: approve")),
    ("who reviewed may not decide the appeal", [("    role: administrator\n    not_by", "    role: planning-officer\n    not_by")], FORWARD + NO_PLANNING + "  - appeal: {reason: x}\n  - {as: planning-officer, do: uphold, refused: true}\n"),
    ("another role may not act", [], "  - {as: director, do: forward, refused: true}\n"),
    ("a reason that is required", [], "  - {as: trade-officer, do: refuse, refused: true}\n" + REFUSED + expect("stage: refused, sms: true")),
    ("a question lapses", [], ASKED + expect("stage: more-information, due: 14 days") + "  - wait: 13 days\n" + expect("stage: more-information") + "  - wait: 1 days\n" + expect("stage: lapsed")),
    ("an answer comes back", [], ASKED + "  - answer: {business_name: Mgahawa Bora}\n" + expect("stage: check") + APPROVED + "  - pay: all\n" + expect("claims: {business: Mgahawa Bora}")),
    ("only what is asked may change", [], ASKED + "  - {answer: {years: 3}, refused: true}\n" + expect("stage: more-information")),
    ("a change asks what becomes relevant, and fees follow", [("fields: [lease, business_name]", "fields: [sector, years]")], ASKED + "  - answer: {years: 3}\n" + APPROVED + expect("bill: 6000")),
    ("who counts follows the change", [("fields: [lease, business_name]", "fields: [sector]")], ASKED + "  - answer: {sector: bar}\n" + FORWARD + PLANNING + expect("stage: reviews") + "  - {as: police-officer, review: police, pass: true}\n" + expect("stage: approve")),
    ("a change asks what becomes relevant", [("fields: [lease, business_name]", "fields: [sector]"), ("STORY:sector: food", "sector: shop"), ("STORY:, food_handlers: 3", "")], ASKED + "  - {answer: {sector: food}, refused: true}\n  - answer: {sector: food, food_handlers: 2}\n" + expect("stage: check")),
    ("a bill lapses", [], APPROVED + expect("stage: payment, due: 30 days") + "  - wait: 30 days\n" + expect("stage: lapsed")),
    ("money after that opens the case at paid", [], APPROVED + "  - wait: 40 days\n  - pay: all\n" + expect("stage: granted, document: licence")),
    ("no document before the money", [("approve: {label: {sw: Idhinisha, en: Approve}, to: payment}", "approve: {label: {sw: Idhinisha, en: Approve}, to: issue}")], REVIEWED + "  - {as: director, do: approve, refused: true}\n" + expect("stage: approve")),
    ("nothing to pay passes on", [FREE], APPROVED + expect("stage: granted, bill: 0")),
    ("withdrawn at any time", [], FORWARD + "  - withdraw: true\n" + expect("stage: withdrawn, sms: true") + "  - {withdraw: true, refused: true}\n"),
    ("withdrawn never", [("format: 1", "format: 1\nwithdraw: false")], "  - {withdraw: true, refused: true}\n" + expect("stage: check")),
    ("an appeal in time", [], REFUSED + "  - wait: 29 days\n  - appeal: {reason: x}\n" + expect("stage: appeal, due: 1 working_days") + "  - {as: administrator, do: uphold}\n" + expect("stage: payment")),
    ("an appeal too late", [], REFUSED + "  - wait: 31 days\n  - {appeal: {reason: x}, refused: true}\n" + expect("stage: refused")),
    ("no appeal against a lapse", [], ASKED + "  - wait: 14 days\n  - {appeal: {reason: x}, refused: true}\n"),
    ("the first branch that holds", [FORK], APPROVED + "  - pay: all\n" + expect("stage: granted")),
    ("the last branch holds always", [FORK, ('"years == 2"', '"years == 7"')], APPROVED + "  - pay: all\n" + expect("stage: lapsed")),
    ("officers' fields are asked by every action", [("    actions:\n      forward", "    fields: [{name: seen, type: yes_no, required: true, label: {sw: A, en: B}}]\n    actions:\n      forward")], FORWARD.replace("}", ", refused: true}") + "  - {as: trade-officer, do: forward, set: {seen: ndiyo}}\n" + expect("stage: reviews")),
    ("a span from a setting", [PAY_DAYS, ("after: 30 days", "after: {setting: pay_days, unit: days}"), ("STORY:licence_per_year: 1000", "licence_per_year: 1000, pay_days: 5")], APPROVED + expect("due: 5 days") + "  - wait: 5 days\n" + expect("stage: lapsed")),
    ("an SMS of one's own", [("    kind: payment\n", "    kind: payment\n    sms: {sw: Lipa sasa, en: Pay now}\n")], APPROVED + expect("sms: Lipa sasa")),
    ("the usual SMS", [], APPROVED + expect("sms: 'Leseni ya biashara (Kundi B): Malipo.'")),
    ("no SMS between officers", [], FORWARD + expect("sms: false")),
    ("size counts characters", [("{name: business_name, type: text,", "{name: business_name, constraint: \"size(business_name) == 7\", type: text,"), ("STORY:business_name: Mgahawa", "business_name: Mgähawa")], expect("stage: check")),
    ("whole numbers divide whole", [('amount: "years * 2000"', 'amount: "(years + 3) / 2 * 10"')], APPROVED + expect("bill: 20")),
    ("half up to a whole multiple", [('amount: "years * 2000"', 'amount: "round_to(double(years) * 12.5, 10)"')], APPROVED + expect("bill: 30")),
    ("a month's last day", [('amount: "years * 2000"', 'amount: "add_months(timestamp(\'2027-01-31T12:00:00Z\'), 1).getDate()"')], APPROVED + expect("bill: 28")),
    ("years by the calendar", [('amount: "years * 2000"', 'amount: "years_between(timestamp(\'2000-03-03T00:00:00+03:00\'), today)"')], APPROVED + expect("bill: 25")),
    ("true as text", [('amount: "years * 2000"', 'amount: "string(years > 1) + string(1.0) == \'true1\' ? 5 : 6"')], APPROVED + expect("bill: 5")),
    ("a guard before null", [('amount: "years * 2000"', 'amount: "place != null && place.code == \'23101\' ? 7 : 8"')], APPROVED + expect("bill: 7")),
    ("the group's size", [('amount: "years * 2000"', 'amount: "size(branches.filter(b, b.branch_place.code == \'9\')) * 100"'), ("STORY:food_handlers: 3", "food_handlers: 3, branches: [{branch_place: '9'}, {branch_place: '8'}]")], APPROVED + expect("bill: 100")),
    ("a limit of items", [("STORY:  - apply: {", "  - {refused: true, apply: {"), ("STORY:food_handlers: 3}", "food_handlers: 3, branches: [" + ", ".join(["{branch_place: '9'}"] * 6) + "]}}")], ""),
]
WHEN: list[tuple[str, str, str]] = [
    ("working hours run over the night", MONDAY, "  - wait: 6 hours\n  - {as: trade-officer, do: ask, message: x}\n  - answer: {business_name: A}\n" + expect("due: 4 working_hours") + expect("due: 20 hours")),
    ("and over the week end", FRIDAY, "  - wait: 5 hours\n" + ASKED + "  - answer: {business_name: A}\n" + expect("due: 68 hours")),
    ("a working day from Friday is Monday", FRIDAY, REVIEWED + expect("due: 1 working_days") + expect("due: 3 days")),
    ("working days outside working time begin at the next opening", FRIDAY, "  - wait: 1 days\n" + REVIEWED + expect("due: 1 working_days") + expect("due: 71 hours")),
    ("days run by the calendar", LEAP, ASKED + expect("due: 14 days") + expect("due: 336 hours")),
]


# fmt: on


def told(folder: Path, changes: list[tuple[str, str]], story: str) -> StoryResult:
    text = SOUND
    for old, new in changes:
        if old.startswith("STORY:"):
            assert old.removeprefix("STORY:") in story
            story = story.replace(old.removeprefix("STORY:"), new, 1)
        else:
            assert old in text
            text = text.replace(old, new, 1)
    read = read_files({"service.yaml": text.encode(), "licence.html": TEMPLATE.encode()})
    assert read.package is not None
    assert not read.reading.findings, read.reading.findings.found
    (folder / "tests").mkdir()
    (folder / "tests" / "one.yaml").write_text(story, encoding="utf-8")
    [result] = run_stories(read.package, folder)
    return result


@pytest.mark.parametrize(("rule", "changes", "steps"), HOLDS, ids=[row[0] for row in HOLDS])
def test_a_rule_holds(tmp_path: Path, rule: str, changes: list[tuple[str, str]], steps: str) -> None:
    result = told(tmp_path, changes, MONDAY + APPLY + steps)
    assert result.holds, f"{rule}: {result.faults}"


@pytest.mark.parametrize(("rule", "begin", "steps"), WHEN, ids=[row[0] for row in WHEN])
def test_time_runs_as_said(tmp_path: Path, rule: str, begin: str, steps: str) -> None:
    result = told(tmp_path, [], begin + APPLY + steps)
    assert result.holds, f"{rule}: {result.faults}"
