"""A witness signs one history of a log, whatever it is asked, and whenever it is killed."""

import http.client
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from jumuishi.evidence import verifier, witness
from jumuishi.evidence.notes import Signer
from jumuishi.evidence.tests.logs import ORIGIN, Log, fork, log
from jumuishi.evidence.verifier import Policy, VerificationError
from jumuishi.evidence.witness import asking, memory, server
from jumuishi.evidence.witness.memory import ForgottenError, Memory
from jumuishi.evidence.witness.witness import Witness

NAME = "shahidi.example/1"


@contextmanager
def at(folder: Path, *logs: Log, name: str | None = NAME) -> Iterator[Witness]:
    with Memory(folder).opened(name, [one.vkey for one in logs]) as opened:
        yield Witness(opened)


def signed(found: Witness, note: str, answer: Any) -> bool:
    """Whether an answer is this witness's cosignature over this note."""
    if answer.status != 200:
        return False
    policy = Policy.parse(f"witness w {found.vkey}\nquorum w\n")
    return policy.is_met(policy.cosigned(note + answer.body))


def test_it_cosigns_what_continues(tmp_path: Path) -> None:
    grown = log(range(40))
    with at(tmp_path, grown) as one:
        for old, new in ((0, 0), (0, 1), (1, 1), (1, 8), (8, 9), (9, 40), (40, 40)):
            assert signed(one, grown.checkpoint(new), one.add_checkpoint(grown.request(old, new))), (old, new)


def test_each_refusal_has_its_status(tmp_path: Path) -> None:
    grown, (_, other) = log(range(40)), fork(7, 33, 33)
    with at(tmp_path, grown) as one:
        assert one.add_checkpoint(grown.request(0, 10)).status == 200
        stale = one.add_checkpoint(grown.request(8, 20))
        assert (stale.status, stale.body, stale.kind) == (409, "10\n", "text/x.tlog.size")
        assert one.add_checkpoint(other.request(10, 10)).status == 409
        assert one.add_checkpoint(other.request(10, 20)).status == 422
        assert one.add_checkpoint(asking.Request(10, [], grown.checkpoint(20)).body()).status == 422
        assert one.add_checkpoint(asking.Request(10, [bytes(32)], grown.checkpoint(10)).body()).status == 422
        assert one.add_checkpoint(grown.request(20, 10)).status == 400
        unsigned = grown.request(10, 20).replace(b"\xe2\x80\x94 mfano", b"\xe2\x80\x94 jirani")
        assert one.add_checkpoint(unsigned).status == 403
        changed = grown.request(10, 20).replace(b"\n20\n", b"\n21\n")
        assert one.add_checkpoint(changed).status == 403
        stranger = Log(grown.leaves, Signer("jirani.example/evidence", grown.signer.key))
        assert one.add_checkpoint(stranger.request(0, 10)).status == 404
        assert one.add_checkpoint(grown.request(10, 40)).status == 200


@pytest.mark.parametrize(
    "change",
    [
        lambda _body: b"",
        lambda body: body[4:],
        lambda body: body.replace(b"old 3", b"old 03"),
        lambda body: body.replace(b"old 3", b"old -3"),
        lambda body: body.replace(b"old 3", b"old  3"),
        lambda body: body.replace(b"old 3", "old ٣".encode()),
        lambda body: body.replace(b"\n\n", b"\n", 1),
        lambda body: body.replace(b"\n\n", b"\nAAAA\n\n", 1),
        lambda body: body.replace(b"\n\n", b"\n" + b"A" * 43 + b"=\r\n\n", 1),
        lambda body: body.replace(b"\n\n", b"\n" + (b"A" * 43 + b"=\n") * 64 + b"\n", 1),
        lambda body: body.replace(b"\n9\n", b"\n09\n"),
        lambda body: body.replace(b"\n9\n", b"\n"),
        lambda body: body[:-1],
        lambda body: body + b"\xff",
        lambda body: body + b"x",
    ],
)
def test_what_is_malformed_is_refused(tmp_path: Path, change: Callable[[bytes], bytes]) -> None:
    grown = log(range(9))
    with at(tmp_path, grown) as one:
        assert one.add_checkpoint(grown.request(0, 3)).status == 200
        assert one.add_checkpoint(change(grown.request(3, 9))).status == 400
        assert one.add_checkpoint(grown.request(3, 9)).status == 200


@given(st.binary(max_size=300))
def test_no_bytes_are_more_than_malformed(body: bytes) -> None:
    with pytest.raises(VerificationError):
        asking.read(body)
    assert asking.read(b"old 0\n\n" + b"x").note == "x"


def step(data: st.DataObject, histories: tuple[Log, ...]) -> tuple[Log, int, bytes]:
    """One request of a log that lies as well as it can."""
    told, proven = (data.draw(st.sampled_from(histories)) for _ in range(2))
    old, new = data.draw(st.integers(0, 40)), data.draw(st.integers(0, told.size))
    proof = proven.proof(old, new) if old <= new <= proven.size else []
    return told, new, asking.Request(old, proof, told.checkpoint(new)).body()


@given(st.integers(0, 20), st.data())
def test_what_it_signed_is_one_history(tmp_path_factory: pytest.TempPathFactory, shared: int, data: Any) -> None:
    histories, given_ = fork(shared, 12, 15), []
    folder = tmp_path_factory.mktemp("witness")
    for _ in range(2):
        # Opened anew in between: what it remembers, it remembers over its own end.
        with at(folder, histories[0]) as one:
            seen = one._memory.log(ORIGIN).head.size  # type: ignore[union-attr]
            for _ in range(data.draw(st.integers(1, 10))):
                told, new, body = step(data, histories)
                if data.draw(st.booleans()):
                    body = asking.Request(
                        seen, told.proof(seen, new) if seen <= new else [], told.checkpoint(new)
                    ).body()
                if one.add_checkpoint(body).status == 200:
                    given_.append((told, new))
                    seen = new
    for told, size in given_:
        for other, larger in given_:
            if size <= larger:
                assert told.root(size) == other.root(size), f"{size} and {larger} are of two histories"
    assert [new for _, new in given_] == sorted(new for _, new in given_)


def test_it_remembers_before_it_signs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed at any instant it has signed nothing that lies not on the disk: the order of the calls is the proof."""
    grown, calls = log(range(20)), []

    class Key:
        def __init__(self, key: Any) -> None:
            self._key = key
            self.public_key = key.public_key

        def sign(self, message: bytes) -> bytes:
            calls.append("sign")
            found = json.loads(next(tmp_path.glob("log-*")).read_text())
            assert found["note"] == grown.checkpoint(20)
            return bytes(self._key.sign(message))

    fsync, replace_ = os.fsync, Path.replace
    with at(tmp_path, grown) as one:
        one._key = Key(one._key)  # type: ignore[assignment]
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", lambda handle: (calls.append("fsync"), fsync(handle)))
            patch.setattr(Path, "replace", lambda self, to: (calls.append("replace"), replace_(self, to))[1])
            assert one.add_checkpoint(grown.request(0, 20)).status == 200
    assert calls == ["fsync", "replace", "fsync", "sign"]


@pytest.mark.parametrize("failing", ["fsync", "replace", "open"])
@pytest.mark.parametrize("nth", [1, 2])
def test_a_disk_that_fails_is_signed_for_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str, nth: int
) -> None:
    (one_, other), left = fork(5, 9, 9), [nth]

    def fails(original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            left[0] -= 1
            if left[0] == 0:
                raise OSError(28, "No space left on device")
            return original(*args, **kwargs)

        return call

    with at(tmp_path, one_) as found, monkeypatch.context() as patch:
        target: Any = Path if failing == "replace" else os
        patch.setattr(target, failing, fails(getattr(target, failing)))
        try:
            first = found.add_checkpoint(one_.request(0, 14)).status
        except OSError:
            first = 0
    # Started anew, it signs at most one of the two, whichever it remembers.
    with at(tmp_path, one_) as found:
        again = found.add_checkpoint(one_.request(0, 14)).status
        second = found.add_checkpoint(other.request(0, 14)).status
    assert second != 200 or (first, again) == (0, 409)
    assert second == 409


def test_two_roots_of_one_size_are_kept_as_proof(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one_, other = fork(5, 9, 9)
    with at(tmp_path, one_) as found:
        found.add_checkpoint(one_.request(0, 14))
        for _ in range(2):
            assert found.add_checkpoint(other.request(14, 14)).status == 409
    (kept,) = tmp_path.glob("conflict-*")
    assert one_.checkpoint() in kept.read_text()
    assert other.checkpoint() in kept.read_text()
    assert "two histories" in capsys.readouterr().err


def test_what_it_can_not_remember_it_does_not_start_with(tmp_path: Path) -> None:
    grown = log(range(9))
    with at(tmp_path, grown) as one:
        one.add_checkpoint(grown.request(0, 9))
        with pytest.raises(ForgottenError, match="another witness"), at(tmp_path):
            pass
    (kept,) = tmp_path.glob("log-*")
    whole = kept.read_text()
    for damaged in ("", whole[:-9], "[]", whole.replace("mfano", "jirani"), whole.replace('"note": "', '"note": "x')):
        kept.write_text(damaged)
        with pytest.raises(ForgottenError), at(tmp_path):
            pass
    kept.write_text(whole)
    with pytest.raises(ForgottenError, match="is called"), at(tmp_path, name="mwingine.example/1"):
        pass
    (tmp_path / "key").rename(tmp_path / "away")
    with pytest.raises(ForgottenError, match="put it back"), at(tmp_path):
        pass
    (tmp_path / "key").write_bytes(b"short")
    with pytest.raises(ForgottenError, match="no key"), at(tmp_path):
        pass
    (tmp_path / "away").replace(tmp_path / "key")
    with at(tmp_path, name=None) as one:
        assert one.add_checkpoint(grown.request(0, 9)).status == 409
    assert {path.stat().st_mode & 0o077 for path in tmp_path.iterdir()} == {0}


def test_a_log_that_changes_its_key_keeps_its_history(tmp_path: Path) -> None:
    grown = log(range(9))
    with at(tmp_path, grown) as one:
        one.add_checkpoint(grown.request(0, 5))
    fresh = Log(grown.leaves, Signer(ORIGIN, Ed25519PrivateKey.generate()))
    with at(tmp_path, fresh) as one:
        assert one.add_checkpoint(fresh.request(0, 9)).body == "5\n"
        assert one.add_checkpoint(fresh.request(5, 9)).status == 200
    with pytest.raises(VerificationError, match="of a witness"), Memory(tmp_path).opened(None, [one.vkey]):
        pass


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb"])
def test_a_name_that_a_note_can_not_hold(tmp_path: Path, name: str) -> None:
    with pytest.raises(ForgottenError, match="--name"), at(tmp_path, name=name):
        pass


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Witness, server.Server]]:
    with at(tmp_path, log()) as one, server.Server(("127.0.0.1", 0), "/w", one) as serving:
        thread = threading.Thread(target=serving.serve_forever, args=(0.05,))
        thread.start()
        yield one, serving
        serving.shutdown()
        thread.join()


def test_over_http(served: tuple[Witness, server.Server]) -> None:
    one, serving = served
    grown = log(range(9))
    asked = http.client.HTTPConnection("127.0.0.1", serving.server_address[1], timeout=5)

    def post(body: Any, path: str = "/w/add-checkpoint", **headers: str) -> tuple[int, str, bytes]:
        asked.request("POST", path, body, headers=headers)
        answer = asked.getresponse()
        return answer.status, answer.headers["Content-Type"], answer.read()

    status, _, line = post(grown.request(0, 9))
    assert status == 200
    assert Policy.parse(f"witness w {one.vkey}\nquorum w\n").cosigned(grown.checkpoint() + line.decode()).keys() == {
        "w"
    }
    # The connection is kept for the next request, also after a refusal.
    kept = asked.sock
    assert post(grown.request(0, 9)) == (409, "text/x.tlog.size", b"9\n")
    assert post(b"?")[0] == 400
    assert post(grown.request(9, 9), "/add-checkpoint")[0] == 404
    assert asked.sock is kept
    assert post(b"x" * (asking.LONGEST_BODY + 1))[0] == 413
    assert post(iter([b"old 0"]), **{"Transfer-Encoding": "chunked"})[0] == 411
    assert post(grown.request(9, 9))[0] == 200
    asked.close()


@pytest.mark.parametrize(
    "headers",
    [
        "Content-Length: 3\r\nContent-Length: 30",
        "Content-Length: 3\r\nTransfer-Encoding: chunked",
        "Content-Length: +3",
        "Content-Length: \u0663",
        "Content-Length: -1",
        "Host: x",
    ],
)
def test_a_length_that_reads_two_ways_is_refused(served: tuple[Witness, server.Server], headers: str) -> None:
    with socket.create_connection(("127.0.0.1", served[1].server_address[1]), timeout=5) as link:
        link.sendall(f"POST /w/add-checkpoint HTTP/1.1\r\n{headers}\r\n\r\nold".encode() + b"GET / HTTP/1.1\r\n\r\n")
        found = b""
        while part := link.recv(4096):
            found += part
    assert found.startswith(b"HTTP/1.1 411 ")
    assert found.count(b"HTTP/1.1") == 1


def test_whoever_is_slow_is_cut_off(served: tuple[Witness, server.Server], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "LONGEST_CONNECTION", 0.3)
    with socket.create_connection(("127.0.0.1", served[1].server_address[1]), timeout=5) as slow:
        slow.sendall(b"POST /w/add-checkpoint HTTP/1.1\r\nContent-Length: 100\r\n\r\nold")
        found = b""
        while part := slow.recv(4096):
            found += part
    assert b" 200 " not in found


RUNS = "jumuishi.evidence.witness.program:run"
PROGRAM = [sys.executable, "-c", "from jumuishi.project.cli import main; main()", "witness"]


def start(command: list[str], **kwargs: Any) -> tuple[subprocess.Popen[str], str, int]:
    process = subprocess.Popen([*command, "--port", "0"], stdout=subprocess.PIPE, text=True, **kwargs)
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if found := re.match(r"ready at http://127\.0\.0\.1:(\d+)/", line):
            return process, said, int(found[1])
    raise AssertionError(said)


@pytest.mark.slow
def test_killed_again_and_again_it_signs_one_history(tmp_path: Path) -> None:
    """-9 at a moment nobody chose, while a log that shows two histories asks for both of them at once."""
    chance, histories, got = random.Random(6), fork(10, 300, 300), []
    command = [
        sys.executable,
        "-c",
        "import sys; from jumuishi.evidence.witness.program import main; main(sys.argv[1:])",
    ]
    command += ["--state", str(tmp_path), "--name", NAME, "--log", histories[0].vkey]

    def ask(told: Log, port: int, stop: threading.Event) -> None:
        size, new = 0, 11
        while not stop.is_set() and new <= told.size:
            try:
                link = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
                link.request("POST", "/add-checkpoint", told.request(size, new))
                answer = link.getresponse()
                body = answer.read()
            except (OSError, http.client.HTTPException):
                return
            if answer.status == 200:
                got.append((told, new))
                size, new = new, new + 1
            elif answer.status == 409:
                size = int(body)
                new = max(new, size + 1)
            else:
                return

    for _ in range(12):
        process, _, port = start(command)
        stop = threading.Event()
        threads = [threading.Thread(target=ask, args=(told, port, stop)) for told in histories]
        for thread in threads:
            thread.start()
        stop.wait(chance.uniform(0.01, 0.25))
        process.kill()
        stop.set()
        for thread in threads:
            thread.join()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()
    assert len(got) > 12
    largest = max(size for _, size in got)
    roots = {told.root(size) for told, size in got if size == largest}
    assert len(roots) == 1
    for told, size in got:
        for other, larger in got:
            if size <= larger:
                assert told.root(size) == other.root(size)


@pytest.mark.slow
def test_it_runs_where_nothing_else_of_ours_is(tmp_path: Path) -> None:
    """As the how-to says: these files in one archive, with Python and `cryptography`."""
    house = Path(witness.__file__).resolve().parents[2]
    kept = [house / "__init__.py", house / "evidence/__init__.py", Path(verifier.__file__)]
    kept += sorted(Path(witness.__file__).parent.glob("*.py"))
    for path in kept:
        copied = tmp_path / "files" / path.relative_to(house.parent)
        copied.parent.mkdir(parents=True, exist_ok=True)
        copied.write_bytes(path.read_bytes())
    archive = tmp_path / "witness.pyz"
    subprocess.run(
        [sys.executable, "-m", "zipapp", str(tmp_path / "files"), "-o", str(archive), "-m", RUNS], check=True
    )
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path / "home")}
    command = [sys.executable, "-I", "-B", str(archive), "--name", NAME, "--log", log().vkey]
    command += ["--state", str(tmp_path / "state")]
    process, said, port = start(command, env=environment)
    try:
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        link.request("POST", "/add-checkpoint", log(range(3)).request(0, 3))
        assert link.getresponse().status == 200
        link.close()
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        assert process.stdout is not None
        process.stdout.close()
    assert said.startswith(f"witness {NAME}+")
    told = subprocess.run([*command, "--key"], env=environment, capture_output=True, text=True, check=True).stdout
    assert told == said.split("ready")[0].replace(", 0 leaves", ", 3 leaves")
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, jumuishi.evidence.witness.program; print(*sys.modules)"],
        capture_output=True, check=True, text=True,
    ).stdout.split()  # fmt: skip
    assert not {name.partition(".")[0] for name in loaded} & {"django", "psycopg", "httpx"}
    assert {name for name in loaded if name.startswith("jumuishi.")} <= {
        "jumuishi.evidence", "jumuishi.evidence.verifier", "jumuishi.evidence.witness",
        *(f"jumuishi.evidence.witness.{path.stem}" for path in kept[3:]),
    }  # fmt: skip


@pytest.mark.slow
def test_the_command_of_the_house(tmp_path: Path) -> None:
    given_ = ["--state", str(tmp_path), "--name", NAME, "--log", log().vkey, "--key"]
    told = subprocess.run([*PROGRAM, *given_], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    assert told.stdout.splitlines() == [f"witness {_vkey(tmp_path)}", f"watching {ORIGIN}, 0 leaves seen"]
    (tmp_path / "name").write_text("mwingine")
    again = subprocess.run([*PROGRAM, *given_], capture_output=True, text=True, check=False)
    assert (again.returncode, again.stdout) == (1, "")
    assert "is called" in again.stderr


def _vkey(folder: Path) -> str:
    with at(folder) as one:
        return one.vkey


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "log-x"
    memory.write(path, b"one")
    memory.write(path, b"two")
    assert path.read_bytes() == b"two"
    assert [one.name for one in tmp_path.glob("log-*")] == ["log-x"]
