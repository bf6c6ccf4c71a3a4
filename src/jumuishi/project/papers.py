"""Papers of meetings are looked through for viruses by what looks through files of cases: two rooms meet here."""

from collections.abc import Iterable

from jumuishi.cases import public as cases
from jumuishi.cases.types import InfectedFileError
from jumuishi.kernel.files import StoredFile
from jumuishi.meetings.papers import scanning


def take(chunks: Iterable[bytes], limit: int) -> tuple[StoredFile, str]:
    """Keep a stream, looked through. Raises InfectedError, TooLargeError."""
    try:
        return cases.take_file(chunks, limit)
    except InfectedFileError as found:
        raise scanning.InfectedError(str(found)) from None


scanning.register(take)
