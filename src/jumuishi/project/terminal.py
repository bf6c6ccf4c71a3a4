"""What the person at the terminal is told."""

import sys


def say(line: str) -> None:
    """A line on standard error; standard output is for what programs read."""
    print(line, file=sys.stderr, flush=True)
