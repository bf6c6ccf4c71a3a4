"""Checkpoints get a time from outside: by the real wire, away, lying, disordered; and what a receipt says of it."""

import base64
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import rfc3161_client
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from jumuishi.evidence import grades, public, sequencer, stamping, tree, verifier
from jumuishi.evidence.gateways import simulated, strict
from jumuishi.evidence.gateways.tsa_simulator import Server, Stamper
from jumuishi.evidence.models import Cosigned, Stamp
from jumuishi.evidence.store import state
from jumuishi.evidence.tests.logs import Log, log
from jumuishi.evidence.tests.test_policy import cosign, policy, vkey
from jumuishi.evidence.types import Recorded
from jumuishi.evidence.verifier import VerificationError, VerifierKey, grade, read_note, stamped_at, verify_bundle
from jumuishi.kernel import clock, jobs

Act = Callable[..., Recorded]
NOON = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TEXT = read_note(log(range(5)).checkpoint())[0].encode()
STAMPER = Stamper(lambda: NOON)
TRUSTED = verifier.read_certificates(STAMPER.pem)


def query(message: bytes = TEXT, *, certificate: bool = True) -> Any:
    built = rfc3161_client.TimestampRequestBuilder().data(message).hash_algorithm(rfc3161_client.HashAlgorithm.SHA256)
    return built.cert_request(cert_request=certificate).build()


REPLY = STAMPER.reply(query().as_bytes())


def test_a_stamp_says_when_a_message_was_there() -> None:
    asked = query()
    assert stamped_at(STAMPER.reply(asked.as_bytes()), TEXT, TRUSTED, nonce=asked.nonce) == NOON
    with pytest.raises(VerificationError, match="Nonce"):
        stamped_at(REPLY, TEXT, TRUSTED, nonce=asked.nonce)
    with pytest.raises(VerificationError, match="does not hold"):
        stamped_at(REPLY, TEXT, verifier.read_certificates(Stamper(lambda: NOON).pem))


def test_a_stamp_over_another_checkpoint_is_refused() -> None:
    other = read_note(log(range(6)).checkpoint())[0].encode()
    with pytest.raises(VerificationError, match="does not hold"):
        stamped_at(REPLY, other, TRUSTED)


def test_a_reply_without_certificates_needs_the_stampers_own() -> None:
    bare = STAMPER.reply(query(certificate=False).as_bytes())
    both = STAMPER.pem + STAMPER.own.public_bytes(Encoding.PEM)
    assert stamped_at(bare, TEXT, verifier.read_certificates(both)) == NOON
    with pytest.raises(VerificationError):
        stamped_at(bare, TEXT, TRUSTED)


@given(st.integers(0, len(REPLY) - 1), st.integers(0, 7))
def test_no_flipped_bit_says_another_time(at: int, bit: int) -> None:
    changed = bytearray(REPLY)
    changed[at] ^= 1 << bit
    try:
        assert stamped_at(bytes(changed), TEXT, TRUSTED) == NOON
    except VerificationError:
        return


@given(st.binary(max_size=200))
def test_rubbish_is_no_stamp(reply: bytes) -> None:
    assert strict.ordered(reply) == reply or len(strict.ordered(reply)) == len(reply)
    with pytest.raises(VerificationError):
        stamped_at(strict.ordered(reply), TEXT, TRUSTED)
    with pytest.raises(VerificationError):
        stamped_at(REPLY[: len(reply)], TEXT, TRUSTED)


def test_certificates_out_of_order_are_put_in_order() -> None:
    """Two certificates in the reply, both ways round: one of the two a strict reader refuses as it came."""
    stamper = Stamper(lambda: NOON)
    parts = [one.public_bytes(Encoding.DER) for one in (stamper.own, stamper.root)]
    assert strict.ordered(REPLY) == REPLY
    refused = []
    for order in (parts, parts[::-1]):
        reply = _with_certificates(stamper.reply(query(certificate=False).as_bytes()), b"".join(order))
        try:
            stamped_at(reply, TEXT, verifier.read_certificates(stamper.pem))
        except VerificationError as error:
            refused.append(str(error))
        assert stamped_at(strict.ordered(reply), TEXT, verifier.read_certificates(stamper.pem)) == NOON
    assert ["SetOrdering" in one for one in refused] == [True]


def _with_certificates(reply: bytes, certificates: bytes) -> bytes:
    """The reply with these bytes as its set of certificates, in this very order."""
    from asn1crypto import cms, tsp  # noqa: PLC0415  # the simulator's own library

    found = tsp.TimeStampResp.load(reply)
    signed = found["time_stamp_token"]["content"]
    signed["certificates"] = cms.CertificateSet([])
    signed["certificates"].contents = certificates
    signed["certificates"]._header = None
    whole = bytes(found.dump(force=False))
    assert certificates in whole
    return whole


@pytest.mark.skipif(shutil.which("openssl") is None, reason="OpenSSL is not here to be the other side")
def test_openssl_reads_ours_and_we_read_openssls(tmp_path: Path) -> None:
    stamper = Stamper()
    asked = query()
    (tmp_path / "text").write_bytes(TEXT)
    (tmp_path / "q.tsq").write_bytes(asked.as_bytes())
    (tmp_path / "ours.tsr").write_bytes(stamper.reply(asked.as_bytes()))
    (tmp_path / "root.pem").write_bytes(stamper.pem)
    (tmp_path / "own.pem").write_bytes(stamper.own.public_bytes(Encoding.PEM))
    secret = stamper._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "own.key").write_bytes(secret)
    (tmp_path / "serial").write_text("01\n")
    (tmp_path / "ts.cnf").write_text(
        "[tsa]\ndefault_tsa = t\n[t]\nserial = ./serial\nsigner_cert = ./own.pem\ncerts = ./root.pem\n"
        "signer_key = ./own.key\nsigner_digest = sha256\ndefault_policy = 2.999.1\ndigests = sha256\n"
        "ess_cert_id_alg = sha256\n"
    )

    def openssl(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(["openssl", "ts", *words], cwd=tmp_path, capture_output=True, text=True, check=False)

    if "unknown command" in openssl("-help").stderr.lower():
        pytest.skip("this OpenSSL is without ts")
    read = openssl("-verify", "-in", "ours.tsr", "-queryfile", "q.tsq", "-CAfile", "root.pem")
    assert "Verification: OK" in read.stdout, read.stderr
    made = openssl("-reply", "-config", "ts.cnf", "-queryfile", "q.tsq", "-out", "theirs.tsr")
    assert made.returncode == 0, made.stderr
    theirs = strict.ordered((tmp_path / "theirs.tsr").read_bytes())
    at = stamped_at(theirs, TEXT, verifier.read_certificates(stamper.pem), nonce=asked.nonce)
    assert abs(at - datetime.now(UTC)) < timedelta(minutes=1)


def bundle(*, cosigners: tuple[int, ...] = (), stamps: tuple[bytes, ...] = ()) -> dict[str, Any]:
    """A receipt's last parts, as far as grading reads them."""
    note = log(range(5)).checkpoint()
    note += "".join(cosign(note, number) for number in cosigners)
    return {"checkpoint": note, "timestamps": [base64.b64encode(one).decode() for one in stamps]}


def test_each_grade_needs_the_one_before() -> None:
    def name(*cosigners: int, stamps: tuple[bytes, ...] = ()) -> str:
        return grade(bundle(cosigners=cosigners, stamps=stamps), policy(), TRUSTED).name

    assert [name(), name(1), name(1, 1), name(1, 2)] == ["logged", "logged", "logged", "cosigned"]
    assert name(1, 2, stamps=(REPLY,)) == "time-stamped"
    assert name(1, stamps=(REPLY,)) == "logged"
    assert grade(bundle(cosigners=(1, 2), stamps=(REPLY,))).name == "logged"
    assert grade(bundle(cosigners=(1, 2), stamps=(REPLY,)), policy()).name == "cosigned"
    said = grade(bundle(cosigners=(1, 4), stamps=(REPLY,)), policy(), TRUSTED).said
    assert said == (
        "cosigned by w1 at 2027-01-15T08:00:00+00:00",
        "1 more signatures are there and were not checked: --policy names witnesses to trust",
        "those are not a quorum",
        "time-stamped at 2026-03-02T09:00:00+00:00",
    )


def test_what_was_altered_is_refused_and_not_graded_down() -> None:
    grown = log(range(6))
    other = STAMPER.reply(query(read_note(grown.checkpoint())[0].encode()).as_bytes())
    with pytest.raises(VerificationError):
        grade(bundle(stamps=(other,)), policy(), TRUSTED)
    false = bundle(cosigners=(1,))
    false["checkpoint"] += cosign(grown.checkpoint(), 2)
    with pytest.raises(VerificationError):
        grade(false, policy())
    # A stamp of somebody else beside one that holds is as any unknown signature.
    stranger = Stamper(lambda: NOON).reply(query().as_bytes())
    assert len(grade(bundle(stamps=(stranger, REPLY)), policy(), TRUSTED).said) == 2
    with pytest.raises(VerificationError):
        grade(bundle(stamps=(stranger,)), policy(), TRUSTED)
    for malformed in ("x", {"a": 1}, ["?"], [1]):
        with pytest.raises(VerificationError):
            grade(bundle() | {"timestamps": malformed})


def whole() -> tuple[dict[str, Any], list[VerifierKey]]:
    """A receipt with every grade, of a record in a log in memory."""
    salt, row = bytes(16), b'{"after":{"stage":"approved"},"id":"1"}'
    leaves = [*log(range(9)).leaves, verifier.commitment_of(salt, row), *log(range(4)).leaves]
    told = Log(leaves)
    note, text = told.checkpoint(), read_note(told.checkpoint())[0].encode()
    found = {
        "format": verifier.BUNDLE_FORMAT,
        "row": base64.b64encode(row).decode(),
        "salt": base64.b64encode(salt).decode(),
        "index": 9,
        "position": 0,
        "count": 1,
        "inner_proof": [],
        "proof": [base64.b64encode(one).decode() for one in tree.inclusion(told.node(), 9, told.size)],
        "checkpoint": note + cosign(note, 1) + cosign(note, 2),
        "timestamps": [base64.b64encode(STAMPER.reply(query(text).as_bytes())).decode()],
    }
    return found, [told.signer.verifier]


WHOLE, KEYS = whole()
RANKS = ["logged", "cosigned", "time-stamped"]


def test_a_whole_receipt_holds() -> None:
    assert verify_bundle(WHOLE, KEYS)["id"] == "1"
    assert grade(WHOLE, policy(), TRUSTED).name == "time-stamped"


@given(st.data())
def test_no_altered_receipt_says_more_or_anything_else(data: st.DataObject) -> None:
    """One letter anywhere: it is refused, or it still says the same of the row and of time, and claims no more.

    What it may lose is the word of a witness whose name was altered: a signature of somebody unknown is passed over.
    """
    text = json.dumps(WHOLE, ensure_ascii=False)
    at = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.sampled_from('AbZ09+/= \n-—"') | st.characters())
    try:
        changed = json.loads(text[:at] + letter + text[at + 1 :])
        row, found = verify_bundle(changed, KEYS), grade(changed, policy(), TRUSTED)
    except ValueError:
        return
    assert row == verify_bundle(WHOLE, KEYS)
    assert RANKS.index(found.name) <= RANKS.index("time-stamped")
    assert {one for one in found.said if " at " in one and "checked" not in one} <= set(
        grade(WHOLE, policy(), TRUSTED).said
    )


@given(st.sampled_from(["row", "salt"]), st.data())
def test_every_altered_letter_of_row_and_salt_is_refused(field: str, data: st.DataObject) -> None:
    text = WHOLE[field]
    at = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.sampled_from("ABCDwxyz0189+/=").filter(lambda one: one != text[at]))
    with pytest.raises(VerificationError):
        verify_bundle(WHOLE | {field: text[:at] + letter + text[at + 1 :]}, KEYS)


def test_without_the_library_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    found = grade(bundle(cosigners=(1, 2), stamps=(REPLY,)), policy(), TRUSTED)
    assert found.name == "cosigned"
    assert found.said[-1].startswith("the time-stamp was not checked: that needs")


@contextmanager
def serving(stamper: Stamper) -> Iterator[Server]:
    with Server(stamper) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def served(committed_db: None, mirror_dir: Path, tmp_path: Path) -> Iterator[Server]:
    stamper = Stamper()
    (tmp_path / "tsa.pem").write_bytes(stamper.pem)
    before = settings.EVIDENCE_TIMESTAMPERS
    with serving(stamper) as server:
        settings.EVIDENCE_TIMESTAMPERS = tmp_path / "timestampers"
        address = f"http://127.0.0.1:{server.server_address[1]}/"
        settings.EVIDENCE_TIMESTAMPERS.write_text(f"# whom we ask\n\n{address} {tmp_path / 'tsa.pem'}\n")
        yield server
        settings.EVIDENCE_TIMESTAMPERS = before


def read(ask: Callable[[], Any]) -> Any:
    with transaction.atomic():
        return ask()


def grown(act: Act) -> Recorded:
    made = act()
    sequencer.sequence_once()
    return made


def receipt(made: Recorded) -> dict[str, Any]:
    found: dict[str, Any] = read(lambda: public.receipt(made.journal_id))
    verify_bundle(found, [VerifierKey.parse(key) for key in public.verifier_keys()])
    return found


def quorum(size: int) -> None:
    read(lambda: Cosigned.objects.create(epoch=1, size=size, at=clock.now()))


@pytest.mark.slow
def test_a_stamper_that_is_away_is_caught_up_by_one_stamp(act: Act, served: Server) -> None:
    assert public.stamp_once() == 0
    served.is_away = True
    made = [grown(act) for _ in range(3)]
    assert public.stamp_once() == 0
    assert "timestamps" not in receipt(made[0])
    served.is_away = False
    entry = jobs.REGISTRY["evidence.stamp"]
    assert entry.every == 60
    entry.run()
    assert public.stamp_once() == 0
    trusted = verifier.read_certificates(served.stamper.pem)
    for one in made:
        found = receipt(one)
        assert found["checkpoint"].split("\n")[1] == "3"
        assert "time-stamped at" in grade(found, None, trusted).said[-1]
    # What was stamped once keeps its time; what comes later gets a later one.
    grown(act)
    public.stamp_once()
    assert receipt(made[0])["checkpoint"].split("\n")[1] == "3"


@pytest.mark.slow
def test_what_a_quorum_cosigned_is_stamped_first_and_proves_best(act: Act, served: Server) -> None:
    made = [grown(act) for _ in range(4)]
    quorum(2)
    assert public.stamp_once() == 1
    assert read(lambda: list(Stamp.objects.values_list("size", flat=True))) == [2]
    # The quorum stands still: the log's latest is stamped all the same.
    assert [public.stamp_once(), public.stamp_once()] == [1, 0]
    assert read(lambda: sorted(Stamp.objects.values_list("size", flat=True))) == [2, 4]

    def proven() -> list[int]:
        return [read(lambda one=one: grades.best(state(), one)).size for one in range(4)]  # type: ignore[misc,arg-type]

    assert proven() == [2, 2, 4, 4]
    quorum(3)
    assert proven() == [2, 2, 3, 4]
    quorum(4)
    assert proven() == [2, 2, 4, 4]
    assert len(receipt(made[0])["timestamps"]) == 1


@pytest.mark.slow
@pytest.mark.parametrize("lie", ["another", "replayed", "foreign", "rubbish"])
def test_a_stamp_that_does_not_hold_is_not_kept(
    act: Act, served: Server, lie: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stamper, kept = served.stamper, dict[str, bytes]()
    replies: dict[str, Callable[[bytes], bytes]] = {
        "another": lambda _asked: stamper.reply(query(b"kingine").as_bytes()),
        "replayed": lambda asked: kept.setdefault("first", stamper_reply(asked)),
        "foreign": lambda asked: Stamper().reply(asked),
        "rubbish": lambda _asked: b"x" * 3000,
    }
    stamper_reply = stamper.reply
    grown(act)
    if lie == "replayed":
        read(lambda: kept.setdefault("first", stamper_reply(query(read_note(state().note)[0].encode()).as_bytes())))  # type: ignore[union-attr]
    monkeypatch.setattr(stamper, "reply", replies[lie])
    assert public.stamp_once() == 0
    assert "gave no stamp" in caplog.text
    assert not read(Stamp.objects.exists)


@pytest.mark.slow
def test_how_far_the_stamps_are_behind(act: Act, served: Server) -> None:
    start = clock.now()
    served.is_away = True
    with clock.frozen(start):
        grown(act)
    later = start + timedelta(seconds=1000)
    assert read(lambda: grades.stamped(later)) == grades.Standing(None, 1000.0)
    assert read(lambda: grades.warnings(later, 900)) == ["no time-stamper has stamped the log for 1000 s"]
    served.is_away = False
    public.stamp_once()
    assert read(lambda: grades.stamped(later)).behind == 0.0
    assert read(lambda: grades.warnings(later, 900)) == []
    ((address, _),) = stamping.stampers()
    grown(act)
    for unclear in (f"{address} /nowhere.pem", address, f"{address} {settings.EVIDENCE_TIMESTAMPERS}"):
        settings.EVIDENCE_TIMESTAMPERS.write_text(unclear)
        assert public.stamp_once() == 0
    settings.EVIDENCE_TIMESTAMPERS.unlink()
    assert stamping.stampers() == []
    assert read(lambda: grades.stamped(later + timedelta(days=1))).behind == 0.0


@pytest.mark.slow
def test_the_verifier_alone_prints_the_grade(act: Act, served: Server, tmp_path: Path) -> None:
    """The one file, isolated: an old receipt, one with all grades, and one whose parts were exchanged."""
    made = grown(act)
    old = receipt(made)
    public.stamp_once()
    full = receipt(made)
    note = full["checkpoint"]
    full["checkpoint"] += cosign(note, 1) + cosign(note, 3)
    names = "".join(f"witness w{number} {vkey(number)}\n" for number in (1, 2, 3))
    log_lines = "".join(f"log {key}\n" for key in public.verifier_keys())
    (tmp_path / "policy").write_text(f"{log_lines}{names}group two 2 w1 w2 w3\nquorum two\n")
    (tmp_path / "keys").write_text("\n".join(public.verifier_keys()))
    copied = tmp_path / "verifier.py"
    copied.write_text(Path(verifier.__file__).read_text())

    def run(found: dict[str, Any], *words: str) -> tuple[int, list[str]]:
        (tmp_path / "bundle.json").write_text(json.dumps(found))
        command = [sys.executable, "-I", "-B", str(copied), str(tmp_path / "bundle.json"), *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
        if done.returncode == 0:
            assert json.loads(done.stdout.removeprefix("genuine: "))["id"] == str(made.journal_id)
        return done.returncode, done.stderr.splitlines()

    assert run(old, "--keys", "keys") == (0, ["grade: logged"])
    code, said = run(full, "--keys", "policy", "--tsa", "tsa.pem")
    assert (code, said[0]) == (0, "grade: time-stamped")
    assert [line.split(" at ")[0] for line in said[1:]] == ["cosigned by w1", "cosigned by w3", "time-stamped"]
    assert run(full, "--keys", "keys", "--policy", "policy")[1][0] == "grade: cosigned"
    assert run(full, "--keys", "keys")[1][0] == "grade: logged"
    public.stamp_once()
    other = grown(act)
    public.stamp_once()
    exchanged = full | {"timestamps": receipt(other)["timestamps"]}
    assert run(exchanged, "--keys", "policy", "--tsa", "tsa.pem")[0] == 1
    assert run(full, "--keys", "policy", "--tsa", "keys")[0] == 1
    (tmp_path / "policy").write_text("quorum w9\n")
    assert run(full, "--keys", "policy")[0] == 1


@pytest.mark.slow
def test_the_demonstration_has_all_grades(
    act: Act, committed_db: None, mirror_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its witnesses and its time-stamper, started anew once: what was proven before is proven still."""
    config, data = tmp_path / "with space", tmp_path / "data"
    config.mkdir()
    monkeypatch.setattr(settings, "EVIDENCE_POLICY", config / "witnesses.policy")
    monkeypatch.setattr(settings, "EVIDENCE_TIMESTAMPERS", config / "timestampers")
    made = []
    for _ in range(2):
        with ExitStack() as stack:
            simulated.serve(stack, data, config, public.verifier_keys())
            made.append(grown(act))
            assert [public.cosign_once(), public.stamp_once()] == [2, 1]
    trusted = verifier.read_certificates((data / "tsa.pem").read_bytes())
    for one in made:
        witnesses = verifier.Policy.parse((config / "witnesses.policy").read_text())
        assert grade(receipt(one), witnesses, trusted).name == "time-stamped"
    (config / "timestampers").write_text("https://tsa.example/ tsa.pem\n")
    with ExitStack() as stack:
        simulated.serve(stack, data, config, public.verifier_keys())
    assert stamping.stampers() == [("https://tsa.example/", Path("tsa.pem"))]


def test_a_message_is_asked_for_as_it_stands(tmp_path: Path) -> None:
    (tmp_path / "tsa.pem").write_bytes(STAMPER.pem)
    with serving(STAMPER) as server:
        reply, at = stamping.ask(f"http://127.0.0.1:{server.server_address[1]}/", tmp_path / "tsa.pem", TEXT)
        assert at == stamped_at(reply, TEXT, TRUSTED) == NOON
    with pytest.raises(VerificationError, match="ConnectError"):
        stamping.ask(f"http://127.0.0.1:{server.server_address[1]}/", tmp_path / "tsa.pem", TEXT)
