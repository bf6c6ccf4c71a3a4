"""One register as a process: `python -m registers national-id --port 9001 [--data FOLDER]`."""

import argparse
import logging
import signal
import sys
import tempfile
from pathlib import Path

from registers import business_names, national_id, tax_numbers
from registers.serving import Register, serve

KNOWN = {
    "national-id": national_id.open_at,
    "business-names": business_names.open_at,
    "tax-numbers": tax_numbers.open_at,
}


def _ended(*_: object) -> None:
    raise KeyboardInterrupt


def main(words: list[str] | None = None) -> int:
    """Serve until somebody asks for the end."""
    parser = argparse.ArgumentParser(prog="registers", description="A register of the demonstration.")
    parser.add_argument("name", choices=sorted(KNOWN))
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True, help="0 picks a free one")
    parser.add_argument("--data", help="where what must outlive a restart is kept (default: a folder of this run)")
    wish = parser.parse_args(words)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    signal.signal(signal.SIGTERM, _ended)
    with tempfile.TemporaryDirectory() as passing:
        folder = Path(wish.data or passing)
        folder.mkdir(parents=True, exist_ok=True)
        register: Register = KNOWN[wish.name](folder)
        with serve(register, wish.host, wish.port) as server:
            sys.stdout.write(f"{wish.name} ready at http://{wish.host}:{server.server_port}/\n")
            sys.stdout.flush()
            try:
                server.serve_forever()
            except KeyboardInterrupt:
                return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
