"""A dispute that was handed in: the officer reads both, and whoever answers for the register has it with a clock."""

from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from jumuishi.cases.events import LookupDisputed
from jumuishi.cases.lookups.tests.conftest import (
    NAME,
    SYSTEM,
    apply,
    at_work,
    draft_of,
    looks_of,
    rest_of,
    said,
    send,
    submit,
)
from jumuishi.cases.models import Dispute
from jumuishi.exchange.tests.registry import Registry, officer
from jumuishi.feedback.models import Item
from jumuishi.kernel import tenancy
from jumuishi.project.disputes import tell_the_owner

pytestmark = pytest.mark.slow


def test_the_owner_of_the_register_has_it_with_a_clock(register: Registry) -> None:
    asha = Client()
    draft = apply(asha)
    send(asha, draft)
    here = str(send(asha, draft, disputes="full_name")["Location"])
    asha.post(here, {"full_name": "Asha Ali Juma", "reason": "Nimebadili jina"})
    assert items() == []
    send(asha, draft, full_name="Asha Ali Juma")
    rest_of(asha, draft)
    assert f"inasema: {NAME}. Mwombaji anasema si sahihi: Nimebadili jina" in said(asha.get(f"{draft}hakiki/"))
    case = submit(asha, draft)
    assert case.state["answers"]["full_name"] == "Asha Ali Juma"
    juma = Client()
    at_work(juma, "mfano")
    page = said(juma.get(f"/ofisi/ombi/{case.id}/"))
    assert "Asha Ali Juma" in page
    assert f"inasema: {NAME}. Mwombaji anasema si sahihi: Nimebadili jina" in page
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        row = Dispute.objects.get(draft_id=draft_of(draft).id)
        for _ in range(2):
            tell_the_owner(LookupDisputed(row.id, case.id, case.institution_id, case.person_id))
    (item,) = items()
    owner = officer("maji-mfano", "head")
    assert (item.institution_id, item.person_id, item.kind) == (owner.workplace, case.person_id, "complaint")
    assert item.due_at is not None
    assert NAME in item.text
    assert "Nimebadili jina" in item.text
    # By the call's number the owner finds the record; the personal number itself does not travel in words.
    assert looks_of(draft)[0].message_id in item.text


def items() -> list[Any]:
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        return list(Item.objects.filter(text__contains="Nimebadili jina"))
