"""The demonstration country of the cases' tests, and a sender that speaks tus at either door."""

import base64
import hashlib
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from jumuishi.cases.helping.tests.conftest import licence
from jumuishi.cases.models import Draft, Upload
from jumuishi.cases.tests.conftest import asha, at_work, begin, country, officer, submitted, world
from jumuishi.kernel import parts, tenancy

__all__ = ["asha", "at_work", "country", "licence", "officer", "submitted", "world"]
SYSTEM = tenancy.Principal.system()
FIELD = "tax_clearance"


def pdf(size: int, mark: bytes = b"a") -> bytes:
    """A PDF of so many bytes, no two stretches of it alike."""
    body = b"".join(hashlib.sha256(mark + n.to_bytes(4)).digest() for n in range(size // 32 + 1))
    return (b"%PDF-1.4\n" + body)[:size]


def coded(text: str) -> str:
    """A value of Upload-Metadata."""
    return base64.b64encode(text.encode()).decode()


class Sender:
    """A browser, or a program with its token, that sends a file in parts."""

    def __init__(self, client: Client, token: str = "") -> None:
        self.client = client
        self.said = {"Tus-Resumable": "1.0.0"} | ({"Authorization": f"Bearer {token}"} if token else {})

    def begin(self, path: str, content: bytes, *, name: str = "hati.pdf", digest: str | None = None) -> Any:
        """The answer to its beginning."""
        sha = hashlib.sha256(content).hexdigest() if digest is None else digest
        told = f"filename {coded(name)}" + (f",sha256 {coded(sha)}" if sha else "")
        headers = self.said | {"Upload-Length": str(len(content)), "Upload-Metadata": told}
        return self.client.post(path, headers=headers)

    def part(self, url: str, at: int, data: bytes, **more: str) -> Any:
        """The answer to a part of it."""
        headers = self.said | {"Upload-Offset": str(at), "Content-Type": "application/offset+octet-stream"} | more
        return self.client.patch(url, data, headers=headers)

    def there(self, url: str) -> int:
        """How much of it the house says it has."""
        answer = self.client.head(url, headers=self.said)
        assert answer.status_code == 200
        return int(answer["Upload-Offset"])

    def whole(self, path: str, content: bytes, step: int = 1000) -> Any:
        """All of it, part by part; the last answer."""
        begun = self.begin(path, content)
        assert begun.status_code == 201, begun.content
        answer, url = begun, str(begun["Location"])
        while answer.status_code < 300 and (at := int(answer["Upload-Offset"])) < len(content):
            answer = self.part(url, at, content[at : at + step])
        return answer


@pytest.fixture
def draft(country: dict[str, UUID], asha: Client) -> str:
    """The address of Asha's application."""
    return begin(asha)


def door(draft: str, field: str = FIELD) -> str:
    """Where a file for it is begun."""
    return f"{draft}faili/{field}/"


def row_of(draft: str) -> Draft:
    """The draft of an address."""
    with tenancy.acting_as(SYSTEM):
        return Draft.objects.get(id=UUID(draft.rstrip("/").rsplit("/", 1)[-1]))


def the_upload() -> Upload:
    """The only one."""
    with tenancy.acting_as(SYSTEM):
        return Upload.objects.get()


def on_disk() -> int:
    """How many files are on their way there."""
    folder = parts._folder()
    return len(list(folder.iterdir())) if folder.exists() else 0
