"""UNOFFICIAL: `jumuishi exchange bus FILE` runs the bridge; `--seal` seals a secret for that file."""

import argparse
import asyncio
import sys
from pathlib import Path

from jumuishi.exchange.bus import adapter, settings


def exchange_bus(argv: list[str]) -> int:
    """Run until it is stopped; exit 2 for a file that can't be used."""
    parser = argparse.ArgumentParser(
        prog="jumuishi exchange bus",
        description="UNOFFICIAL: the bridge to the government's bus (docs/reference/bus.md).",
    )
    parser.add_argument("file", type=Path, nargs="?", help="its settings")
    parser.add_argument("--seal", action="store_true", help="read a secret from standard input, print it sealed")
    wish = parser.parse_args(argv)
    if wish.seal:
        print(settings.sealed(sys.stdin.read().strip()))
        return 0
    if wish.file is None:
        parser.error("needs the file of settings")
    try:
        bus = settings.load(wish.file)
    except settings.BadSettings as error:
        print(error, file=sys.stderr)
        return 2
    print(f"UNOFFICIAL bridge to the bus, on http://{bus.listen}/", flush=True)
    asyncio.run(adapter.serve(bus))
    return 0
