"""Our log before its witnesses: real ones, on loopback; away, stale, lying or two of a kind."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client, override_settings

from jumuishi.evidence import cosigning, grades, keys, public, sequencer, store
from jumuishi.evidence.models import Checkpoint, Cosignature, Cosigned
from jumuishi.evidence.types import Recorded
from jumuishi.evidence.verifier import Policy, VerificationError, VerifierKey, open_checkpoint, verify_bundle
from jumuishi.evidence.witness.asking import Request
from jumuishi.evidence.witness.memory import Memory
from jumuishi.evidence.witness.server import Server
from jumuishi.evidence.witness.witness import Witness
from jumuishi.kernel import clock, jobs

Act = Callable[..., Recorded]
pytestmark = [pytest.mark.usefixtures("committed_db", "mirror_dir"), pytest.mark.slow]


def read(ask: Callable[[], Any]) -> Any:
    with transaction.atomic():
        return ask()


@contextmanager
def serving(server: Any) -> Iterator[str]:
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()


class Circle:
    """Three witnesses of our log, of whom two are a quorum; each is there until it is sent away."""

    def __init__(self, folder: Path, log: str) -> None:
        self.folder, self.log = folder, log
        self.policy_file = folder / "witnesses.policy"
        self.addresses: dict[str, str] = {}
        self.keys: dict[str, str] = {}
        self.witnesses: dict[str, Witness] = {}
        self._there = {name: ExitStack() for name in ("w1", "w2", "w3")}

    def come(self, *names: str) -> None:
        for name in names:
            memory = self._there[name].enter_context(
                Memory(self.folder / name).opened(f"shahidi.example/{name}", [self.log])
            )
            witness = self.witnesses[name] = Witness(memory, now=lambda: clock.now().timestamp())
            self.keys[name] = witness.vkey
            server = self._there[name].enter_context(Server(("127.0.0.1", 0), "", witness))
            self.addresses[name] = self._there[name].enter_context(serving(server))
        self.write()

    def go(self, *names: str) -> None:
        for name in names:
            self._there[name].close()

    def text(self, quorum: str = "group two 2 w1 w2 w3\nquorum two") -> str:
        lines = [f"witness {name} {self.keys[name]} {self.addresses[name]}" for name in self.keys]
        return "\n".join([f"log {self.log}", *lines, quorum]) + "\n"

    def write(self, text: str = "") -> None:
        self.policy_file.write_text(text or self.text())


@pytest.fixture
def circle(tmp_path: Path) -> Iterator[Circle]:
    found = Circle(tmp_path, public.verifier_keys()[0])
    found.come("w1", "w2", "w3")
    before, settings.EVIDENCE_POLICY = settings.EVIDENCE_POLICY, found.policy_file
    yield found
    settings.EVIDENCE_POLICY = before
    found.go("w1", "w2", "w3")


def grown(act: Act, count: int = 1) -> Recorded:
    made = [act() for _ in range(count)]
    sequencer.sequence_once()
    return made[-1]


def cosigners(circle: Circle, note: str) -> set[str]:
    open_checkpoint(note, [VerifierKey.parse(circle.log)])
    return set(Policy.parse(circle.text()).cosigned(note))


def bundle(made: Recorded) -> dict[str, Any]:
    found = read(lambda: public.receipt(made.journal_id))
    assert found is not None
    verify_bundle(found, [VerifierKey.parse(key) for key in public.verifier_keys()])
    return dict(found)


def test_each_checkpoint_is_cosigned_once_by_each(act: Act, circle: Circle) -> None:
    for count in (1, 4, 300):
        grown(act, count)
        assert public.cosign_once() == 3
        assert public.cosign_once() == 0
    sizes = read(lambda: list(Cosigned.objects.order_by("size").values_list("size", flat=True)))
    assert sizes == [1, 5, 305]
    assert read(Cosignature.objects.count) == 9


@override_settings(ROOT_URLCONF="jumuishi.evidence.web.machine_urls")
def test_the_checkpoint_is_served_with_its_cosignatures(act: Act, circle: Circle, client: Client) -> None:
    assert client.get("/evidence/cosigned").status_code == 404
    grown(act)
    assert cosigners(circle, client.get("/evidence/checkpoint").content.decode()) == set()
    public.cosign_once()
    note = client.get("/evidence/checkpoint").content.decode()
    assert cosigners(circle, note) == {"w1", "w2", "w3"}
    assert client.get("/evidence/cosigned").content.decode() == note
    grown(act)
    assert cosigners(circle, client.get("/evidence/checkpoint").content.decode()) == set()
    assert client.get("/evidence/cosigned").content.decode() == note


def test_a_witness_that_is_away_changes_the_grade_only(act: Act, circle: Circle) -> None:
    circle.go("w2", "w3")
    made = grown(act, 3)
    assert public.cosign_once() == 1
    assert cosigners(circle, bundle(made)["checkpoint"]) == {"w1"}
    assert not read(Cosigned.objects.exists)
    # The same checkpoint gets its quorum once another witness is back, and is not shown to the first again.
    circle.come("w2")
    assert public.cosign_once() == 1
    assert read(Cosigned.objects.count) == 1
    assert cosigners(circle, bundle(made)["checkpoint"]) == {"w1", "w2"}
    # The one that missed much catches up in one step.
    grown(act, 40)
    circle.come("w3")
    assert public.cosign_once() == 3


def test_whoever_was_told_and_whose_answer_was_lost_is_asked_again(act: Act, circle: Circle) -> None:
    grown(act, 3)
    public.cosign_once()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM evidence_cosignature")
    assert public.cosign_once() == 3
    grown(act, 5)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM evidence_cosignature")
    assert public.cosign_once() == 3


def test_a_receipt_keeps_the_first_quorum_that_saw_its_leaf(act: Act, circle: Circle) -> None:
    first = grown(act, 2)
    public.cosign_once()
    kept = bundle(first)
    second = grown(act, 7)
    assert bundle(first) == kept
    assert cosigners(circle, bundle(second)["checkpoint"]) == set()
    public.cosign_once()
    assert bundle(first) == kept
    assert cosigners(circle, bundle(second)["checkpoint"]) == {"w1", "w2", "w3"}
    assert kept["checkpoint"].split("\n")[1] == "2"
    assert bundle(second)["checkpoint"].split("\n")[1] == "9"


def test_a_log_that_was_forked_is_told_and_not_cosigned(
    act: Act, circle: Circle, caplog: pytest.LogCaptureFixture
) -> None:
    """The witnesses have seen another history under our key, as after a theft of it or a rewriting of the database."""
    grown(act, 4)
    here = read(store.state)
    other = read(lambda: keys.signer(here.origin)).checkpoint(4, bytes(32))
    for address in circle.addresses.values():
        answer = cosigning.asking.post(f"{address}/add-checkpoint", Request(0, [], other).body(), "text/plain")
        assert answer.status == 200
    assert public.cosign_once() == 0
    grown(act, 4)
    assert public.cosign_once() == 0
    assert "older, or forked" in caplog.text
    assert not read(Cosigned.objects.exists)


LIES: dict[str, Callable[[Circle, str], tuple[int, bytes]]] = {
    "nothing": lambda *_: (200, b""),
    "rubbish": lambda *_: (200, b"\xff\xfe"),
    "a flood": lambda *_: (200, b"x" * 70_000),
    "another's": lambda circle, note: (200, _line(circle, "w1", note)),
    "an old one": lambda *_: (200, OLD[0]),
    "another's and its own name": lambda circle, note: (200, _line(circle, "w1", note).replace(b"/w1 ", b"/w2 ")),
    "a size that is none": lambda *_: (409, b"-1\n"),
    "a larger size": lambda *_: (409, b"999\n"),
    "an endless size": lambda *_: (409, b"9" * 5000),
    "elsewhere": lambda *_: (302, b""),
    "an error": lambda *_: (500, b""),
}
OLD: list[bytes] = [b""]


def _line(circle: Circle, name: str, note: str) -> bytes:
    # The first witness is asked as anybody may ask it.
    answer = cosigning.asking.post(f"{circle.addresses[name]}/add-checkpoint", note.encode(), "text/plain")
    return answer.body


@pytest.mark.parametrize("lie", LIES)
def test_a_witness_that_lies_counts_for_nothing(act: Act, circle: Circle, lie: str) -> None:
    grown(act, 2)
    public.cosign_once()
    lines = read(lambda: list(Cosignature.objects.filter(witness=circle.keys["w2"]).values_list("line", flat=True)))
    OLD[0] = lines[0].encode()
    circle.go("w2", "w3")

    class Liar(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            status, answer = LIES[lie](circle, body)
            self.send_response(status)
            self.send_header("Location", f"{circle.addresses['w1']}/add-checkpoint")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *args: Any) -> None: ...

    made = grown(act, 2)
    with ThreadingHTTPServer(("127.0.0.1", 0), Liar) as server, serving(server) as address:
        circle.addresses["w2"] = address
        circle.write()
        public.cosign_once()
    assert cosigners(circle, bundle(made)["checkpoint"]) <= {"w1"}
    assert read(Cosigned.objects.count) == 1


@pytest.mark.parametrize("at", [1e15, 2.0**62])
def test_a_witness_out_of_all_time_holds_up_nobody(act: Act, circle: Circle, at: float) -> None:
    circle.witnesses["w2"]._now = lambda: at
    grown(act)
    assert public.cosign_once() == 2
    assert read(Cosigned.objects.count) == 1


def test_two_addresses_of_one_witness_are_no_quorum(act: Act, circle: Circle) -> None:
    twice = circle.text().replace(circle.keys["w2"], circle.keys["w1"])
    circle.write(twice)
    grown(act)
    with pytest.raises(VerificationError, match="line 3"):
        public.cosign_once()
    assert not read(Cosigned.objects.exists)


def test_how_far_the_quorum_is_behind(act: Act, circle: Circle) -> None:
    start = clock.now()
    assert read(lambda: grades.cosigned(start)) == grades.Standing(None, 0.0)
    circle.go("w1", "w2")
    with clock.frozen(start):
        grown(act)
    later = start + timedelta(seconds=1000)
    assert read(lambda: grades.cosigned(later)) == grades.Standing(None, 1000.0)
    assert read(lambda: grades.warnings(later, 900)) == ["no quorum of witnesses has cosigned the log for 1000 s"]
    assert read(lambda: grades.warnings(later, 1001)) == []
    circle.come("w1", "w2")
    with clock.frozen(later):
        public.cosign_once()
    # An idle log ages and is well; what counts is what no quorum has seen.
    night = later + timedelta(hours=9)
    assert read(lambda: grades.cosigned(night)) == grades.Standing(32_400.0, 0.0)
    with clock.frozen(night):
        grown(act)
        grown(act)
    assert read(lambda: grades.cosigned(night + timedelta(seconds=5))) == grades.Standing(32_405.0, 5.0)
    assert read(Checkpoint.objects.count) == 4
    circle.write("quorum none\n")
    assert read(lambda: grades.cosigned(night)).behind == 0.0
    circle.write("quorum w9\n")
    assert "line 1 of the policy" in read(lambda: grades.warnings(night, 900))[0]
    settings.EVIDENCE_POLICY = circle.folder / "none"
    assert read(lambda: grades.warnings(night + timedelta(days=9), 900)) == []
    assert public.cosign_once() == 0


def test_the_worker_asks_them_every_ten_seconds(act: Act, circle: Circle) -> None:
    grown(act)
    entry = jobs.REGISTRY["evidence.cosign"]
    assert entry.every == 10
    entry.run()
    assert read(Cosigned.objects.count) == 1


def test_no_transaction_is_open_while_witnesses_are_asked(
    act: Act, circle: Circle, monkeypatch: pytest.MonkeyPatch
) -> None:
    grown(act)
    opened: list[bool] = []

    class Pool:
        def __init__(self, _size: int) -> None: ...
        def __enter__(self) -> "Pool":
            return self

        def __exit__(self, *args: Any) -> None: ...
        def map(self, *given: Any) -> Any:
            opened.append(connection.in_atomic_block)
            return map(*given)

    monkeypatch.setattr(cosigning, "ThreadPoolExecutor", Pool)
    assert public.cosign_once() == 3
    assert opened == [False]
