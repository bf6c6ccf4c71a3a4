"""The rules of stages: who may decide, how reviews end, what an applicant may change, what is left to a counter."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from jumuishi.definitions.machine.acts import Acting, Answer, Do, GiveReview, Refused, Submit, Supply, Withdraw
from jumuishi.definitions.machine.acts import Appeal as AppealAct
from jumuishi.definitions.machine.effects import (
    AskApplicant,
    AwaitAtCounter,
    CloseTask,
    IssueDocument,
    Message,
    OpenReview,
    OpenTask,
    WithdrawReview,
)
from jumuishi.definitions.machine.state import Parties
from jumuishi.definitions.tests.driving import (
    ANSWERS,
    AWAY,
    FILE,
    Drive,
    drive,
    licence,
    officer,
    with_stage,
)


def refused(found: Drive, code: str, run) -> None:  # type: ignore[no-untyped-def]
    before = found.case.to_data() if found.state is not None else None
    with pytest.raises(Refused) as no:
        run()
    assert no.value.code == code
    assert (found.case.to_data() if found.state is not None else None) == before


def test_submission_opens_the_first_task_with_its_clock() -> None:
    case = licence()
    assert case.case.stage == "check"
    task = next(one for one in case.effects if isinstance(one, OpenTask))
    assert (task.role, task.escalate) == ("trade-officer", "director")
    assert task.due_at == datetime(2026, 3, 2, 10, tzinfo=UTC)  # four working hours after 09:00
    assert task.not_persons == ("asha",)
    assert [one.kind for one in case.effects if isinstance(one, Message)] == ["submitted"]
    assert case.case.promise.due_at == datetime(2026, 3, 4, 6, tzinfo=UTC)


def test_nothing_missing_or_wrong_is_submitted() -> None:
    answers = {**ANSWERS["business-licence"], "years": 4}
    del answers["lease"]
    case = drive("business-licence")
    with pytest.raises(Refused) as no:
        case.submit(answers)
    assert {(one.field, one.code) for one in no.value.values["errors"]} == {
        ("years", "constraint"),
        ("lease", "required"),
    }


def test_an_irrelevant_answer_is_dropped_and_a_required_default_stands() -> None:
    answers = {**ANSWERS["business-licence"], "sector": "shop"}
    del answers["years"]
    case = drive("business-licence").submit(answers)
    assert "food_handlers" not in case.case.answers
    assert case.case.answers["years"] == 1


def test_only_the_role_in_that_institution_acts() -> None:
    case = licence()
    refused(case, "not_role", lambda: case.do("director", "forward"))
    refused(case, "not_role", lambda: case.act(Do("forward"), Acting("baraka")))
    refused(case, "not_role", lambda: case.act(Do("forward"), officer("trade-officer", "baraka", AWAY)))
    refused(case, "nobody", lambda: case.act(Do("forward")))
    refused(case, "no_action", lambda: case.do("trade-officer", "approve"))


@pytest.mark.parametrize("person", ["asha", "helper", "sister"])
def test_the_applicants_side_never_decides(person: str) -> None:
    parties = Parties("asha", ("helper",), ("sister",))
    case = drive("business-licence").submit(ANSWERS["business-licence"], parties=parties)
    refused(case, "own_case", lambda: case.do("trade-officer", "forward", person))
    delegate = replace(officer("trade-officer", "juma"), on_behalf_of=person)
    refused(case, "own_case", lambda: case.act(Do("forward"), delegate))


def test_two_person_rules_join_natural_persons_through_delegation() -> None:
    case = licence(until="check").do("trade-officer", "forward", "juma")
    case.review("planning-officer", "planning").review("health-officer", "health")
    delegate = Acting("juma", "council", frozenset({"director"}), on_behalf_of="neema")
    refused(case, "two_persons", lambda: case.act(Do("approve"), delegate))
    refused(case, "two_persons", lambda: case.do("director", "approve", "planning-officer-holder"))
    assert case.do("director", "approve", "neema").case.stage == "payment"


def test_reasons_and_messages_are_asked_for() -> None:
    case = licence()
    refused(case, "reason_missing", lambda: case.do("trade-officer", "refuse", reason="  "))
    refused(case, "message_missing", lambda: case.do("trade-officer", "ask"))
    case.do("trade-officer", "ask", message="Tuma mkataba.")
    ask = next(one for one in case.effects if isinstance(one, AskApplicant))
    assert ask.message == "Tuma mkataba."
    assert "lease" in ask.fields


def test_who_counts_in_a_review_is_fixed_on_entry() -> None:
    food = licence("food", until="reviews")
    assert [one.review for one in food.effects if isinstance(one, OpenReview)] == ["planning", "health"]
    medicine = licence("medicine", until="reviews")
    where = {one.review: one.institution for one in medicine.effects if isinstance(one, OpenReview)}
    assert where == {"planning": "council", "health": "council", "regulator": AWAY}
    refused(food, "no_review", lambda: food.review("regulator-officer", "regulator", home=AWAY))


def test_a_review_ends_once_its_result_is_certain_and_the_rest_is_withdrawn() -> None:
    case = licence("medicine", until="reviews").review("health-officer", "health", False)
    assert case.case.stage == "refused"
    assert [one.review for one in case.effects if isinstance(one, WithdrawReview)] == ["planning", "regulator"]
    refused(case, "no_review", lambda: case.review("planning-officer", "planning"))


@pytest.mark.parametrize(("needed", "votes", "stage"), [
    ("any", [True], "approve"),
    ("any", [False, False], "reviews"),
    ("any", [False, False, False], "refused"),
    (2, [True], "reviews"),
    (2, [True, False], "reviews"),
    (2, [True, False, True], "approve"),
    (2, [False, False], "refused"),
])  # fmt: skip
def test_pass_any_or_a_number(needed: str | int, votes: list[bool], stage: str) -> None:
    case = licence("medicine")
    case.package = with_stage(case.package, "reviews", needed=needed)
    case.do("trade-officer", "forward")
    seats = [("planning", "council"), ("health", "council"), ("regulator", AWAY)]
    for (name, home), vote in zip(seats, votes, strict=False):
        case.review(f"{name}-officer", name, vote, home=home)
    assert case.case.stage == stage


def test_one_person_gives_one_review_a_visit_and_gives_it_once() -> None:
    case = licence("food", until="reviews").review("planning-officer", "planning", person="juma")
    refused(case, "one_review_each", lambda: case.review("health-officer", "health", person="juma"))
    refused(case, "review_given", lambda: case.review("planning-officer", "planning", person="neema"))


def test_the_same_act_twice_happens_once() -> None:
    case = licence()
    seen = case.case.visit
    case.act(Do("forward", visit=seen), officer("trade-officer"))
    refused(case, "stale", lambda: case.act(Do("forward", visit=seen), officer("trade-officer")))
    refused(case, "submitted", lambda: case.act(Submit(ANSWERS["business-licence"], "web"), Acting("asha")))
    stale = GiveReview("planning", True, visit=seen)
    refused(case, "stale", lambda: case.act(stale, officer("planning-officer")))


def test_an_answer_changes_only_what_was_asked_and_what_follows_from_it() -> None:
    case = licence("shop").do("trade-officer", "ask", message="Aina gani?")
    refused(case, "answers", lambda: case.act(Answer({"full_name": "Baraka"}), Acting("asha")))
    refused(case, "answers", lambda: case.act(Answer({"sector": "food"}), Acting("asha")))
    refused(case, "not_applicant", lambda: case.act(Answer({"sector": "workshop"}), Acting("baraka")))
    case.act(Answer({"sector": "food", "food_handlers": 2}), Acting("asha"))
    assert case.case.stage == "check"
    case.do("trade-officer", "forward").review("planning-officer", "planning").review("health-officer", "health")
    bill = case.do("director", "approve").case.bill
    assert bill is not None
    assert {line.fee: line.amount for line in bill.lines} == {"licence": 200000, "health": 20000}


def test_a_new_field_of_a_request_is_demanded() -> None:
    case = drive("introduction-letter").submit(ANSWERS["introduction-letter"])
    case.do("street-officer", "ask", message="Eleza", fields={"known_by": "not_confirmed"})
    refused(case, "answers", lambda: case.act(Answer({"street": "Uhuru"}), Acting("asha")))
    case.act(Answer({"explanation": "Nyumba ya tatu."}), Acting("asha"))
    assert case.case.answers["explanation"] == "Nyumba ya tatu."


def test_an_officers_fields_are_asked_by_every_action_and_kept() -> None:
    case = drive("introduction-letter").submit(ANSWERS["introduction-letter"])
    refused(case, "answers", lambda: case.do("street-officer", "confirm"))
    refused(case, "answers", lambda: case.do("street-officer", "confirm", fields={"known_by": "visit", "street": "X"}))
    case.do("street-officer", "ask", message="Eleza", fields={"known_by": "not_confirmed"})
    case.act(Answer({"explanation": "Nyumba ya tatu."}), Acting("asha"))
    # offered again with its earlier value
    assert case.do("street-officer", "confirm").case.stage == "confirm"
    assert case.case.answers["known_by"] == "not_confirmed"
    assert case.do("street-officer", "confirm", fields={"known_by": "witness"}).case.stage == "sign"


def test_a_door_that_cannot_carry_a_field_leaves_it_to_a_counter() -> None:
    answers = {k: v for k, v in ANSWERS["business-licence"].items() if v is not FILE}
    case = drive("business-licence").submit(answers, door="ussd")
    awaited = next(one for one in case.effects if isinstance(one, AwaitAtCounter)).fields
    assert awaited == ("tax_clearance", "registration", "lease")
    refused(case, "not_awaited", lambda: case.act(Supply({"years": 3})))
    case.act(Supply({"lease": FILE}))
    assert case.case.awaited == ("tax_clearance", "registration")
    case.act(Supply({"tax_clearance": FILE, "registration": FILE}))
    assert case.case.awaited == ()
    with pytest.raises(Refused):
        drive("business-licence").submit(answers, door="web")


def test_a_choice_takes_the_first_branch_that_holds() -> None:
    finished = drive("study-confirmation").submit(ANSWERS["study-confirmation"])
    assert finished.case.stage == "archive"
    answers = {**ANSWERS["study-confirmation"], "status": "studying"}
    assert drive("study-confirmation").submit(answers).case.stage == "check"


def test_withdrawing_ends_everything_once() -> None:
    case = licence(until="reviews").act(Withdraw(), Acting("asha"))
    assert (case.case.stage, case.case.outcome) == ("withdrawn", "withdrawn")
    assert case.kinds().count("WithdrawReview") == 2
    refused(case, "ended", lambda: case.act(Withdraw(), Acting("asha")))
    other = licence()
    other.package = replace(other.package, withdraw=False)
    refused(other, "no_withdrawal", lambda: other.act(Withdraw(), Acting("asha")))
    refused(other, "no_task", lambda: case.do("trade-officer", "forward"))


def test_an_appeal_has_a_window_and_goes_to_somebody_else() -> None:
    case = licence(until="approve").do("director", "refuse", "neema", reason="Eneo halifai.")
    ended = case.case.ended_at
    assert ended is not None
    assert case.case.appeal is not None
    assert case.case.appeal.at - ended == timedelta(days=30)
    refused(case, "reason_missing", lambda: case.act(AppealAct(" "), Acting("asha")))
    late = Drive(case.package, case.settings, case.now + timedelta(days=31), state=case.state)
    refused(late, "appeal_too_late", lambda: late.act(AppealAct("Si kweli."), Acting("asha")))
    case.act(AppealAct("Si kweli."), Acting("asha"))
    assert (case.case.stage, case.case.outcome) == ("appeal", None)
    refused(case, "two_persons", lambda: case.do("administrator", "uphold", "neema"))
    assert case.do("administrator", "uphold").case.stage == "payment"


def test_the_document_carries_only_its_claims_and_its_last_day() -> None:
    case = licence(until="granted")
    issued = next(one for one in case.effects if isinstance(one, IssueDocument))
    assert issued.claims == {
        "holder": "Asha Juma", "business": "Mgahawa wa Asha", "sector": "food", "ward": "23101",
    }  # fmt: skip
    assert issued.valid_until == "2028-03-01"
    assert case.case.outcome == "granted"
    assert not any(isinstance(one, CloseTask) for one in case.effects)
