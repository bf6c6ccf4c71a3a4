"""The outside of a demonstration: two witnesses and a time-stamper, in one process of their own, by real requests.

    python -m jumuishi.evidence.gateways.simulated

JUMUISHI_PUBLIC_URL, JUMUISHI_DATA and JUMUISHI_CONFIG say whose. It asks the installation for its log's key as anybody
does, and writes `witnesses.policy` and `timestampers` beside the installation's keys, unless somebody else wrote them.
"""

import os
import threading
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from pathlib import Path

from jumuishi.evidence.gateways import tsa_simulator
from jumuishi.evidence.witness.memory import Memory
from jumuishi.evidence.witness.server import Server
from jumuishi.evidence.witness.witness import Witness

MARK = "# Of the demonstration: written anew at each start.\n"
_KEYS_WITHIN = 300.0


def main() -> None:
    """Serve until killed."""
    data, config = Path(os.environ["JUMUISHI_DATA"]), Path(os.environ["JUMUISHI_CONFIG"])
    with ExitStack() as stack:
        keys = log_keys(os.environ["JUMUISHI_PUBLIC_URL"])
        serve(stack, data / "outside", config, keys)
        threading.Event().wait()


def log_keys(address: str) -> list[str]:
    """The log's keys, once the web answers; raises TimeoutError when it never does."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + _KEYS_WITHIN
    while time.monotonic() < deadline:
        try:
            with opener.open(f"{address.rstrip('/')}/evidence/keys", timeout=5) as answer:
                return list(answer.read(65_536).decode().splitlines())
        except (urllib.error.URLError, OSError):
            time.sleep(1)
    raise TimeoutError(f"{address} gave no keys of its log")


def serve(stack: ExitStack, folder: Path, config: Path, keys: list[str]) -> None:
    """Start all three, and tell the installation where they are."""
    lines = []
    for number in (1, 2):
        name = f"shahidi-{number}"
        memory = stack.enter_context(Memory(folder / name).opened(f"{name}.example", keys))
        witness = Witness(memory)
        lines.append(f"witness {name} {witness.vkey} {_started(stack, Server(('127.0.0.1', 0), '', witness))}")
    _tell(config / "witnesses.policy", [*lines, "group both all shahidi-1 shahidi-2", "quorum both"])
    stamper = tsa_simulator.Stamper()
    # Earlier ones stay trusted: their stamps are in receipts.
    with open(folder / "tsa.pem", "ab") as file:
        file.write(stamper.pem)
    _tell(config / "timestampers", [f"{_started(stack, tsa_simulator.Server(stamper))}/ {folder / 'tsa.pem'}"])


def _started(stack: ExitStack, server: Server | tsa_simulator.Server) -> str:
    stack.enter_context(server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    stack.callback(server.shutdown)
    return f"http://127.0.0.1:{server.server_address[1]}"


def _tell(path: Path, lines: list[str]) -> None:
    if not path.exists() or path.read_text().startswith(MARK):
        path.write_text(MARK + "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
