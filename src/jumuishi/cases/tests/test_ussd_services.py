"""Every service that ships, applied for on a phone in both languages: each screen is measured as it is sent.

The answers are those of the authors' own stories; what comes of them is the same, byte for byte, by the other doors.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from jumuishi.cases.actions import drafts, submission
from jumuishi.cases.models import Case
from jumuishi.cases.ussd import asking
from jumuishi.channels.models import UssdSession
from jumuishi.channels.ussd import sessions
from jumuishi.channels.ussd.handset import Handset
from jumuishi.definitions import public as definitions
from jumuishi.definitions.stories.read import read_story
from jumuishi.definitions.types import Field
from jumuishi.identity import testing
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, tenancy
from jumuishi.project import demo_data
from jumuishi.services import public as services

pytestmark = pytest.mark.slow
SYSTEM = tenancy.Principal.system()
SERVICES = Path(__file__).resolve().parents[4] / "services"
HOME = {service: slug for slug, names in reversed(demo_data.OFFERED.items()) for service in names}


@pytest.fixture(scope="session")
def world(database: Any) -> Any:
    return database.furnish("all services", lambda: demo_data.load(("Arusha",)))


def stories() -> Iterator[Any]:
    """The first application of each story that is taken, with the day of the story."""
    for folder in sorted(SERVICES.iterdir()):
        seen: list[Any] = []
        for path in sorted(folder.glob("tests/*.yaml")):
            steps = [one.says for one in read_story(path).steps]
            given = next((one["apply"] for one in steps if "apply" in one and not one.get("refused")), None)
            # A document that was issued before is not there on an empty table.
            if given is not None and "earlier_number" not in given and given not in seen:
                seen.append(given)
                yield pytest.param(folder.name, given, id=f"{folder.name}-{path.stem}")


class Applicant:
    """Answers whatever is asked, as the story says it."""

    def __init__(self, phone: Handset, service: str, given: dict[str, Any], lang: str) -> None:
        self.phone, self.service, self.given, self.lang = phone, service, given, lang
        home = institutions.institution_by_slug(HOME[service])
        assert home is not None
        offering = services.offering_of(home.id, service)
        assert offering is not None
        self.home, self.offering = home, offering
        self.fields = services.definition(offering.edition_hash).package.all_fields()

    def standing(self) -> tuple[str, dict[str, Any]]:
        with tenancy.acting_as(SYSTEM):
            kept = sessions._opened(UssdSession.objects.order_by("-seen_at")[0].kept)
        assert kept is not None
        name, args, _ = kept.state["stack"][-1]
        return name, args

    def apply(self) -> str:
        phone = self.phone
        phone.dial()
        if self.lang == "en":
            phone.choose("English")
        phone.choose({"sw": "Omba huduma", "en": "Apply"}[self.lang])
        phone.choose(self.offering.name[self.lang])
        if self.standing()[0] == "cases.homes":
            phone.choose(self.home.name[self.lang])
        phone.choose({"sw": "Anza", "en": "Begin"}[self.lang])
        for _ in range(80):
            name, args = self.standing()
            if name == asking.SUMMARY:
                break
            self.answer(self.fields[args["f"]], name, args)
        phone.choose({"sw": "Soma majibu", "en": "Read"}[self.lang])
        while "\n99. " in phone.screen:
            phone.type("99")
        phone.choose({"sw": "Nimesoma", "en": "I have read"}[self.lang])
        phone.choose({"sw": "Wasilisha", "en": "Submit"}[self.lang])
        assert phone.is_over, phone.screen
        return phone.screen

    def answer(self, one: Field, place: str, args: dict[str, Any]) -> None:
        value, phone = self.given.get(one.name), self.phone
        if value is None and one.default is not None:
            value = one.default
        if place == asking.WHERE:
            found = institutions.place(str(value))
            assert found is not None
            if self.lang == "en":
                phone.choose(found.district if not args.get("k") and "r" in args else found.name)
            else:
                phone.type(found.name)
                if self.standing()[0] == asking.WHERE and self.standing()[1].get("q"):
                    phone.choose(f"{found.name}, {found.district}")
        elif one.type == "yes_no":
            phone.choose({"sw": ("Hapana", "Ndiyo"), "en": ("No", "Yes")}[self.lang][value == "true"])
        elif one.type == "select_one":
            phone.choose(one.choices[value].label[self.lang])
        elif one.type == "select_multiple":
            for key in value:
                phone.choose(one.choices[key].label[self.lang])
            phone.choose({"sw": "Endelea", "en": "Go on"}[self.lang])
        elif value is None:
            assert not one.required, one.name
            phone.type("99")
        elif one.type == "date":
            year, month, day = str(value).split("-")
            phone.type(f"{day}{month}{year}")
        else:
            phone.type(str(value).replace("-", "") if one.type in ("national_id", "tax_id") else str(value))


@pytest.mark.parametrize("lang", ["sw", "en"])
@pytest.mark.parametrize(("service", "given"), list(stories()))
def test_a_phone_applies_and_the_answers_are_those_of_the_other_doors(
    service: str, given: dict[str, Any], lang: str, world: Any, db: None, client: Client, run_jobs: Callable[[], int]
) -> None:
    phone = Handset("+255700000071", lambda form: client.post("/ussd/africastalking/", form).content.decode())
    applicant = Applicant(phone, service, given, lang)
    with clock.frozen(clock.now()):
        receipt = applicant.apply()
    with tenancy.acting_as(SYSTEM):
        case = Case.objects.get()
    assert " ".join(case.reference[n : n + 4] for n in range(0, 16, 4)) in receipt
    assert (case.door, case.language) == ("ussd", lang)
    # What the phone can carry, read by the same readers from the author's own words.
    package = services.definition(case.edition_hash).package
    carried = {name: value for name, value in given.items() if asking.is_carried(applicant.fields[name])}
    read = {name: definitions.parse_answer(applicant.fields[name], raw) for name, raw in carried.items()}
    defaults = {
        one.name: definitions.parse_answer(one, one.default)
        for one in applicant.fields.values()
        if one.default is not None and one.name in case.state["answers"] and one.name not in read
    }
    kept = {name: definitions.parse_answer(applicant.fields[name], raw) for name, raw in case.state["answers"].items()}
    assert definitions.canonical_answers(package, {**defaults, **read}) == definitions.canonical_answers(package, kept)
    missing = {
        name for name, value in given.items()
        if applicant.fields[name].doors.get("ussd") == "at_counter" and applicant.fields[name].required and value
    }  # fmt: skip
    awaited = set(case.state.get("awaited", ()))
    assert missing <= awaited
    if not awaited:
        assert by_another_door(applicant, carried) == case.answers_hash
    run_jobs()


def by_another_door(applicant: Applicant, answers: dict[str, Any]) -> str:
    """The hash of the same application by the API's door."""
    baraka = testing.citizen("0700 000 072", "Baraka")
    draft_id = drafts.begin_draft(actor=baraka, offering_id=applicant.offering.id, door="api")
    drafts.save_answers(actor=baraka, draft_id=draft_id, answers=answers, page="all", is_done=True)
    done = submission.submit(actor=baraka, draft_id=draft_id)
    with tenancy.acting_as(SYSTEM):
        return Case.objects.get(id=done.case_id).answers_hash
