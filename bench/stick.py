"""A bundle for a stick: 100,000 messages and a body of 100 MB, signed, compressed, closed, opened and checked.

What is measured is the file alone, without a database. Each half runs in a process of its own, and the peak of its
memory is compared with the same half's for a hundredth of the messages and no body: it must not grow with the load.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench._installation import MACHINE
from jumuishi.exchange.courier import wire
from jumuishi.exchange.courier.bundle import sealing
from jumuishi.exchange.courier.bundle.envelope import Head, Limits, Reader, Writer
from jumuishi.exchange.courier.types import Message, Parcel, Part, StreamId
from jumuishi.exchange.signing.keys import PublicKey, SigningKey
from jumuishi.exchange.xroad.identifiers import read_client

GROWTH_GOAL = 32.0
AT = datetime(2026, 1, 1, tzinfo=UTC)
FROM, TO = read_client("TZ/GOV/kituo"), read_client("TZ/GOV/maji")
KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
EACH, PIECE = 500, 524_288


def _parcels(messages: int, large: int) -> Iterator[Parcel]:
    for first in range(0, messages, EACH):
        some = tuple(
            Message(
                str(UUID(int=n)), StreamId(FROM, TO, f"kiwanja-{n % 1000}"), n // 1000 + 1, "mfano.ujumbe", AT,
                data=json.dumps({"kiwanja": n, "maelezo": os.urandom(256).hex()}).encode(),
            )
            for n in range(first, min(first + EACH, messages))
        )  # fmt: skip
        yield Parcel("kituo", "maji", first + 1, AT, some)
    for at in range(0, large, PIECE):
        yield Parcel("kituo", "maji", messages + at + 1, AT, parts=(Part("0" * 64, at, os.urandom(PIECE)),))


def _pack(file: Path, recipient: str, messages: int, large: int) -> None:
    head = Head("kituo", "maji", 1, str(UUID(int=1)), 1, AT, "k")
    with tempfile.TemporaryFile(dir=file.parent) as plain, file.open("wb") as out:
        writer = Writer(plain, head, SigningKey("k", KEY))
        for one in _parcels(messages, large):
            writer.add(b"".join(wire.written(one)))
        writer.close(is_last=True)
        plain.seek(0)
        sealing.close_for(recipient, plain, out)


def _read(file: Path, key: sealing.SealingKey, messages: int) -> None:
    """As it is read at the other end: opened, checked as a whole, then each parcel once more."""
    with tempfile.TemporaryFile(dir=file.parent) as plain, file.open("rb") as source:
        sealing.open_with([key], source, plain, most=file.stat().st_size)
        plain.seek(0)
        reader = Reader(plain, lambda _: PublicKey("k", FROM.member, KEY.public_key()), Limits())
        for _ in reader.parcels_in_order():
            pass
        count = sum(len(wire.read(one).messages) for one in reader.parcels_in_order())
    if count != messages:
        raise SystemExit(f"{count} messages of {messages}")


def _half(what: str, file: Path, key: sealing.SealingKey, messages: int, large: int) -> tuple[float, float]:
    """Seconds, and MB at its peak, of one half in a process of its own."""
    given = [what, str(file), key.recipient, key.secret, str(messages), str(large)]
    done = subprocess.run([sys.executable, "-m", "bench.stick", *given], capture_output=True, text=True, check=True)
    seconds, peak = done.stdout.split()
    return float(seconds), float(peak)


def main(*, short: bool) -> None:
    """The figure is messages a second, both halves together."""
    messages, large = (20_000, 20_000_000) if short else (100_000, 100_000_000)
    key, found = sealing.new_key(), dict[str, float]()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "a.mzigo"
        base = {what: _half(what, file, key, messages // 100, 0)[1] for what in ("pack", "read")}
        _half("pack", file, key, messages, 0)
        found["file_mb"] = round(file.stat().st_size / 1e6, 1)
        for what in ("pack", "read"):
            seconds, peak = _half(what, file, key, messages, 0)
            found |= {f"{what}_seconds": round(seconds, 1), f"{what}_growth_mb": round(peak - base[what], 1)}
        for what in ("pack", "read"):
            seconds, peak = _half(what, file, key, EACH, large)
            found |= {f"{what}_body_seconds": round(seconds, 1), f"{what}_body_growth_mb": round(peak - base[what], 1)}
        print(f"{messages} messages and {large // 10**6} MB", flush=True)
    growth = max(value for name, value in found.items() if name.endswith("growth_mb"))
    print(json.dumps({
        "bench": "stick", "figure": round(messages / (found["pack_seconds"] + found["read_seconds"])),
        "unit": "messages a second packed and read", "goal": f"memory grows by no more than {GROWTH_GOAL} MB",
        "ok": growth <= GROWTH_GOAL, "detail": {"messages": messages, "body_bytes": large, **found}, "machine": MACHINE,
    }))  # fmt: skip


if __name__ == "__main__":
    do, where, recipient, secret, many, size = sys.argv[1:]
    started, mine = time.monotonic(), sealing.SealingKey(recipient, secret)
    if do == "pack":
        _pack(Path(where), recipient, int(many), int(size))
    else:
        _read(Path(where), mine, int(many))
    print(time.monotonic() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
