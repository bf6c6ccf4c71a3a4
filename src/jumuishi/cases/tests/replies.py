"""The office asks, and each case is answered by its own door: a page, JSON, an old phone after its PIN, one SMS."""

from dataclasses import dataclass
from typing import Any

from django.test import Client
from hypothesis import strategies as st

from jumuishi.cases import engine, form
from jumuishi.cases.models import Case
from jumuishi.cases.tests.by_doors import SYSTEM, posted
from jumuishi.cases.tests.drawing import Offered, fits, values, words
from jumuishi.cases.tests.test_api import Api
from jumuishi.cases.tests.test_sms import write
from jumuishi.cases.tests.test_ussd_life import decide
from jumuishi.channels.ussd.handset import Handset
from jumuishi.definitions.types import ApplicantStage, Field, TaskStage
from jumuishi.identity import pins, testing
from jumuishi.identity.session import new_token
from jumuishi.identity.types import Actor
from jumuishi.kernel import tenancy

PIN = "2580"


@dataclass(frozen=True)
class Reply:
    """What an officer does to ask, with the fields of the task; what is answered then, and the words beside it."""

    act: str
    fields: dict[str, Any]
    changes: dict[str, Any]
    message: str


@st.composite
def replies(draw: st.DrawFn, on: Offered, case: Case) -> Reply | None:
    """What may happen now, where the task at hand lets an officer ask; an SMS carries one answer or the words."""
    package = on.frame.edition.package
    task = package.stages[case.stage]
    asks = [
        (name, stage)
        for name, one in (task.actions.items() if isinstance(task, TaskStage) else ())
        if isinstance(stage := package.stages.get(one.to), ApplicantStage)
    ]
    if not asks or not isinstance(task, TaskStage):
        return None
    act, stage = draw(st.sampled_from(asks))
    filled = form.form_of(on.frame, case.state["answers"])
    fields = {one.name: _drawn(draw, filled, one) for one in task.fields if one.required}
    shown = filled.named(one.name for one in asked(package.all_fields(), stage))
    wanted = [one for one in shown if one.required and one.type != "file" and filled.data().get(one.name) is None]
    changes = {one.name: _drawn(draw, filled, one) for one in wanted}
    return Reply(act, fields, changes, draw(words(1, 60)))


def _drawn(draw: st.DrawFn, filled: Any, one: Field) -> Any:
    return draw(values(filled, one).filter(lambda raw: fits(filled, one, raw)))


def asked(fields: Any, stage: ApplicantStage) -> list[Field]:
    """The questions of an applicant's stage."""
    return [fields[one] if isinstance(one, str) else one for one in stage.fields]


def ask(case: Case, reply: Reply) -> None:
    """The officer whose task it is asks."""
    decide(case, reply.act, fields=reply.fields, message="Eleza zaidi.")
    assert case.waits == "applicant"


def by_page(who: Actor, case: Case, reply: Reply) -> None:
    """The case's page sends all that it shows, as a browser does."""
    client = Client()
    testing.sign_in(client, who)
    package = engine.frame_of(case).edition.package
    stage, sent = package.stages[case.stage], {"version": str(case.version), "message": reply.message}
    assert isinstance(stage, ApplicantStage)
    for one in asked(package.all_fields(), stage):
        if one.type != "file":
            sent |= posted(one, {**case.state["answers"], **reply.changes}, frozenset(), "")
    answer = client.post(f"/maombi/{case.id}/jibu/", sent)
    assert answer.status_code == 302, answer.content.decode()[:3000]


def by_json(who: Actor, case: Case, reply: Reply) -> None:
    """The owner's app."""
    said = {"version": case.version, "answers": reply.changes, "message": reply.message}
    Api(new_token(who.who))("post", f"/cases/{case.id}/answer", said, status=200)


def by_sms(phone: str, case: Case, reply: Reply) -> None:
    """JIBU, the number, and the one answer; where nothing is demanded, the words."""
    said = next(iter(reply.changes.values()), reply.message)
    told = write(f"JIBU {case.reference} {said}", phone)
    assert told.startswith("Jibu lako kwa ombi"), told


def by_keys(phone: Handset, owner: Actor, case: Case, reply: Reply) -> None:
    """After the PIN; each answer, the words, and then all at once."""
    pins.set_pin(actor=owner, pin=PIN)
    fields = engine.frame_of(case).edition.package.all_fields()
    phone.dial()
    phone.choose("Fuatilia")
    phone.choose("Maombi yangu")
    phone.type(PIN)
    phone.choose(f"{case.service_name['sw']} ..{case.reference[-4:]}")
    phone.choose("Jibu ofisi")
    for name, value in reply.changes.items():
        label = fields[name].label
        assert label is not None
        phone.choose(label["sw"])
        phone.type(str(value))
    phone.choose("Maneno kwa ofisi")
    phone.type(reply.message)
    phone.choose("Tuma majibu")
    assert phone.screen.startswith("Majibu yametumwa."), phone.screen


def settled(case: Case) -> Case:
    """The case as it stands, answered."""
    with tenancy.acting_as(SYSTEM):
        case.refresh_from_db()
    assert case.waits != "applicant"
    return case
