"""Whatever is answered, by phone, on the web or by API: one canonical form and one hash."""

import itertools
import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jumuishi.cases.actions import drafts, submission
from jumuishi.cases.models import Case
from jumuishi.channels.ussd.handset import Handset
from jumuishi.identity import testing
from jumuishi.institutions import public as institutions
from jumuishi.kernel import tenancy
from jumuishi.services import public as services

pytestmark = pytest.mark.slow
SYSTEM = tenancy.Principal.system()
PURPOSES = {"bank": "Kufungua", "nida": "Kitambulisho", "school": "Shule", "work": "Kazi", "other": "Sababu"}
phones = itertools.count(100)


def said(most: int) -> st.SearchStrategy[str]:
    """Words that somebody may type, stars and accents among them; never one of the ways out."""
    signs = st.characters(codec="utf-8", categories=("Lu", "Ll", "Zs"), include_characters="'*-.,/()")
    return st.text(signs, min_size=1, max_size=most).filter(lambda text: any(one.isalpha() for one in text))


@st.composite
def answers(draw: st.DrawFn) -> dict[str, Any]:
    """An application that is sound: each answer of the kind that its question asks."""
    has_nin = draw(st.booleans())
    born = draw(st.dates(date(1930, 1, 1), date(2008, 1, 1)))
    given: dict[str, Any] = {"full_name": draw(said(50)), "has_nin": has_nin}
    if has_nin:
        tail = "".join(str(draw(st.integers(0, 9))) for _ in range(12))
        given["nin"] = f"{born:%Y%m%d}{tail}"
    else:
        given["born_on"] = born.isoformat()
    given |= {"place": draw(st.sampled_from(("23101", "23102", "23103"))), "street": draw(said(40))}
    if draw(st.booleans()):
        given["address_number"] = draw(said(20))
    given["lived_years"] = draw(st.integers(0, 120))
    given["office"] = draw(st.sampled_from(("street", "ward")))
    given["purpose"] = draw(st.sampled_from([one for one in PURPOSES if one != "nida" or not has_nin]))
    if given["purpose"] == "other":
        given["purpose_other"] = draw(said(40))
    return given | {"recipient": draw(said(40))}


def by_phone(given: Mapping[str, Any], number: int) -> str:
    client = Client()
    asha = Handset(f"+255700{number:06d}", lambda form: client.post("/ussd/africastalking/", form).content.decode())
    asha.dial()
    for words in ("Omba huduma", "Barua ya utambulisho", "Halmashauri ya Wilaya ya Mfano", "Anza"):
        asha.choose(words)
    asha.type(given["full_name"], "1" if given["has_nin"] else "2")
    if given["has_nin"]:
        asha.type(given["nin"])
    else:
        year, month, day = given["born_on"].split("-")
        asha.type(f"{day}{month}{year}")
    place = institutions.place(given["place"])
    assert place is not None
    before = asha.screen
    asha.type(place.name)
    if asha.screen.split("\n")[0] == before.split("\n")[0]:
        asha.choose(f"{place.name}, {place.district}")
    asha.type(given["street"], given.get("address_number", "99"), str(given["lived_years"]))
    asha.type("1" if given["office"] == "street" else "2")
    asha.choose(PURPOSES[given["purpose"]])
    if "purpose_other" in given:
        asha.type(given["purpose_other"])
    asha.type(given["recipient"])
    asha.choose("Wasilisha")
    assert asha.is_over, asha.screen
    return hash_of("".join(re.findall(r"\d{4}", asha.screen)[:4]))


def by_web(given: Mapping[str, Any]) -> str:
    client = Client()
    page = client.get("/huduma/mfano/introduction-letter/").content.decode()
    found = re.search(r'action="(/omba/[^"]+)"', page)
    assert found
    draft = str(client.post(found[1])["Location"])
    raw = {name: {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)
           for name, value in given.items()}  # fmt: skip
    raw |= {"place__text": "x", "place__pick": raw.pop("place"), "place": ""}
    for name in ("person", "home", "letter"):
        answer = client.post(f"{draft}{name}/", raw)
        if answer.status_code == 200:  # asked anew, with what an answer brought along
            answer = client.post(f"{draft}{name}/", raw)
        assert answer.status_code == 302, re.findall(r'class="msg"[^>]*>([^<]+)', answer.content.decode())
    done = client.post(f"{draft}hakiki/", {"phone": "0700000001"})
    assert done.status_code == 302
    case_id = UUID(done["Location"].split("/")[-3])
    with tenancy.acting_as(SYSTEM):
        return Case.objects.get(id=case_id).answers_hash


def by_api(given: Mapping[str, Any]) -> str:
    baraka = testing.citizen("0700 000 072", "Baraka")
    home = institutions.institution_by_slug("mfano")
    assert home is not None
    offering = services.offering_of(home.id, "introduction-letter")
    assert offering is not None
    draft_id = drafts.begin_draft(actor=baraka, offering_id=offering.id, door="api")
    drafts.save_answers(actor=baraka, draft_id=draft_id, answers=given, page="all", is_done=True)
    done = submission.submit(actor=baraka, draft_id=draft_id)
    with tenancy.acting_as(SYSTEM):
        return Case.objects.get(id=done.case_id).answers_hash


def hash_of(reference: str) -> str:
    with tenancy.acting_as(SYSTEM):
        return Case.objects.get(reference=reference).answers_hash


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(answers())
def test_one_form_by_every_door(country: dict[str, UUID], given: dict[str, Any]) -> None:
    assert by_phone(given, next(phones)) == by_web(given) == by_api(given)
