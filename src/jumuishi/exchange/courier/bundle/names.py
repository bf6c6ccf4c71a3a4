"""What a bundle's file is called: from, to and number, and nothing of what is inside."""

import re

SUFFIX, DIRECTORY, BETWEEN = ".mzigo", ".orodha", "--"
_ODD = re.compile(r"[^a-z0-9]+")


def name_of(sender: str, receiver: str, number: int, file: int) -> str:
    """Such as `kituo--maji--000007-1.mzigo`; any system of files can hold it."""
    said = [_ODD.sub("-", one.lower()).strip("-")[:40] or "x" for one in (sender, receiver)]
    return f"{said[0]}{BETWEEN}{said[1]}{BETWEEN}{number:06d}-{file}{SUFFIX}"


def directory_name(serial: int) -> str:
    """The signed directory beside the bundles: who has no line knows by it whom to believe."""
    return f"jumuishi-{serial}{DIRECTORY}"
