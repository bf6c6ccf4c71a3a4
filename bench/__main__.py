"""`python -m bench NAME [--short]`: one measurement; its last line is one JSON object (see docs/reference)."""

import argparse
import importlib
import sys
from pathlib import Path


def main() -> int:
    """Run bench.NAME's `main(short)`; exit code 2 for an unknown name."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("name", choices=names)
    parser.add_argument("--short", action="store_true", help="end within a minute")
    given = parser.parse_args()
    importlib.import_module(f"bench.{given.name}").main(short=given.short)
    return 0


if __name__ == "__main__":
    sys.exit(main())
