"""What must stay secret stands in no log of a whole installation at its most talkative, on good days and bad ones."""

import json
import re
import time
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from bench._installation import Installed
from journeys.visitor import PDF, Visitor
from jumuishi.cases.events import CaseEnded
from jumuishi.kernel import events
from jumuishi.project import demo_accounts

pytestmark = [pytest.mark.database, pytest.mark.slow]
ASHA = "0700 000 071"
NIN, NAME, BUSINESS = "19000101000000000001", "Asha Juma", "Mgahawa wa Asha"
ANSWER = "Jibu la siri la Asha"


def logs(house: Installed) -> dict[str, str]:
    """Every log of the installation: web, worker, simulators, database."""
    found = [*(house.here.data / "log").glob("*"), *(house.here.data / "postgres").glob("*.log*")]
    return {path.name: path.read_text(errors="replace") for path in found if path.is_file()}


def good_day(house: Installed) -> set[str]:
    """A licence from sign-in to payment, by page and by API; every secret that was used on the way."""
    secrets: set[str] = set()
    asha = Visitor(house)
    secrets.add(asha.sign_in(ASHA))
    secrets.add(asha.http.cookies["sessionid"])
    case = asha.applies(ASHA)
    for email, act in (
        ("juma@mfano.example", "forward"), ("petro@mfano.example", "pass"), ("neema@mfano.example", "approve"),
    ):  # fmt: skip
        officer = Visitor(house)
        account = officer.officer(email)
        secrets |= {account.password, account.totp_secret, officer.http.cookies["sessionid"]}
        officer.decides(case, act)
    with httpx.Client(base_url=house.address, trust_env=False, timeout=60) as api:
        api.post("/api/v1/sign-in/code", json={"phone": ASHA})
        code = asha.code(ASHA)
        token = api.post("/api/v1/sign-in", json={"phone": ASHA, "code": code}).json()["token"]
        secrets |= {code, token}
        api.headers["Authorization"] = f"Bearer {token}"
        for _ in range(120):
            found = re.search(r'"control_number": *"(\d+)"', api.get(f"/api/v1/cases/{case}").text)
            if found:
                break
            time.sleep(0.5)
        assert found, "the bill got its number"
        assert api.post("/demo/pay", data={"control_number": found[1]}).status_code < 400
    return secrets


def bad_day(house: Installed) -> None:
    """Wrong codes and passwords, links that are none, jobs and pages that break, tables that are gone."""
    asha, juma = Visitor(house), Visitor(house)
    asha.send("/ingia/", {"phone": "0700 000 072"})
    asha.send("/ingia/msimbo/", {"code": "000000"})
    juma.send("/ofisi/ingia/", {"name": "juma@mfano.example", "password": "nywila-mbaya-sana"})
    juma.get("/ofisi/karibu/Zk3vD1-qq_8yWm2hG5tB9xKcN4rL7pTs/")
    asha.http.post("/ingia/", data={"phone": "0700 000 073"})  # without its mark
    asha.http.get("/api/v1/cases", headers={"Authorization": "Bearer abcdefabcdefabcdefabcdefabcdef12"})
    asha.http.post("/payments/gepg/", content=f"<Gepg>{NIN}</Gepg>")
    draft = asha.begins()
    with psycopg.connect(house.database("owner"), autocommit=True) as owner:
        owner.execute("ALTER TABLE cases_draft RENAME TO cases_draft_away")
        try:
            broken = asha.http.post(
                f"{draft}applicant/",
                data={"nin": NIN, "full_name": ANSWER, "csrfmiddlewaretoken": asha.http.cookies["csrftoken"]},
                files={"tax_clearance": ("hati.pdf", PDF)},
            )
            assert broken.status_code == 500
            assert "cases_draft" not in broken.text
        finally:
            owner.execute("ALTER TABLE cases_draft_away RENAME TO cases_draft")
    with psycopg.connect(house.database("superuser"), autocommit=True) as database:
        # A fact whose journey broke: its value is no id.
        subscriber = next(iter(events._subscribers[CaseEnded.name]))
        payload = {"event": CaseEnded.name, "subscriber": subscriber, "payload": {"case_id": ANSWER}}
        database.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status) VALUES ('work', %s, %s, 'todo')",
            ["kernel.event.deliver", json.dumps(payload)],
        )
        with pytest.raises(psycopg.Error):
            database.execute(f"INSERT INTO identity_person (id, name) VALUES ('{ANSWER}', '{NAME}')")  # noqa: S608
    end = time.monotonic() + 30
    while "which led to" not in logs(house)["worker.log"] and "ValueError" not in logs(house)["worker.log"]:
        assert time.monotonic() < end, "the job that breaks is told of"
        time.sleep(0.5)


def test_no_secret_and_no_person_stands_in_any_log(talkative: Installed) -> None:
    house = talkative
    secrets = good_day(house)
    bad_day(house)
    for one in demo_accounts.kept(house.here.config):
        secrets |= {one.password, one.totp_secret}
    written = logs(house)
    assert {"web.log", "worker.log", "server.log"} <= set(written)
    assert "Internal Server Error" in written["web.log"], "the log is on, and tells what broke"
    assert "django" in written["web.log"]
    assert "DEBUG" in written["worker.log"]
    secrets |= {"nywila-mbaya-sana", "Zk3vD1-qq_8yWm2hG5tB9xKcN4rL7pTs", "abcdefabcdefabcdefabcdefabcdef12"}
    secrets |= {NIN, NAME, BUSINESS, ANSWER, "700000071", "700 000 071", "700000072", "700000073"}
    password = re.search(r":([^:@]+)@|password=(\S+)", house.database("app"))
    secrets |= {word for word in (password.groups() if password else ()) if word}
    secrets |= {path.read_text().strip() for path in Path(house.here.config).glob("*.secret")}
    found = [
        f"{name}: {said}"
        for name, text in written.items()
        for secret in secrets
        for said in re.findall(rf".{{0,80}}(?<!\d){re.escape(secret)}(?!\d).{{0,20}}", text)
    ]
    assert not found, "\n".join(found[:20])


def test_a_log_is_read_by_its_own_account_only(talkative: Installed) -> None:
    folder: Any = talkative.here.data / "log"
    assert folder.stat().st_mode & 0o077 == 0 or all(one.stat().st_mode & 0o077 == 0 for one in folder.glob("*"))
