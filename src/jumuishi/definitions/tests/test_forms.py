"""Forms as data: what is asked, what is wrong, what is missing, what it costs."""

from typing import Any

from jumuishi.definitions.forms.form import Form as AForm
from jumuishi.definitions.forms.form import charges, form_of, missing, read_page, summary
from jumuishi.definitions.tests.driving import ANSWERS, FILE, drive


def form(name: str = "business-licence", **answers: Any) -> AForm:
    case = drive(name)
    return form_of(case.package, answers, case.context())


def page(found: AForm, name: str):  # type: ignore[no-untyped-def]
    return next(one for one in found.package.pages if one.page == name)


def codes(errors) -> set[tuple[object, str]]:  # type: ignore[no-untyped-def]
    return {(one.path if len(one.path) > 1 else one.field, one.code) for one in errors}


def test_a_field_is_shown_once_its_answer_makes_it_relevant() -> None:
    assert "food_handlers" not in {one.name for one in form().fields(page(form(), "business"))}
    with_food = form(sector="food")
    assert "food_handlers" in {one.name for one in with_food.fields(page(with_food, "business"))}


def test_a_page_is_read_checked_and_kept_as_far_as_it_can_be_read() -> None:
    found = form()
    saved = read_page(
        found,
        page(found, "business"),
        {"business_name": " Mgahawa  wa Asha ", "sector": "food", "years": "nne"},
        "ussd",
    )
    assert saved.keep == {"business_name": "Mgahawa wa Asha", "sector": "food"}
    assert codes(saved.errors) == {("years", "integer"), ("food_handlers", "required")}


def test_the_authors_words_come_with_a_broken_constraint() -> None:
    found = form(sector="shop")
    saved = read_page(found, page(found, "business"), {"years": "4"}, "ussd")
    broken = next(one for one in saved.errors if one.code == "constraint")
    assert broken.message is not None
    assert broken.message["sw"] == "Chagua mwaka 1 hadi 3."


def test_an_empty_answer_clears_the_field() -> None:
    found = form("introduction-letter", **ANSWERS["introduction-letter"])
    saved = read_page(found, page(found, "home"), {"address_number": ""}, "web")
    assert saved.keep == {"address_number": None}


def test_a_choice_that_is_no_longer_offered_is_refused() -> None:
    found = form("introduction-letter", **{**ANSWERS["introduction-letter"], "purpose": "nida"})
    assert codes(missing(found, "web")[0]) == {("purpose", "choice")}
    purpose = found.package.all_fields()["purpose"]
    assert "nida" not in found.choices(purpose)


def test_items_of_a_group_are_checked_one_by_one() -> None:
    found = form(**ANSWERS["business-licence"])
    items = [{"branch_name": "Tawi A", "branch_place": "23101"}, {"branch_name": "Tawi B"}]
    saved = read_page(found, page(found, "premises"), {"branches": items}, "web")
    assert codes(saved.errors) == {(("branches", 1, "branch_place"), "required")}
    many = [{"branch_name": "T", "branch_place": "23101"}] * 6
    saved = read_page(found, page(found, "premises"), {"branches": many}, "web")
    assert codes(saved.errors) == {("branches", "max_items")}


def test_what_is_missing_depends_on_the_door() -> None:
    answers = {name: one for name, one in ANSWERS["business-licence"].items() if one is not FILE}
    errors, awaited = missing(form(**answers), "ussd")
    assert (errors, awaited) == ((), ("tax_clearance", "registration", "lease"))
    errors, awaited = missing(form(**answers), "web")
    assert (codes(errors), awaited) == (
        {("tax_clearance", "required"), ("registration", "required"), ("lease", "required")}, (),
    )  # fmt: skip


def test_fees_are_known_as_far_as_the_answers_go() -> None:
    assert [(one.fee, one.amount) for one in charges(form(**ANSWERS["business-licence"]))] == [
        ("licence", 200000), ("health", 20000),
    ]  # fmt: skip
    assert [(one.fee, one.amount) for one in charges(form(**{**ANSWERS["business-licence"], "sector": "shop"}))] == [
        ("licence", 160000)
    ]


def test_a_summary_has_labels_and_choices_in_each_language() -> None:
    rows = {one.field: one for one in summary(form(**ANSWERS["business-licence"]), "en", "web")}
    assert (rows["sector"].label, rows["sector"].text) == ("Kind of business", "Restaurant or food")
    rows = {one.field: one for one in summary(form(**ANSWERS["business-licence"]), "sw", "web")}
    assert rows["lease"].text == "pango.pdf"
    assert rows["sector"].text == "Mgahawa au chakula"


def test_the_same_answers_through_any_door_make_the_same_case() -> None:
    cases = [
        drive("business-licence").submit(ANSWERS["business-licence"], door=door) for door in ("web", "counter", "api")
    ]
    assert len({str(one.case.answers) for one in cases}) == 1
