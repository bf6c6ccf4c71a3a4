"""A document is taken back: by whom it may be, for a reason; the holder is told, and every verifier at once."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jumuishi.cases.models import Case
from jumuishi.documents import public as documents
from jumuishi.documents.models import Document
from jumuishi.documents.types import Issued, Issuer, Node, Order, Signer
from jumuishi.evidence import public as evidence
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.kernel import tenancy
from jumuishi.kernel.ids import new_id

pytestmark = pytest.mark.slow

REASON = "Biashara imehama <kata>"


@pytest.fixture
def licence(submitted: str) -> Issued:
    """Asha's licence of the council, as if her case had come to its end."""
    case = Case.objects.get(id=UUID(submitted.rstrip("/").rsplit("/", 1)[-1]))
    home = institutions.institution(case.institution_id)
    assert home is not None
    title = {"sw": "Leseni ya Biashara", "en": "Business Licence"}
    order = Order("licence", title, lambda _: [Node("text", (), "Mgahawa")], "Asha Juma", Signer("Neema", "Mkurugenzi"))
    return documents.issue(
        actor=Actor.system(), institution=Issuer(home.id, home.name), person_id=case.person_id, case_id=case.id,
        order=order,
    )  # fmt: skip


def words(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_the_head_takes_it_back_and_everybody_knows(
    licence: Issued,
    submitted: str,
    asha: Client,
    at_work: Callable[[str, str], Client],
    run_jobs: Callable[[], int],
) -> None:
    neema, address = at_work("mfano", "Neema"), f"/ofisi/hati/{licence.number}/"
    assert "Asha Juma" in words(neema.get(f"/ofisi/hati/?q={licence.number}"))
    assert "Hakuna hati ya taasisi yako" in words(neema.get("/ofisi/hati/?q=1000000000000000"))
    assert "Futa hati" in words(neema.get(address))
    assert b"".join(neema.get(f"{address}pdf/").streaming_content)[:5] == b"%PDF-"  # type: ignore[arg-type]
    nothing = neema.post(address, {"reason": " "})
    assert (nothing.status_code, "Andika sababu." in words(nothing)) == (422, True)
    assert licence.number not in asha.get("/revoked.json").content.decode()
    assert neema.post(address, {"reason": REASON}).status_code == 302
    # The public list, the page of verification and the holder: at once, without a cache between.
    listed = asha.get("/revoked.json")
    assert (licence.number in listed.content.decode(), listed["Cache-Control"]) == (True, "no-cache")
    checked = asha.post("/hakiki/", {"how": "number", "number": licence.number, "detail": "Asha"})
    assert "IMEFUTWA" in words(checked)
    assert "Biashara imehama &lt;kata&gt;" in checked.content.decode()
    run_jobs()
    sent = asha.get("/demo/outbox.json?to=%2B255700000001").content.decode()
    assert f"Hati namba {licence.number} imefutwa na Halmashauri ya Wilaya ya Mfano" in sent
    assert "imehama" not in sent
    mine = asha.get(submitted).content.decode()
    assert "IMEFUTWA" in mine
    assert "Biashara imehama &lt;kata&gt;" in mine
    # On the record with its reason; sent twice it stays as it is.
    (row,) = [
        one for one in evidence.history(thing_kind="document", thing_id=licence.id) if one.verb.endswith("revoke")
    ]
    assert row.body is not None
    assert row.body["after"] == {"state": "revoked", "reason": REASON, "replaced_by": ""}
    assert neema.post(address, {"reason": "tena"}).status_code == 302
    assert "tena" not in words(neema.get(address))


def test_nobody_else_may(licence: Issued, at_work: Callable[[str, str], Client]) -> None:
    address = f"/ofisi/hati/{licence.number}/"
    juma, baraka, subira = at_work("mfano", "Juma"), at_work("jirani", "Baraka"), at_work("jirani", "Subira")
    assert "Futa hati" not in words(juma.get(address))
    assert juma.post(address, {"reason": "x"}).status_code == 403
    for outsider in (baraka, subira):
        for path in (address, f"{address}pdf/"):
            assert outsider.get(path).status_code == 404, path
        assert outsider.post(address, {"reason": "x"}).status_code == 404
        assert "Asha" not in words(outsider.get(f"/ofisi/hati/?q={licence.number}"))
    assert Client().get(address).status_code == 302
    with tenancy.acting_as(tenancy.Principal.system()):
        assert documents.verify_payload(licence.payload).result == "genuine"


def test_the_authority_renews_and_strikes_off_keys(licence: Issued, at_work: Callable[[str, str], Client]) -> None:
    zuhura, neema = at_work("mamlaka", "Zuhura"), at_work("mfano", "Neema")
    assert neema.get("/ofisi/funguo/").status_code == 403
    kid = documents.verify_payload(licence.payload).key
    page = zuhura.get("/ofisi/funguo/")
    assert kid in words(page)
    assert "inasaini sasa" in words(page)
    assert zuhura.post("/ofisi/funguo/", {"kid": kid, "do": "rotate", "reason": ""}).status_code == 422
    assert zuhura.post("/ofisi/funguo/", {"kid": "zz", "do": "strike", "reason": "x"}).status_code == 404
    assert zuhura.post("/ofisi/funguo/", {"kid": kid, "do": "rotate", "reason": "mwaka mpya"}).status_code == 302
    assert "imestaafu" in words(zuhura.get("/ofisi/funguo/"))
    assert documents.verify_payload(licence.payload).result == "genuine"
    assert zuhura.post("/ofisi/funguo/", {"kid": kid, "do": "strike", "reason": "imeibiwa"}).status_code == 302
    assert documents.verify_payload(licence.payload).result == "unknown_key"


def test_the_list_costs_the_same_for_one_and_for_many(licence: Issued, at_work: Callable[[str, str], Client]) -> None:
    neema, costs = at_work("mfano", "Neema"), []
    for _ in range(2):
        with CaptureQueriesContext(connection) as caught:
            assert "Asha Juma" in words(neema.get("/ofisi/hati/"))
        costs.append(len(caught))
        first = Document.objects.get(number=licence.number)
        for n in range(40):
            first.pk, first.number, first.visit = new_id(), f"{len(costs)}{n:015d}", n + 99 * len(costs)
            first.save(force_insert=True)
    assert costs[0] == costs[1]
    assert "Ukurasa 1 kati ya 3" in words(neema.get("/ofisi/hati/"))
