"""Another front end, written with our Python client: from search to a verified licence, told of each step."""

import hashlib
import re
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jumuishi_client import (
    AnswersError,
    AwayError,
    BadNoticeError,
    Jumuishi,
    NotFoundError,
    NotNowError,
    SignInError,
    read_notice,
)

from bench._installation import Installed, installation
from bench._relay import relay
from journeys.visitor import PDF, Visitor
from jumuishi.cases.resumable.tests.conftest import pdf
from jumuishi.cases.tests.test_hooks import Receiver
from jumuishi.hooks import rules

pytestmark = [pytest.mark.database, pytest.mark.slow]
HOUSE = Path(__file__).resolve().parents[1]
PHONE = "0700 000 071"
PAGES: dict[str, dict[str, Any]] = {
    "applicant": {"nin": "19000101000000000001", "full_name": "Asha Juma", "tin": "100100100"},
    "business": {"business_name": "Mgahawa wa Asha", "sector": "food", "food_handlers": 3, "years": 1},
}
FILES = ("tax_clearance", "registration", "lease")
TOPICS = ("case.submitted", "case.moved", "case.ended", "bill.issued", "bill.paid", "document.issued")


@pytest.fixture(scope="module")
def house() -> Iterator[Installed]:
    """A whole installation that may tell programs on this machine."""
    with installation(web_workers=1, sign_in=True, JUMUISHI_HOOKS_LOOPBACK="1") as found:
        yield found


def front_end(house: Installed, **more: Any) -> Jumuishi:
    return Jumuishi(house.address, language="en", trust_env=False, **more)


def until(found: Callable[[], Any]) -> Any:
    """What is there within a minute."""
    for _ in range(120):
        if value := found():
            return value
        time.sleep(0.5)
    raise AssertionError("not within a minute")


def test_from_search_to_a_verified_licence_told_of_each_step(house: Installed) -> None:
    receiver = Receiver()
    with front_end(house) as asha, front_end(house) as baraka:
        offering = next(one for one in asha.services("business licence", institution="mfano"))
        ward = next(asha.places("sekei"))["code"]
        begun = asha.begin(offering["id"], key="once")
        draft = begun["id"]
        assert "guest" in begun
        asha.send_code(PHONE)
        asha.sign_in(PHONE, Visitor(house).code(PHONE))
        hook = asha.make_hook(receiver.url, TOPICS)
        with pytest.raises(AnswersError) as wrong:
            asha.save(draft, "applicant", {"full_name": "Asha Juma", "nin": "1"})
        assert "nin" in wrong.value.fields
        for field in FILES:
            assert asha.attach(draft, field, "hati.pdf", PDF)["size"] == len(PDF)
        for page, answers in {**PAGES, "premises": {"place": ward}}.items():
            asha.save(draft, page, answers)
        assert asha.draft(draft)["missing"] == []
        done = asha.submit(draft)
        assert asha.submit(draft) == done
        assert asha.track(done["reference"])["outcome"] == ""
        assert [one["id"] for one in asha.cases()] == [done["case"]]
        assert asha.receipt(done["case"])
        # Baraka, signed in, with every number of Asha's.
        baraka.send_code("0700 000 072")
        baraka.sign_in("0700 000 072", Visitor(house).code("0700 000 072"))
        for ask in (
            lambda: baraka.case(done["case"]), lambda: baraka.withdraw(done["case"]), lambda: baraka.draft(draft),
            lambda: baraka.receipt(done["case"]), lambda: baraka.test_hook(hook["id"]),
            lambda: list(baraka.deliveries(hook["id"])), lambda: baraka.renew_bill(done["case"]),
            lambda: baraka.answer(done["case"], 1, {}), lambda: baraka.appeal(done["case"], "x"),
        ):  # fmt: skip
            with pytest.raises(NotFoundError):
                ask()
        assert list(baraka.documents()) == []

        officers = Officers(house)
        officers.decide(done["case"], ("juma", "ask"))
        seen = asha.case(done["case"])
        asha.attach_to_case(done["case"], "registration", "cheti.pdf", PDF + b"mpya")
        change = {"business_name": "Mgahawa wa Asha na Wana"}
        first = asha.answer(done["case"], seen["version"], change, "Hiki hapa", key="reply")
        assert asha.answer(done["case"], seen["version"], change, "Hiki hapa", key="reply") == first
        with pytest.raises(NotNowError):
            asha.answer(done["case"], seen["version"], change)
        officers.decide(done["case"], ("juma", "forward"), ("salma", "pass"), ("petro", "pass"), ("neema", "approve"))
        bill = until(lambda: (one := asha.case(done["case"]).get("bill")) and one["control_number"] and one)
        paid = httpx.post(
            f"{house.address}demo/pay", data={"control_number": bill["control_number"]}, trust_env=False, timeout=30
        )
        assert paid.is_success
        paper = until(lambda: next(asha.documents(), None))
        licence = asha.document(done["case"], paper["id"])
        assert baraka.verify_file("leseni.pdf", licence)["result"] == "genuine"
        assert baraka.verify(paper["number"], "Asha")["result"] == "genuine"

        until(lambda: len(receiver.came) >= 10 and asha.case(done["case"])["outcome"])
        until(lambda: not list(asha.deliveries(hook["id"], state="waiting")))
        told = [read_notice(hook["secret"], headers, body) for headers, body in receiver.came]
        assert {one.topic for one in told} == set(TOPICS)
        assert len({one.id for one in told}) == len(told)
        assert {one.data["reference"] for one in told} == {done["reference"]}
        assert next(one.data["control_number"] for one in told if one.topic == "bill.issued") == bill["control_number"]
        asha.end_hook(hook["id"])
        assert list(asha.hooks()) == []
        asha.sign_out()
        with pytest.raises(SignInError):
            list(asha.cases())
    receiver.server.shutdown()


def test_an_officers_own_program_files_for_an_owner_who_ends_it_at_once(house: Installed) -> None:
    faraja, phone = Visitor(house), "0700 000 073"
    faraja.officer("faraja@mfano.example")
    key = re.search(r'class="hash">(\w+)<', faraja.send("/ofisi/usalama/mfumo/").text)
    assert key is not None
    with front_end(house, token=key[1]) as desk, front_end(house) as asha:
        offering = next(one for one in desk.services("business licence", institution="mfano"))
        ward = next(desk.places("sekei"))["code"]
        asked = desk.ask_to_help(phone, offering["id"])
        assert desk.ask_to_help(phone, offering["id"]) == asked
        with pytest.raises(AnswersError) as wrong:
            desk.consent(asked["id"], "12345")
        assert "code" in wrong.value.fields
        assert desk.consent(asked["id"], Visitor(house).code(phone))["state"] == "stands"
        draft = desk.begin_for(asked["id"])["id"]
        for field in FILES:
            desk.attach(draft, field, "hati.pdf", PDF)
        for page, answers in {**PAGES, "premises": {"place": ward}}.items():
            desk.save(draft, page, answers)
        done = desk.submit(draft)
        assert next(desk.helping())["case"] == done["case"]
        asha.send_code(phone)
        asha.sign_in(phone, Visitor(house).code(phone))
        assert asha.case(done["case"])["digest"] == done["digest"]
        helper = next(asha.helpers())
        assert "Faraja" in helper["who"]
        assert asha.end_helper(helper["id"])["state"] == "owner"
        for ask in (
            lambda: desk.draft(draft), lambda: desk.case(done["case"]), lambda: desk.begin_for(asked["id"]),
            lambda: desk.mandate(asked["id"]), lambda: desk.let_go(asked["id"]),
        ):  # fmt: skip
            with pytest.raises(NotFoundError):
                ask()
        with pytest.raises(SignInError):
            list(desk.cases())


class Officers:
    """Each signs in once: the code of this half minute opens once."""

    def __init__(self, house: Installed) -> None:
        self.house, self.there = house, dict[str, Visitor]()

    def decide(self, case: str, *acts: tuple[str, str]) -> None:
        for name, act in acts:
            if name not in self.there:
                self.there[name] = Visitor(self.house)
                self.there[name].officer(f"{name}@mfano.example")
            self.there[name].decides(case, act)


def test_a_large_file_goes_on_after_a_cut_and_from_another_process(house: Installed) -> None:
    content, told = pdf(1_500_000), list[tuple[int, int]]()
    with relay(house.address) as link, Jumuishi(link.address, language="en", trust_env=False) as asha:
        offering = next(one for one in asha.services("business licence", institution="mfano"))
        draft = asha.begin(offering["id"])["id"]
        link.left = 700_000
        with pytest.raises(AwayError):
            asha.attach(draft, "lease", "mkataba.pdf", content, said=lambda *far: told.append(far))
        assert told[-1][0] < 700_000
        link.left = None
        before = link.carried
        with Jumuishi(link.address, token=asha.token, language="en", trust_env=False) as other:
            kept = other.attach(draft, "lease", "mkataba.pdf", BytesIO(content))
        assert kept["sha256"] == hashlib.sha256(content).hexdigest()
        assert (kept["size"], kept["type"], kept["name"]) == (1_500_000, "application/pdf", "mkataba.pdf")
        assert link.carried - before < 1_100_000, "what was there was not sent again"
        assert asha.draft(draft)["answers"]["lease"]["sha256"] == kept["sha256"]
        with pytest.raises(AnswersError) as wrong:
            asha.attach(draft, "lease", "kubwa.pdf", pdf(2_100_000))
        assert "2 MB" in wrong.value.fields["lease"]


def test_where_nobody_answers_it_says_so_and_tries_again_what_it_may() -> None:
    with Jumuishi("http://127.0.0.1:9", trust_env=False) as nobody:
        began = time.monotonic()
        with pytest.raises(AwayError):
            nobody.begin("x")
        assert time.monotonic() - began > 0.5, "three tries under one key"
        with pytest.raises(AwayError):
            nobody.send_code(PHONE)


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32), st.integers(-900, 900))
def test_a_notice_is_believed_only_when_ours_and_of_now(key: bytes, other: bytes, late: int) -> None:
    body, now = b'{"type":"case.moved","timestamp":"2026-11-27T09:00:00+00:00","data":{"case":"1"}}', 1_800_000_000
    headers = {
        "webhook-id": "a",
        "webhook-timestamp": str(now),
        "webhook-signature": rules.signature([key], "a", now, body),
    }
    secret = rules.as_secret(key)
    if abs(late) <= 300:
        assert read_notice(secret, headers, body, now=now + late).data == {"case": "1"}
    else:
        with pytest.raises(BadNoticeError):
            read_notice(secret, headers, body, now=now + late)
    for changed in ({**headers, "webhook-id": "b"}, {**headers, "webhook-timestamp": str(now + 1)}, {}):
        with pytest.raises(BadNoticeError):
            read_notice(secret, changed, body, now=now)
    with pytest.raises(BadNoticeError):
        read_notice(secret, headers, body + b" ", now=now)
    if other != key:
        with pytest.raises(BadNoticeError):
            read_notice(rules.as_secret(other), headers, body, now=now)
    both = {**headers, "webhook-signature": rules.signature([other, key], "a", now, body)}
    assert read_notice(secret, both, body, now=now).topic == "case.moved"


def test_the_client_needs_nothing_of_the_server() -> None:
    sources = list((HOUSE / "clients/python/jumuishi_client").glob("*.py"))
    assert len(sources) > 4
    for path in sources:
        imported = [
            line.split()[1].split(".")[0]
            for line in path.read_text().splitlines()
            if line.startswith(("import ", "from "))
        ]
        assert not {"jumuishi", "django", "ninja", "pydantic"} & set(imported), path
