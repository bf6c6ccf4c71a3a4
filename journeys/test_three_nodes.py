"""`./run --demo exchange` as a process: a message goes from the council to the agency, and each end proves it.

One start for all, for it makes three databases; they run in the order in which they stand here.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Page, sync_playwright

from journeys.asha import CHROMIUM, FLAGS, a_phone
from journeys.test_accessibility import axe, wide
from jumuishi.project import demo_accounts

pytestmark = [pytest.mark.browser, pytest.mark.slow]
HERE = "demo/exchange/"


class Run:
    """The process, its data, and what it said."""

    def __init__(self, home: Path) -> None:
        self.home, self.data = home, home / "data"
        dropped = ("DATABASE_", "JUMUISHI_")
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
        self.environment |= {"JUMUISHI_CONFIG": str(home / "config"), "JUMUISHI_MIRROR": str(home / "mirror")}
        self.nodes: dict[str, str] = {}
        self.up()

    def up(self) -> None:
        """Start it, and read where each node is."""
        words = ["-m", "jumuishi.project.supervise", "--data", str(self.data), "--demo", "exchange", "--workers", "1"]
        port = self.nodes["authority"].rstrip("/").rpartition(":")[2] if self.nodes else "0"
        with open(self.home / "said", "w") as errors:
            self.process = subprocess.Popen(
                [sys.executable, *words, "--port", port], env=self.environment, stdout=subprocess.PIPE, stderr=errors,
                text=True,
            )  # fmt: skip
        assert self.process.stdout is not None
        ready, _, *lines = [self.process.stdout.readline() for _ in range(6)]
        assert ready.startswith("Jumuishi ready at "), self.said()
        self.nodes = dict(line.split() for line in lines[:3])
        assert ready.split()[-1] == self.nodes["authority"]
        assert f"{self.nodes['authority']}{HERE}" in lines[3]

    def said(self) -> str:
        """What it wrote for its keeper."""
        return (self.home / "said").read_text()

    def processes(self) -> list[str]:
        """Living processes that know of its folder: by command, environment, or because they work in it."""
        found = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit() or int(entry.name) == os.getpid():
                continue
            try:
                command = (entry / "cmdline").read_bytes()
                known = command + (entry / "environ").read_bytes() + os.readlink(entry / "cwd").encode()
                state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
            except OSError:
                continue
            if str(self.home).encode() in known and state not in "ZX":
                found.append(f"{entry.name} {command.decode(errors='replace')}")
        return found

    def told(self, node: str, message: str) -> dict[str, object] | None:
        """A node's record of a message."""
        answer = httpx.get(f"{self.nodes[node]}{HERE}told.json", params={"id": message}, timeout=30, trust_env=False)
        found: dict[str, object] | None = answer.json()["record"]
        return found


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    home = Path(tempfile.mkdtemp(prefix="jumuishi-three-"))
    home.chmod(0o711)  # the database's account passes through to its own folder
    found = Run(home)
    try:
        yield found
    finally:
        if found.process.poll() is None:
            found.process.send_signal(signal.SIGTERM)
            found.process.wait(30)
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="module")
def phone(run: Run) -> Iterator[Callable[..., Page]]:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield lambda **given: a_phone(browser, **given)
        browser.close()


def press(page: Page, words: str) -> str:
    """Press a button without script; what the page that comes says."""
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name=words, exact=True).click()
    return page.inner_text("main")


def until(holds: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.3)


def verified(run: Run, bundle: Path, keys: Path) -> int:
    command = [sys.executable, "-c", "from jumuishi.project.cli import main; main()", "evidence", "verify"]
    done = subprocess.run([*command, str(bundle), "--keys", str(keys)], env=run.environment, capture_output=True)
    return done.returncode


def test_a_message_travels_and_each_end_proves_it(run: Run, phone: Callable[..., Page], tmp_path: Path) -> None:
    page = phone()
    page.goto(f"{run.nodes['authority']}{HERE}")
    said = press(page, "Tuma ujumbe unaoruhusiwa")
    for words in (
        "Umejibiwa, umesainiwa na kuandikwa pande zote mbili", "Haki: makubaliano yanaruhusu", "GET /wateja/*",
        '"jina": "Asha wa Mfano"', "alama ya SHA-256 ni moja", "Saini za ombi na jibu ni zilezile pande zote mbili",
    ):  # fmt: skip
        assert words in said
    assert said.count("Stakabadhi imehakikiwa: ni sahihi") == 2
    message = page.url.partition("id=")[2].partition("#")[0]
    rows = {}
    for node in ("council", "agency"):
        link = page.locator(f"a[href^='{run.nodes[node]}{HERE}receipt.json']").get_attribute("href")
        bundle, keys = tmp_path / f"{node}.json", tmp_path / f"{node}-keys.json"
        bundle.write_bytes(httpx.get(str(link), trust_env=False).content)
        keys.write_bytes(httpx.get(f"{run.nodes[node]}keys.json", trust_env=False).content)
        assert verified(run, bundle, keys) == 0
        found = json.loads(bundle.read_text())
        rows[node] = found["row"]
        bundle.write_text(json.dumps(found | {"row": found["row"].replace("A", "B", 1)}))
        assert verified(run, bundle, keys) == 1
        record = run.told(node, message)
        assert record is not None
        assert record["status"] == 200
    assert rows["council"] != rows["agency"]
    assert run.told("authority", message) is None, "the authority has no part in what the two say to each other"


def test_what_no_agreement_covers_is_refused_and_proven(run: Run, phone: Callable[..., Page]) -> None:
    page = phone(width=1200)
    page.goto(f"{run.nodes['authority']}en/{HERE}")
    said = press(page, "Send a message that is not allowed")
    for words in (
        "Refused, and both ends hold the proof of it", "The agreement does not cover the address /wateja/100001/deni.",
        "X-Road-Error: Server.ServerProxy.AccessDenied", "The water authority's system was not asked",
    ):  # fmt: skip
        assert words in said
    assert said.count("The receipt was verified: it holds") == 2
    assert "The water authority's own system answers" not in said


@pytest.mark.parametrize("width", [360, 1200])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(run: Run, phone: Callable[..., Page], width: int) -> None:
    page = phone(script=True, width=width)
    page.goto(f"{run.nodes['authority']}en/{HERE}")
    press(page, "Send a message that is allowed")
    assert [*axe(page), *wide(page)] == []


def test_the_same_form_again_is_the_same_message(run: Run) -> None:
    message = str(uuid4())
    with httpx.Client(base_url=run.nodes["authority"], trust_env=False, timeout=60) as client:
        client.get(HERE)
        form = {"id": message, "which": "allowed", "csrfmiddlewaretoken": client.cookies["csrftoken"]}
        places = {client.post(f"{HERE}tuma/", data=form).headers["location"]}
        first = run.told("agency", message)
        places.add(client.post(f"{HERE}tuma/", data=form).headers["location"])
    again = run.told("agency", message)
    assert len(places) == 1
    assert first is not None
    assert again is not None
    # The newest of its number is the same one, taken at the same instant.
    assert (first["at"], first["status"]) == (again["at"], 200)


def sign_in(run: Run, page: Page, node: str, name: str) -> None:
    """As an officer of a node does, up to the pages of its systems."""
    account = next(one for one in demo_accounts.kept(run.home / "config/nodes" / node) if one.name == name)
    page.goto(f"{run.nodes[node]}ofisi/ingia/")
    page.fill("[name=name]", account.email)
    page.fill("[name=password]", account.password)
    press(page, "Endelea")
    page.fill("[name=factor]", account.code(time.time()))
    press(page, "Ingia")
    page.goto(f"{run.nodes[node]}ofisi/mifumo/")


def follow(page: Page, words: str) -> None:
    with page.expect_navigation():
        page.locator("main").get_by_role("link", name=words).first.click()


def test_from_nothing_to_the_first_real_call_by_the_officers_pages(run: Run, phone: Callable[..., Page]) -> None:
    """The walk of docs/how-to/see-the-exchange.md: three people, two nodes, a new system of the council's."""
    began = time.monotonic()
    zawadi, bakari, aisha = phone(width=1200), phone(width=1200), phone()
    sign_in(run, zawadi, "council", "Zawadi")
    for field, value in (("code", "afya"), ("name", "Mfumo wa afya"), ("contact_name", "Zawadi")):
        zawadi.fill(f"[name={field}]", value)
    zawadi.fill("[name=contact_email]", "zawadi@mfano.example")
    press(zawadi, "Sajili")
    key = re.search(r"jmx_[\w-]+", press(zawadi, "Tengeneza ufunguo"))
    assert key

    sign_in(run, bakari, "agency", "Bakari")
    follow(bakari, "Daftari la wateja")
    follow(bakari, "Wateja wa maji")
    follow(bakari, "Andika makubaliano na mfumo wa seva nyingine")

    def known() -> bool:
        bakari.reload()
        return "TZ/GOV/mfano/afya" in bakari.content()

    until(known, 60)  # the council's node is heard every 10 s, and the directory fetched every 10 s
    bakari.select_option("[name=subsystem]", "TZ/GOV/mfano/afya")
    for field, value in (
        ("purpose_sw", "Ukaguzi wa afya wa jengo"), ("purpose", "kagua-afya"), ("legal_basis", "Mkataba wa mfano"),
    ):  # fmt: skip
        bakari.fill(f"[name={field}]", value)
    bakari.locator("label", has_text=re.compile(r"^\s*GET /wateja/\{namba\}\s*$")).click()
    assert "Yanasubiri uamuzi" in press(bakari, "Andika makubaliano")

    edge = json.loads((run.data / "nodes/council/addresses.json").read_text())["edge"]

    def ask() -> httpx.Response:
        return httpx.get(
            f"{edge}/r1/TZ/GOV/maji-mfano/wateja/customers/wateja/100001", trust_env=False, timeout=30,
            headers={"X-Road-Client": "TZ/GOV/mfano/afya", "X-Jumuishi-Key": key[0]},
        )  # fmt: skip

    assert ask().json()["type"] == "Server.ServerProxy.AccessDenied", "nobody has said yes"
    sign_in(run, aisha, "agency", "Aisha")
    aisha.goto(bakari.url)
    assert "Yanatumika" in press(aisha, "Kubali")
    until(lambda: ask().status_code == 200, 10)
    assert ask().json()["jina"] == "Asha wa Mfano"
    # What the machines need of the hour that a connection may take; the rest is people reading and writing.
    assert time.monotonic() - began < 600


def test_the_agency_away_is_told_at_once_and_comes_back(run: Run, phone: Callable[..., Page]) -> None:
    page = phone()
    page.goto(f"{run.nodes['authority']}{HERE}")
    assert "imezimwa" in press(page, "Zima seva ya mamlaka ya maji")
    until(lambda: f"SUPERVISED={run.data}/nodes/agency" not in environments(), 30)
    said = press(page, "Tuma ujumbe unaoruhusiwa")
    for words in ("Haukufika", "Seva ya mamlaka ya maji haikufikiwa", "X-Road-Error: Server.ClientProxy.NetworkError"):
        assert words in said
    assert said.count("Stakabadhi imehakikiwa: ni sahihi") == 1, "the council's own record"
    press(page, "Washa seva ya mamlaka ya maji")

    def answers() -> bool:
        page.goto(f"{run.nodes['authority']}{HERE}")
        return "Umejibiwa" in press(page, "Tuma ujumbe unaoruhusiwa")

    until(answers, 120)


def environments() -> str:
    """All that processes were given, as one text."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/environ"):
        try:
            found.append(entry.read_bytes().decode(errors="replace"))
        except OSError:
            continue
    return "\n".join(found).replace("\0", "\n")


def test_a_kill_leaves_no_process_and_the_next_start_joins_nodes_that_moved(run: Run) -> None:
    before = run.nodes
    run.process.kill()
    run.process.wait()
    until(lambda: run.processes() == [], 60)  # a worker whose database ended first waits 30 s for it
    run.up()
    assert set(run.nodes) == set(before)
    message = str(uuid4())
    edge = json.loads((run.data / "nodes/council/addresses.json").read_text())["edge"]
    answer = httpx.get(
        f"{edge}/r1/TZ/GOV/maji-mfano/wateja/customers/wateja/100002",
        headers={"X-Road-Client": "TZ/GOV/mfano/leseni", "X-Road-Id": message}, trust_env=False, timeout=30,
    )  # fmt: skip
    assert answer.json()["hali"] == "imesitishwa"
    assert run.told("agency", message) is not None


def test_a_stop_leaves_no_process(run: Run) -> None:
    began = time.monotonic()
    run.process.send_signal(signal.SIGTERM)
    assert run.process.wait(30) == 0
    assert time.monotonic() - began < 15
    assert run.processes() == []
