"""The pages of what is kept of a call: who may open, hold and erase it, and that others find nothing there."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import localdate

from jumuishi.cases.tests.conftest import at_work
from jumuishi.exchange.models import KeptBodies, Payload, Record
from jumuishi.exchange.sealing import Box
from jumuishi.exchange.tests.desk import HERE, call, said
from jumuishi.exchange.types import Part
from jumuishi.kernel import clock, tenancy

__all__ = ["at_work"]
AtWork = Callable[[str, str], Client]


@pytest.fixture
def row(at_work: AtWork) -> Record:  # with the officers comes their world
    """A call of the water authority's, of which both bodies are kept."""
    found = call("maji-mfano")
    box, until = Box.fresh(found.id), localdate(clock.now()) + timedelta(days=9)
    of = {"institution_id": found.institution_id, "erase_on": until}
    with tenancy.acting_as(tenancy.Principal.system()):
        KeptBodies.objects.create(
            id=found.id, kept_at=clock.now(), key=box.wrapped(), parts=["request", "answer"], **of
        )
        for part in Part:
            Payload.objects.create(record_id=found.id, part=part, sealed=box.shut(part, 0, part.encode()), **of)
    return found


def page(row: Record, rest: str = "") -> str:
    return f"{HERE}kumbukumbu/{row.id}/yaliyomo/{rest}"


def test_opened_with_a_reason_only(at_work: AtWork, row: Record) -> None:
    bakari = at_work("maji-mfano", "Bakari")
    assert "Maudhui yaliyotunzwa" in said(bakari.get(f"{HERE}kumbukumbu/{row.id}/"))
    told = said(bakari.get(page(row)))
    assert "ombi, jibu" in told
    assert "Futa kabla ya muda" not in told, "the head's alone"
    assert "Andika sababu" in said(bakari.post(page(row, "pakua/"), {"reason": " "}))
    assert "Uthibitisho unaandaliwa" in said(bakari.post(page(row, "pakua/"), {"reason": "Malalamiko"}))


def test_held_released_and_erased_by_the_head(at_work: AtWork, row: Record) -> None:
    aisha = at_work("maji-mfano", "Aisha")
    for _ in range(2):
        assert aisha.post(page(row), {"do": "hold", "reason": "Kesi"}).status_code == 302
    assert "Yamezuiwa kufutwa" in said(aisha.get(page(row)))
    refused = aisha.post(page(row, "futa/"), {"reason": "Sheria"})
    assert refused.status_code == 422
    assert "Ondoa zuio kwanza" in said(refused)
    assert aisha.post(page(row), {"do": "release", "reason": "Imekwisha"}).status_code == 302
    assert "Ufunguo wa maudhui utaharibiwa" in said(aisha.get(page(row, "futa/")))
    for _ in range(2):
        assert aisha.post(page(row, "futa/"), {"reason": "Amri ya mahakama"}).status_code == 302
    told = said(aisha.get(page(row)))
    assert "Amri ya mahakama" in told
    assert "hayawezi kusomwa tena" in told
    assert "Maudhui yameshafutwa" in said(aisha.post(page(row, "pakua/"), {"reason": "Tena"}))
    assert "Erased" in said(aisha.get(f"/en{page(row)}"))


def test_nobody_else_comes_near(at_work: AtWork, row: Record, client: Client) -> None:
    for slug, name in (("benki-mfano", "Shabani"), ("benki-mfano", "Rose"), ("jirani", "Subira")):
        other = at_work(slug, name)
        for rest in ("", "pakua/", "futa/"):
            assert other.post(page(row, rest), {"reason": "Nataka", "do": "hold"}).status_code == 404
    bakari = at_work("maji-mfano", "Bakari")
    for rest, do in (("futa/", ""), ("", "hold"), ("", "release")):
        assert bakari.post(page(row, rest), {"reason": "Nataka", "do": do}).status_code == 403
    assert client.get(page(row)).status_code == 302
    with tenancy.acting_as(tenancy.Principal.system()):
        assert KeptBodies.objects.get(id=row.id).held_at is None
        assert Payload.objects.filter(record_id=row.id).count() == 2


def test_a_piece_stands_for_no_other(row: Record) -> None:
    with tenancy.acting_as(tenancy.Principal.system()):
        key = KeptBodies.objects.get(id=row.id).key
        sealed = bytes(Payload.objects.get(record_id=row.id, part="answer").sealed)
    assert key is not None
    box = Box.opened(row.id, bytes(key))
    assert box.open(Part.ANSWER, 0, sealed) == b"answer"
    for part, number, text in ((Part.REQUEST, 0, sealed), (Part.ANSWER, 1, sealed), (Part.ANSWER, 0, sealed[:-1])):
        with pytest.raises(ValueError, match="altered"):
            box.open(part, number, text)
    with pytest.raises(ValueError, match="altered"):
        Box.opened(call("maji-mfano").id, bytes(key)).open(Part.ANSWER, 0, sealed)
