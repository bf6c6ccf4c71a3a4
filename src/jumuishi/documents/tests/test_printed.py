"""What a scanner reads is what a person reads: every claim stands on the page, whatever the author wrote or forgot."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

import base45
import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from jumuishi.documents import code, printed
from jumuishi.documents.rendering import paper
from jumuishi.documents.rendering.tree import text_of
from jumuishi.documents.tests.conftest import Cast, text
from jumuishi.documents.tests.test_paper import AT, KID
from jumuishi.documents.types import Code, Facts, Node, Order, Signer
from jumuishi.documents.words import day, page

NUMBER = "1012345678901234"
LAST = date(2028, 11, 24)
CAST = Cast()


def order(claims: dict[str, Any], body: list[Node], layout: str = "certificate") -> Order:
    title = {"sw": "Leseni ya Biashara", "en": "Business Licence"}
    return Order("licence", title, lambda _: body, "Asha Juma", Signer("Neema", "Mkurugenzi"), claims, LAST,
                 layout=layout)  # fmt: skip


def issued(wanted: Order) -> tuple[str, str, bytes]:
    """The payload, the words of the page as a person reads them, and the PDF."""
    claims = code.fit_claims(wanted.claims)
    issuer = code.short_id(CAST.council.id)
    carried = Code(issuer, NUMBER, wanted.key, wanted.title["sw"], AT.date(), LAST, claims)
    payload = code.sign(carried, KID, Ed25519PrivateKey.generate())
    inside = printed.body(wanted, Facts("1012 3456 7890 1234", AT.date(), LAST), claims)
    pdf = paper.render(page(wanted, CAST.council, number=NUMBER, at=AT, kid=KID.hex(), payload=payload, body=inside))
    words = " ".join(" ".join(sheet.extract_text() for sheet in PdfReader(BytesIO(pdf)).pages).split())
    return payload, words, pdf


def leaves(found: Any) -> list[Any]:
    if isinstance(found, dict):
        return [leaf for value in found.values() for leaf in leaves(value)]
    return [found]


@pytest.mark.parametrize("layout", ["certificate", "letter"])
def test_all_that_a_scanner_reads_stands_on_the_page(layout: str) -> None:
    claims = {"holder": "Asha Juma", "business": "Mgahawa wa Asha", "fee": 220000, "ward": "Sekei"}
    body = [Node("paragraph", (text("Mgahawa "), Node("strong", (text("wa Asha"),))))]
    payload, words, _ = issued(order(claims, body, layout))
    sign1 = cbor2.loads(base45.b45decode(payload.removeprefix(code.PREFIX))).value
    carried = cbor2.loads(sign1[2])
    for leaf in leaves(carried):
        spoken = {str(leaf)}
        if isinstance(leaf, int) and leaf > 10**9:  # an instant: the day itself, or the last one before it
            found = datetime.fromtimestamp(leaf, AT.tzinfo).date()
            spoken = {day(found, "sw"), day(found - timedelta(days=1), "sw")}
        if leaf == NUMBER:
            spoken = {"1012 3456 7890 1234"}
        assert any(one in words for one in spoken), leaf
    kid = cbor2.loads(sign1[0])[4].hex()
    assert " ".join(kid[at : at + 4] for at in range(0, 16, 4)) in words
    assert set(carried) == {1, 4, 6, -70001, -70002, -70003, -70004}


def test_what_the_author_left_out_is_printed_and_nothing_twice() -> None:
    said = [Node("paragraph", (text("Mgahawa  wa\nAsha"),)), Node("table", ())]
    facts = Facts("", AT.date(), None)
    assert printed.body(order({}, said), facts, {"business": "Mgahawa wa Asha"}) == said
    made = printed.body(order({}, said), facts, {"ward": "Sekei", "holder": "Asha Juma"})
    assert text_of(made[-1:]) == "Kata Sekei"


TEXTS = st.text(st.characters(codec="latin-1", exclude_categories=["C"]), max_size=60)


@settings(max_examples=25, deadline=None)
@given(st.dictionaries(st.sampled_from(["business", "ward", "place", "purpose"]), TEXTS | st.integers(), max_size=4))
def test_whatever_the_answers_the_claims_are_in_what_is_drawn(claims: dict[str, Any]) -> None:
    fitted = code.fit_claims(claims)
    said = text_of(printed.body(order(claims, []), Facts("", AT.date(), None), fitted)) + " Asha Juma"
    assert all(" ".join(str(value).split()) in said for value in fitted.values())


LONG = "W" * 50


@pytest.mark.parametrize("layout", ["certificate", "letter"])
def test_the_longest_answers_stay_within_the_page(layout: str) -> None:
    row = Node("row", (Node("header", (text("Biashara"),)), Node("cell", (text(LONG),))))
    wanted = order({}, [Node("table", (row, row)), Node("paragraph", (text(LONG * 4),))], layout)
    wanted = replace(wanted, holder=LONG, signer=Signer("M" * 60, "M" * 80), title={"sw": "M" * 60, "en": "M" * 60})
    plain = order({}, [Node("paragraph", (text("Fupi"),))], layout)
    # Nothing but the border lies in the outer 22 mm on either side, whatever is typed.
    assert margins(wanted) == margins(plain)


def margins(wanted: Order) -> tuple[bytes, bytes]:
    inside = wanted.body(Facts("1012 3456 7890 1234", AT.date(), LAST))
    sheet = page(wanted, CAST.council, number=NUMBER, at=AT, kid=KID.hex(), payload="JM1:AAAA", body=inside)
    seen = Image.open(BytesIO(paper.picture(sheet, 60))).convert("L")
    edge = round(22 / 210 * seen.width)
    left, right = (0, 0, edge, seen.height), (seen.width - edge, 0, seen.width, seen.height)
    return seen.crop(left).tobytes(), seen.crop(right).tobytes()
