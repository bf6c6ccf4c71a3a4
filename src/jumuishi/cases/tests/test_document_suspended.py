"""A document is suspended for a time: by whom it may be, for a reason; everybody is told, and it is good again."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from jumuishi.cases.tests.test_document_revoked import licence, words
from jumuishi.documents import cli, queries
from jumuishi.documents import public as documents
from jumuishi.documents.types import Issued, NotInForceError
from jumuishi.evidence import public as evidence
from jumuishi.identity.types import Actor
from jumuishi.kernel import clock

pytestmark = pytest.mark.slow
__all__ = ["licence"]

AtWork = Callable[[str, str], Client]


def checked(asha: Client, licence: Issued) -> str:
    return words(asha.post("/hakiki/", {"how": "number", "number": licence.number, "detail": "Asha"}))


def by_api(asha: Client, licence: Issued) -> dict[str, str]:
    given = json.dumps({"number": licence.number, "detail": "Asha"})
    found: dict[str, str] = asha.post("/api/v1/verify", given, content_type="application/json").json()
    return found


def offline(asha: Client, licence: Issued, folder: Path) -> int:
    for name in ("keys", "revoked"):
        (folder / f"{name}.json").write_bytes(asha.get(f"/{name}.json").content)
    files = ["--keys", str(folder / "keys.json"), "--revoked", str(folder / "revoked.json")]
    return cli.verify([licence.payload, *files])


def test_stopped_until_given_back_and_every_verifier_says_so(
    licence: Issued, submitted: str, asha: Client, at_work: AtWork, run_jobs: Callable[[], int], tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    neema, address = at_work("mfano", "Neema"), f"/ofisi/hati/{licence.number}/"
    assert "Simamisha hati kwa muda" in words(neema.get(address))
    assert "ataarifiwa kwa SMS" in words(neema.get(f"{address}simamisha/"))
    wrong = neema.post(f"{address}simamisha/", {"reason": "Ukaguzi wa <afya>", "until": "2020-01-01"})
    assert (wrong.status_code, "Weka siku ya baada ya leo." in words(wrong)) == (422, True)
    assert "Ukaguzi wa &lt;afya&gt;" in wrong.content.decode()
    assert neema.post(f"{address}simamisha/", {"reason": " "}).status_code == 422
    assert offline(asha, licence, tmp_path) == 0
    assert neema.post(f"{address}simamisha/", {"reason": "Ukaguzi wa <afya>"}).status_code == 302
    # At once, at every door: page, API, the command with fresh lists, the officer's page, the holder's page, SMS.
    assert "IMESIMAMISHWA" in checked(asha, licence)
    told = by_api(asha, licence)
    assert (told["result"], "suspended_at" in told, "revoked_at" in told) == ("suspended", True, False)
    assert offline(asha, licence, tmp_path) == 3
    assert "IMESIMAMISHWA" in capsys.readouterr().out
    assert "IMESIMAMISHWA" in words(neema.get(address))
    mine = words(asha.get(submitted))
    assert "Imesimamishwa hadi itakaporudishwa" in mine
    assert "Ukaguzi wa &lt;afya&gt;" in mine
    run_jobs()
    sent = asha.get("/demo/outbox.json?to=%2B255700000001").content.decode()
    assert f"Hati namba {licence.number} imesimamishwa na Halmashauri ya Wilaya ya Mfano" in sent
    assert "afya" not in sent
    # Given back: good again everywhere, and the journal has both with their reasons.
    assert neema.post(f"{address}rudisha/", {"reason": ""}).status_code == 422
    assert neema.post(f"{address}rudisha/", {"reason": "Amerekebisha"}).status_code == 302
    assert "HALALI" in checked(asha, licence)
    assert by_api(asha, licence)["result"] == "genuine"
    assert offline(asha, licence, tmp_path) == 0
    assert "Imesimamishwa" not in words(asha.get(submitted))
    run_jobs()
    assert "ni halali tena" in asha.get("/demo/outbox.json?to=%2B255700000001").content.decode()
    acts = [one.verb.rsplit(".", 1)[-1] for one in evidence.history(thing_kind="document", thing_id=licence.id)]
    assert {"suspend", "lift"} <= set(acts)


def test_a_day_that_was_set_ends_it_by_itself(licence: Issued, monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now()
    until = queries.today() + timedelta(days=3)
    documents.suspend(actor=Actor.system(), number=licence.number, reason="Ukaguzi", until=until)
    for days, said in ((0, "suspended"), (3, "suspended"), (4, "genuine")):
        monkeypatch.setattr(clock, "now", lambda days=days: now + timedelta(days=days))
        assert documents.verify_payload(licence.payload).result == said
        assert (licence.number in json.dumps(documents.revocation_list())) is (said == "suspended")
    with pytest.raises(ValueError, match="after today"):
        documents.suspend(actor=Actor.system(), number=licence.number, reason="Ukaguzi", until=queries.today())


def test_nobody_else_may_and_what_is_revoked_stays_revoked(licence: Issued, asha: Client, at_work: AtWork) -> None:
    juma, baraka, neema = at_work("mfano", "Juma"), at_work("jirani", "Baraka"), at_work("mfano", "Neema")
    for path in ("simamisha/", "rudisha/"):
        address = f"/ofisi/hati/{licence.number}/{path}"
        assert "Simamisha" not in words(juma.get(f"/ofisi/hati/{licence.number}/"))
        assert [juma.get(address).status_code, juma.post(address, {"reason": "x"}).status_code] == [403, 403]
        assert [baraka.get(address).status_code, baraka.post(address, {"reason": "x"}).status_code] == [404, 404]
        assert asha.post(address, {"reason": "x"}).status_code in (302, 403)
    assert documents.verify_payload(licence.payload).result == "genuine"
    documents.suspend(actor=Actor.system(), number=licence.number, reason="Ukaguzi")
    documents.revoke(actor=Actor.system(), number=licence.number, reason="Imefungwa")
    assert documents.verify_payload(licence.payload).result == "revoked"
    with pytest.raises(NotInForceError):
        documents.lift(actor=Actor.system(), number=licence.number, reason="x")
    late = neema.post(f"/ofisi/hati/{licence.number}/rudisha/", {"reason": "Sawa"})
    assert (late.status_code, "haitumiki tena" in words(late)) == (422, True)
