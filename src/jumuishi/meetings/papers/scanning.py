"""Files that come in are looked through for viruses by the room that does so; `project` brings the two together."""

from collections.abc import Callable, Iterable

from jumuishi.kernel import files
from jumuishi.kernel.files import StoredFile

Take = Callable[[Iterable[bytes], int], tuple[StoredFile, str]]
_take: list[Take] = []


class InfectedError(ValueError):
    """Nothing was kept."""


def register(take: Take) -> None:
    """Keep a stream of at most so many bytes, looked through; raises InfectedError, TooLargeError. The last counts."""
    _take[:] = [take]


def take(chunks: Iterable[bytes], limit: int) -> tuple[StoredFile, str]:
    """The kept file, and whether it was looked through: clean, or unscanned."""
    if _take:
        return _take[0](chunks, limit)
    return files.put(chunks, limit), "unscanned"
