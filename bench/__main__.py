"""`python -m bench NAME [--short]`: one measurement; its last line is one JSON object (see docs/reference)."""

import argparse
import importlib
import signal
import sys
from pathlib import Path


def main() -> int:
    """Run bench.NAME's `main(short=..., and what its `options(parser)` adds)`; exit code 2 for an unknown name."""
    names = sorted(path.stem.replace("_", "-") for path in Path(__file__).parent.glob("[a-z]*.py"))
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("name", choices=names)
    parser.add_argument("--short", action="store_true", help="end within a minute")
    found = importlib.import_module(f"bench.{parser.parse_known_args()[0].name.replace('-', '_')}")
    if hasattr(found, "options"):
        found.options(parser)
    given = vars(parser.parse_args())
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what was started is ended on the way out
    del given["name"]
    found.main(**given)
    return 0


if __name__ == "__main__":
    sys.exit(main())
