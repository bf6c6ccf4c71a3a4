"""One canonical form by every door, for applications that are drawn from each service's definition, not thought out.

Each drawn application goes by every door that the service offers: web, USSD (with its papers brought to the counter
afterwards), a relative, the counter, an agent under an agreement and that agent's program, the API. Where one answer is
wrong, each door refuses that one in the same words. Then the office asks, and is answered by SMS, keys, pages and JSON.
JUMUISHI_DRAWS=200 draws so many for each service.
"""

import os
import re
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from jumuishi.cases import engine, sameness
from jumuishi.cases.actions import drafts, submission
from jumuishi.cases.helping.models import Agreement
from jumuishi.cases.models import Case, Task
from jumuishi.cases.tests import replies
from jumuishi.cases.tests.by_doors import (
    SYSTEM,
    Filing,
    bring,
    by_api,
    by_browser,
    by_counter,
    by_program,
    by_relative,
    staff,
)
from jumuishi.cases.tests.drawing import Offered, applications
from jumuishi.cases.tests.test_ussd_services import HOME, Applicant, stories, world
from jumuishi.cases.ussd import asking
from jumuishi.channels.ussd.handset import Handset
from jumuishi.definitions.types import Error, Field
from jumuishi.documents import public as documents
from jumuishi.documents.types import Issuer, Node, Order, Signer
from jumuishi.identity import testing
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, screens, tenancy
from jumuishi.services import public as services

pytestmark = pytest.mark.slow
__all__ = ["world"]
OWNER = "0700000046"
DRAWS = int(os.environ.get("JUMUISHI_DRAWS", "3"))
drawn = settings(
    max_examples=DRAWS, derandomize=DRAWS < 20, deadline=None, database=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


class Caller(Applicant):
    """Answers as they were drawn; the wrong one first, where it is asked."""

    def __init__(self, phone: Handset, service: str, filing: Filing) -> None:
        answers = {
            name: {True: "true", False: "false"}[value] if isinstance(value, bool) else value
            for name, value in filing.said.answers.items()
        }
        super().__init__(phone, service, answers, "sw")
        self.filing = filing

    def answer(self, one: Field, place: str, args: dict[str, Any]) -> None:
        if self.filing.wrong == one.name and "ussd" not in self.filing.refused and self.filing.said.wrong:
            right, self.given = self.given, self.filing.said.mistaken()
            super().answer(one, place, args)
            self.given = right
            assert self.standing() == (place, args), "what is wrong is asked again"
            self.filing.refused["ussd"] = self.phone.screen
        super().answer(one, place, args)


def issued_before(owner: Actor, service: str, said: dict[str, Any]) -> str:
    """The number of a document that the owner had of this service before; empty where it gives none to renew."""
    home = institutions.institution_by_slug(HOME[service])
    assert home is not None
    offering = services.offering_of(home.id, service)
    assert offering is not None
    package = services.definition(offering.edition_hash).package
    key = next((name for name, one in package.documents.items() if one.life), None)
    if key is None:
        return ""
    draft = drafts.begin_draft(actor=owner, offering_id=offering.id, door="ussd")
    fields = package.all_fields()
    typed = {name: value for name, value in said.items() if asking.is_carried(fields[name])}
    drafts.save_answers(actor=owner, draft_id=draft, answers=typed, page="all", is_done=True)
    case = submission.submit(actor=owner, draft_id=draft).case_id
    order = Order(key, {"sw": "Hati", "en": "Paper"}, lambda _: [Node("text", (), "Hati")], "Asha", Signer("N", "M"))
    with tenancy.acting_as(SYSTEM):
        return documents.issue(
            actor=Actor.system(), institution=Issuer(home.id, home.name), person_id=owner.who, case_id=case, order=order
        ).number


def of_one_service() -> list[Any]:
    """Each service that ships once, with the answers of a story."""
    return list({one.values[0]: pytest.param(*one.values, id=one.values[0]) for one in stories()}.values())


@pytest.mark.parametrize(("service", "story"), of_one_service())
def test_one_form_by_every_door_whatever_is_answered(
    service: str, story: dict[str, Any], world: Any, db: None, client: Client
) -> None:
    home = institutions.institution_by_slug(HOME[service])
    bank = institutions.institution_by_slug("benki-mfano")
    assert home is not None
    assert bank is not None
    offering = services.offering_of(home.id, service)
    assert offering is not None
    assert set(offering.doors) == {"web", "ussd", "counter", "api"}, "a door without a driver here"
    frame = engine.Frame(
        services.definition(offering.edition_hash), services.settings_of(offering, offering.edition_hash), home.id
    )
    first, second = (one.who for one in staff(home.id)[:2])
    Agreement.objects.create(
        institution_id=home.id, agent_id=bank.id, most=0, source="MKT/1", from_on=institutions.today(), made_by=first,
        made_at=clock.now(), approved_by=second, approved_at=clock.now(),
    )  # fmt: skip
    offered = Offered(frame, issued_before(testing.citizen(OWNER, "Asha Juma"), service, story))

    @drawn
    @given(st.data())
    def same(data: st.DataObject) -> None:
        with clock.frozen(clock.now()), transaction.atomic():
            said = data.draw(applications(offered))
            filing = Filing(str(offering.id), said, OWNER)
            phoned = by_phone(client, service, filing)
            counter = next(one for one in reversed(staff(home.id)) if not one.has("head", first_role(phoned)))
            agent = next(one for one in staff(bank.id) if one.has("head"))
            others = [
                by_browser(filing), by_relative(filing), by_counter(filing, counter),
                by_counter(filing, agent, "agent"), by_api(filing),
                by_program(filing, agent),
            ]  # fmt: skip
            forms = [sameness.form_of_case(one) for one in others]
            assert forms == [forms[0]] * len(forms)
            assert len({sameness.digest_of(one) for one in others}) == 1
            assert [one.door for one in others] == ["web", "web", "counter", "counter", "api", "api"]
            fields = frame.edition.package.all_fields()
            left = {name for name, one in fields.items() if not asking.is_carried(one)} & (
                set(said.answers) | said.files
            )
            assert set(phoned.state.get("awaited", ())) == left
            if left:
                assert sameness.digest_of(phoned) != sameness.digest_of(others[0])
                bring(phoned, fields, said)
            assert sameness.form_of_case(phoned) == forms[0]
            assert sameness.digest_of(phoned) == sameness.digest_of(others[0])
            assert {one.person_id for one in (phoned, *others)} == {testing.citizen(OWNER).who}
            refused_alike(filing, fields)
            answered_alike(client, offered, data, phoned, others)
            transaction.set_rollback(True)

    same()


def first_role(case: Case) -> str:
    """Whose task a case is first; whoever helped never decides."""
    with tenancy.acting_as(SYSTEM):
        found = Task.objects.filter(case=case, state="open").first()
    return found.role if found else ""


def answered_alike(client: Client, offered: Offered, data: st.DataObject, phoned: Case, others: list[Case]) -> None:
    """What the office asks then is answered by SMS, on keys, on pages and as JSON: the forms are one again."""
    reply = data.draw(replies.replies(offered, phoned))
    # On the list of an old phone a case is known by its last digits: once in thousands two are alike.
    if reply is None or len({one.reference[-4:] for one in (phoned, *others)}) < len(others) + 1:
        return
    web, relative, counter, agent, api, program = others
    for one in (phoned, *others):
        replies.ask(one, reply)
    owner, phone = testing.citizen(OWNER), handset(client)
    replies.by_sms(phone.phone, phoned, reply)
    replies.by_keys(phone, owner, counter, reply)
    replies.by_page(owner, web, reply)
    for one in (agent, program):
        replies.by_page(owner, one, reply)
    replies.by_page(testing.citizen("0700 000 047"), relative, reply)
    replies.by_json(owner, api, reply)
    forms = [sameness.form_of_case(replies.settled(one)) for one in (phoned, *others)]
    assert forms == [forms[0]] * len(forms)
    assert reply.changes.keys() <= forms[0]["answers"].keys()


def handset(client: Client) -> Handset:
    """The owner's phone."""
    return Handset("+255700000046", lambda sent: client.post("/ussd/africastalking/", sent).content.decode())


def by_phone(client: Client, service: str, filing: Filing) -> Case:
    """The first menu to the receipt."""
    receipt = Caller(handset(client), service, filing).apply()
    with tenancy.acting_as(SYSTEM):
        return Case.objects.get(reference="".join(re.findall(r"\d{4}", receipt)[:4]))


def refused_alike(filing: Filing, fields: dict[str, Field]) -> None:
    """One answer, one reason, by every door; on an old phone in signs of its own, and days by keys alone."""
    if filing.said.wrong is None:
        assert filing.refused == {}
        return
    one = fields[filing.wrong]
    heard = filing.refused.pop("ussd", None)
    assert set(filing.refused) == {"web", "relative", "counter", "agent", "api", "program"}
    assert len(set(filing.refused.values())) == 1, (filing.said.wrong, filing.refused)
    assert (heard is not None) == asking.is_carried(one)
    words = filing.refused["api"]
    if heard is not None:
        codes = {asking.errors.words(Error((one.name,), code), one, "sw"): code for code in ("date", "time")}
        told = asking.wrong_words(Error((one.name,), codes[words]), one, "sw") if words in codes else words
        assert screens.clean(told) in heard, (told, heard)
