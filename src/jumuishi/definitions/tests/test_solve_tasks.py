"""What officers, and applicants in a wait, are asked: what is possible on some way, or in a later round, is sound."""

import pytest

from jumuishi.definitions.check.package import check_files
from jumuishi.definitions.tests.corpus.draft import Draft
from jumuishi.definitions.tests.corpus.mutants import shipped
from jumuishi.definitions.tests.corpus.operators.answers import TEXTS, number
from jumuishi.definitions.tests.corpus.operators.within_stages import aside, asks, offered, unasked

pytestmark = pytest.mark.slow
CHECK, MORE = ("stages", "check"), ("stages", "more-information")
APPROVE, APPEAL = ("stages", "approve"), ("stages", "appeal")
YES_NO = f"type: yes_no, {TEXTS}, required: true"


@pytest.fixture(scope="module")
def licence() -> Draft:
    return next(one for one in shipped() if one.service == "business-licence")


def found(draft: Draft) -> list[str]:
    """Warnings too: none of this is doubtful."""
    return [f"{one.line} {one.code} {one.message}" for one in check_files(draft.as_bytes())]


def test_what_only_a_second_round_asks_is_asked(licence: Draft) -> None:
    draft, _ = asks(licence, MORE, f"{{name: zzz1, {YES_NO}}}")
    draft, _ = asks(draft, CHECK, unasked("zzz1 != null && zzz1 == true"))
    assert found(draft) == []


def test_an_applicant_s_change_may_undo_what_the_way_made_sure_of(licence: Draft) -> None:
    draft, path = aside(licence, "sector == 'food'")
    draft = draft.add((*path, "actions"), "ask", "{label: {sw: Uliza, en: Ask}, to: zzz-more, requires: [message]}")
    draft = draft.add_stage("zzz-more", "{kind: applicant, name: {sw: Zaidi, en: More}, fields: [sector], "
                            f"answered: {path[1]}, expires: {{after: 3 days, to: lapsed}}}}")  # fmt: skip
    draft = draft.set(("promise", "pauses"), draft.text[slice(*draft.span(("promise", "pauses")))][:-1] + ", zzz-more]")
    draft, _ = asks(draft, path, unasked("sector != 'food'"))
    assert found(draft) == []


def test_a_way_round_a_stage_leaves_its_question_unanswered(licence: Draft) -> None:
    draft, path = aside(licence, "sector == 'food'")
    draft, _ = asks(draft, path, number("zzz1", "zzz1 >= 1 && zzz1 <= 3"))
    draft, _ = asks(draft, APPROVE, unasked("zzz1 == null"))
    assert found(draft) == []


def test_a_default_answers_before_anybody_was_there(licence: Draft) -> None:
    draft, _ = asks(licence, APPEAL, number("zzz1", "", "required: true, default: 2"))
    draft, _ = asks(draft, APPROVE, unasked("zzz1 != null && zzz1 == 2"))
    assert found(draft) == []


def test_a_choice_once_made_stands_when_it_is_no_more_offered(licence: Draft) -> None:
    field = offered("sector == 'food'", "true").replace("zzz,", "zzz1,")
    draft, _ = asks(licence, CHECK, field)
    draft = draft.set((*MORE, "answered"), "approve")
    draft, _ = asks(draft, APPROVE, unasked("zzz1 == 'c0' && sector != 'food'"))
    assert found(draft) == []


def test_a_day_between_two_officers_may_pass(licence: Draft) -> None:
    field = f'{{name: zzz1, type: date, {TEXTS}, required: true, constraint: "zzz1 >= today"}}'
    draft, _ = asks(licence, CHECK, field)
    draft, _ = asks(draft, APPROVE, unasked("zzz1 != null && zzz1 < today"))
    assert found(draft) == []


def test_one_cause_is_told_once(licence: Draft) -> None:
    draft, path = asks(licence, CHECK, number("zzz1", "zzz1 > 5 && zzz1 < 3"))
    draft, _ = asks(draft, CHECK, number("zzz2", "zzz2 > zzz1 && zzz2 < 9"))
    draft, _ = asks(
        draft, APPROVE, unasked("zzz1 == 4").replace("zzz,", "zzz3,"), offered("zzz1 != null", "zzz1 == null")
    )
    line = draft.line((*path, "constraint"))
    assert [one.split()[:2] for one in found(draft)] == [[str(line), "J202"]]
