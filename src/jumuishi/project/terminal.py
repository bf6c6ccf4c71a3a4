"""What the person at the terminal is told."""

import contextlib
import sys


def say(line: str) -> None:
    """A line on standard error; standard output is for what programs read."""
    with contextlib.suppress(OSError):  # the disk that it goes to may be the one that is full
        print(line, file=sys.stderr, flush=True)
