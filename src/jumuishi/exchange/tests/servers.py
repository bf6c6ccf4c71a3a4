"""Models of how servers in use read a path: the provider behind an exchange may be any of them, or several in a row."""

import posixpath
import re
import unicodedata
from collections.abc import Callable
from urllib.parse import unquote_to_bytes

Step = Callable[[str], str]


def decoded(path: str) -> str:
    """Percent-encoding undone once; bytes that are not UTF-8 read as Latin-1, as many servers do."""
    data = unquote_to_bytes(path)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def lax(path: str) -> str:
    """Overlong UTF-8 and %u002f accepted, as old servers did."""
    path = re.sub(r"%u([0-9a-fA-F]{4})", lambda m: chr(int(m[1], 16)), path)
    data = unquote_to_bytes(path)
    data = re.sub(rb"[\xc0\xc1]([\x80-\xbf])", lambda m: bytes([m[1][0] & 0x3F | (m[0][0] & 1) << 6]), data)
    return data.decode("utf-8", "replace")


def dots_removed(path: str) -> str:
    """`.` and `..` followed, as a file server and most frameworks do."""
    slash = "/" if path.endswith("/") and path.strip("/") else ""
    return posixpath.normpath(path or "/") + slash


STEPS: dict[str, Step] = {
    "decode": decoded,
    "lax": lax,
    "dots": dots_removed,
    "merge": lambda path: re.sub("/{2,}", "/", path),
    "backslash": lambda path: path.replace("\\", "/"),
    "parameters": lambda path: re.sub(r";[^/]*", "", path),
    "query": lambda path: re.split(r"[?#]", path, maxsplit=1)[0],
    "nul": lambda path: path.split("\x00", 1)[0],
    "controls": lambda path: re.sub(r"[\x00-\x20\x7f]", "", path),
    "windows": lambda path: "/".join(part.rstrip(". ") for part in path.split("/")),
    "compose": lambda path: unicodedata.normalize("NFKC", path),
    "best-fit": lambda path: path.translate(str.maketrans("∕⁄∖¥․．／＼", "//\\\\..//")),
    "last-slash": lambda path: path.rstrip("/") or "/",
    "next-slash": lambda path: path if path.endswith("/") else f"{path}/",
}


def served(path: str, steps: tuple[str, ...]) -> str:
    """The name of what such a server would serve, in full letters."""
    for step in steps:
        path = STEPS[step](path)
    return path
