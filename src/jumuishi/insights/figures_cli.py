"""`jumuishi insights rebuild`: every figure anew from the cases, as after a restore or a filled demonstration."""

import argparse
import sys
import time

from jumuishi.insights import refreshing


def rebuild(argv: list[str]) -> int:
    """Work out all days and figures of all institutions; exit 0."""
    parser = argparse.ArgumentParser(prog="jumuishi insights rebuild")
    parser.parse_args(argv)
    began = time.monotonic()
    count = refreshing.mark_all(refreshing.FIRST)
    for institution_id in refreshing.stale(limit=100_000):
        refreshing.refresh(institution_id)
    sys.stdout.write(f"figures of {count} institutions in {time.monotonic() - began:.1f} s\n")
    return 0
