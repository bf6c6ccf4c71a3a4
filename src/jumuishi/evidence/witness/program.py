"""The command line of a witness."""

import argparse
import os
import signal
import sys
import threading
from pathlib import Path

from jumuishi.evidence.verifier import VerificationError
from jumuishi.evidence.witness.memory import ForgottenError, Memory
from jumuishi.evidence.witness.server import PATH, Server
from jumuishi.evidence.witness.witness import Witness


def main(argv: list[str]) -> int:
    """`witness [--name NAME] [--log VKEY ...]`: serve until told to end; exit code 1 when what is kept can't be."""
    given = _parser().parse_args(argv)
    memory = Memory(given.state)
    try:
        with memory.opened(given.name, given.log):
            witness = Witness(memory)
            _say(f"witness {witness.vkey}")
            for log in memory.logs():
                _say(f"watching {log.origin}, {log.head.size} leaves seen")
            if given.key:
                return 0
            with Server((given.host, given.port), given.prefix, witness) as server:
                host, port = server.server_address[:2]
                _say(f"ready at http://{host!s}:{port}{server.prefix}{PATH}")
                for number in (signal.SIGINT, signal.SIGTERM):
                    signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
                server.serve_forever()
    except (ForgottenError, VerificationError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def run() -> None:
    """The whole program, where it is an archive of its own."""
    sys.exit(main(sys.argv[1:]))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="jumuishi witness", description="Cosign the checkpoints of logs.")
    home = Path("/var/lib") if os.geteuid() == 0 else Path.home() / ".local/state"
    parser.add_argument("--state", type=Path, default=home / "jumuishi-witness", help="the folder of key and memory")
    parser.add_argument("--name", help="the witness's name, such as shahidi.example/1; needed at the first start")
    parser.add_argument("--log", action="append", default=[], metavar="VKEY", help="watch this log from now on")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8420)
    parser.add_argument("--prefix", default="", help="what stands before /add-checkpoint")
    parser.add_argument("--key", action="store_true", help="say the public key and the logs, and end")
    return parser


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
