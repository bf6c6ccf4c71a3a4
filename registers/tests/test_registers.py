"""The three registers asked by HTTP, as processes of their own."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from registers import questions, rules
from registers.limits import WINDOW, Limit

HERE = Path(__file__).resolve().parents[1]
ASHA = "19000101110000000110"
ANSWERS = {"mother": "Zuhura", "father": "Ramadhani", "school": "Jaribio", "birth_ward": "Kaloleni", "finished": "1912"}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The addresses of all three."""
    found, processes = {}, []
    for name in ("national-id", "business-names", "tax-numbers"):
        folder = tmp_path_factory.mktemp(name)
        command = [sys.executable, "-m", "registers", name, "--port", "0", "--data", str(folder)]
        process = subprocess.Popen(command, cwd=HERE.parent, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        line = process.stdout.readline()
        processes.append(process)
        found[name] = re.search(r"http://\S+", line)[0].rstrip("/")  # type: ignore[index]
    yield found
    for process in processes:
        process.terminate()
        assert process.wait(5) == 0


def post(address: str, **body: Any) -> httpx.Response:
    return httpx.post(f"{address}/v1/identity", json=body, trust_env=False)


def get(address: str, path: str, **query: str) -> httpx.Response:
    return httpx.get(address + path, params=query, trust_env=False)


def test_whoever_answers_the_questions_is_the_person(running: dict[str, str]) -> None:
    found = post(running["national-id"], nin="19000101-11000-00001-10").json()
    asked = []
    while found["state"] == "question":
        asked.append(found["question"]["code"])
        assert all(found["question"][one].endswith("?") for one in ("sw", "en"))
        assert "person" not in found
        said = f" {ANSWERS[asked[-1]].upper()}. "
        found = post(running["national-id"], nin=ASHA, check=found["check"], answer=said).json()
    assert len(set(asked)) == rules.rule("questions") == 3
    assert found["person"]["full_name"] == "Asha Ramadhani Mfano"
    assert (found["person"]["birth_date"], found["person"]["printed"]) == ("1900-01-01", "19000101-11000-00001-10")


def test_wrong_answers_lock_the_number_and_a_restart_does_not_open_it(tmp_path: Path) -> None:
    now = [1000.0]
    asked = questions.Questions(tmp_path, ("a", "b"), lambda: now[0])
    known = {"a": "Moja", "b": "Mbili"}
    state = asked.begin("1")
    state = asked.answer("1", state.check, "sijui", known)
    assert (state.was_wrong, state.tries_left, state.question) == (True, 2, "b")
    # A new check begins with what is left.
    state = asked.begin("1")
    assert state.tries_left == 2
    state = asked.answer("1", state.check, "sijui", known)
    with pytest.raises(questions.LockedError):
        asked.answer("1", state.check, "sijui", known)
    again = questions.Questions(tmp_path, ("a", "b"), lambda: now[0])
    with pytest.raises(questions.LockedError) as locked:
        again.begin("1")
    assert locked.value.minutes == rules.rule("lock_minutes")
    assert again.begin("2").tries_left == 3
    now[0] += 60 * rules.rule("lock_minutes") + 1
    assert again.begin("1").tries_left == 3


def test_a_check_counts_for_its_number_for_its_time_and_once(tmp_path: Path) -> None:
    now = [1000.0]
    asked = questions.Questions(tmp_path, ("a",), lambda: now[0])
    known = {"a": "Moja"}
    check = asked.begin("1").check
    asked.begin("2")
    with pytest.raises(questions.OverError):
        asked.answer("2", check, "moja", known)
    for _ in range(3):
        state = asked.answer("1", check, "móJa ", known)
    assert state.question == ""
    with pytest.raises(questions.OverError):
        asked.answer("1", check, "moja", known)
    check = asked.begin("1").check
    now[0] += 60 * rules.rule("check_minutes") + 1
    with pytest.raises(questions.OverError):
        asked.answer("1", check, "moja", known)


def test_a_check_that_is_over_begins_again(running: dict[str, str]) -> None:
    other = "19000101110140000316"
    first = post(running["national-id"], nin=other).json()
    second = post(running["national-id"], nin=other).json()
    found = post(running["national-id"], nin=other, check=first["check"], answer="Halima")
    assert (found.status_code, found.json()["state"], found.json()["was_wrong"]) == (200, "question", False)
    assert found.json()["check"] not in (first["check"], second["check"])


def test_an_answer_of_signs_alone_is_never_right() -> None:
    assert not questions.same("...", "---")
    assert questions.same("Unga  Ltd", "unga-ltd")


@pytest.mark.parametrize(
    ("name", "path", "query", "status", "code"),
    [
        ("national-id", "/v1/persons/123", {}, 400, "bad_nin"),
        ("national-id", "/v1/persons/19000101999999999999", {}, 404, "unknown_nin"),
        ("national-id", "/v2/", {}, 404, "not_there"),
        ("national-id", "/v1/identity", {}, 405, "wrong_method"),
        ("business-names", "/v1/names/BN-1", {}, 404, "unknown_business"),
        ("business-names", "/v1/names", {"name": "du"}, 400, "short_name"),
        ("tax-numbers", "/v1/taxpayers", {"tin": "12"}, 400, "bad_tin"),
        ("tax-numbers", "/v1/taxpayers", {"tin": "999999999"}, 404, "unknown_tin"),
    ],
)
def test_a_refusal_says_why_in_both_languages(
    running: dict[str, str], name: str, path: str, query: dict[str, str], status: int, code: str
) -> None:
    found = get(running[name], path, **query)
    assert (found.status_code, found.json()["error"]) == (status, code)
    assert all(found.json()["message"][one] for one in ("sw", "en"))


def test_what_a_register_tells(running: dict[str, str]) -> None:
    assert get(running["national-id"], f"/v1/persons/{ASHA}").json()["last_name"] == "Mfano"
    business = get(running["business-names"], "/v1/names/BN-900001").json()
    assert (business["owner_nin"], business["status"]) == (ASHA, "registered")
    found = get(running["business-names"], "/v1/names", name="duka").json()
    assert found["names"]
    assert not any("owner" in one for one in found["names"])
    assert get(running["tax-numbers"], "/v1/taxpayers", tin="900-100-000").json()["nin"] == ASHA


@pytest.mark.parametrize("name", ["national-id", "business-names", "tax-numbers"])
def test_health_and_the_description(running: dict[str, str], name: str) -> None:
    assert get(running[name], "/health").json() == {"status": "ok", "register": name}
    tree = yaml.safe_load(get(running[name], "/openapi.yaml").text)
    assert tree["openapi"].startswith("3.")
    for path, operations in tree["paths"].items():
        for verb in operations:
            shown = path.replace("{nin}", ASHA).replace("{number}", "BN-900001")
            found = httpx.request(verb, running[name] + shown, trust_env=False)
            assert found.status_code not in (404, 405), (verb, path)


@pytest.mark.parametrize("body", [b"{", b"[]", b"[" * 9000, b"\xff", b'"a"'])
def test_rubbish_is_refused(running: dict[str, str], body: bytes) -> None:
    found = httpx.post(f"{running['national-id']}/v1/identity", content=body, trust_env=False)
    assert (found.status_code, found.json()["error"]) == (400, "not_json")
    large = httpx.post(f"{running['national-id']}/v1/identity", content=b"x" * 20_000, trust_env=False)
    assert large.status_code == 413


def test_a_system_that_asks_too_often_waits_and_others_do_not() -> None:
    now = [0.0]
    limit = Limit(3, lambda: now[0])
    assert [limit.wait("a") for _ in range(4)] == [0, 0, 0, 61]
    assert limit.wait("b") == 0
    now[0] = WINDOW + 0.1
    assert limit.wait("a") == 0


def test_nobody_in_the_data_was_ever_born() -> None:
    text = "".join(one.read_text() for one in sorted((HERE / "data").glob("*.csv")))
    numbers = re.findall(r"\b\d{20}\b", text)
    assert len(numbers) > 60
    assert all(one.startswith("19000101") for one in numbers)
    people = [one["nin"] for one in rules.rows("people.csv")]
    assert len(set(people)) == len(people)


def test_a_register_knows_nothing_of_whoever_asks() -> None:
    for file in HERE.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for one in names:
                assert one.partition(".")[0] in {*sys.stdlib_module_names, "registers"}, (file.name, one)
    assert "jumuishi" not in json.dumps([one.read_text().lower() for one in HERE.glob("*.py")])
