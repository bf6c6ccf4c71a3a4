"""A large file in parts (tus 1.0.0): cut, it goes on where it was; begun again, it is the same."""

import base64
import hashlib
from collections.abc import Callable
from typing import BinaryIO, Protocol

import httpx

from jumuishi_client.errors import AwayError, NotNowError

PART = 256 * 1024
ROUNDS = 10
ROOT = "/api/v1/"


class Ask(Protocol):
    """The client's own way of asking: repeated where no answer came."""

    def __call__(
        self, method: str, path: str, *, headers: dict[str, str], content: bytes | None = None
    ) -> httpx.Response:
        """The answer; raises for a refusal."""


def send(ask: Ask, path: str, name: str, file: BinaryIO, size: int, said: Callable[[int, int], None] | None) -> str:
    """Send what of a file is not there yet; `said` is told how much is, and of how much. Returns the upload's path."""
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # any binary file will do
    named = {"Upload-Length": str(size), "Upload-Metadata": f"filename {_coded(name)},sha256 {_coded(digest)}"}
    for _ in range(ROUNDS):
        begun = ask("POST", path, headers=named)
        upload, at = begun.headers["Location"].removeprefix(ROOT), int(begun.headers["Upload-Offset"])
        try:
            while at < size:
                if said is not None:
                    said(at, size)
                file.seek(at)
                place = {"Upload-Offset": str(at), "Content-Type": "application/offset+octet-stream"}
                answer = ask("PATCH", upload, headers=place, content=file.read(PART))
                at = int(answer.headers["Upload-Offset"])
        except NotNowError as refused:
            # An answer was lost, or somebody else sends the same: how far it is, its beginning says.
            if refused.code != "cases.upload_offset":
                raise
        else:
            return upload
    raise AwayError("the upload went elsewhere")


def _coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
