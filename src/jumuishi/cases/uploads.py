"""Files handed in: their type is found from their content, their size is bounded, a refusal says what to do."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile

from jumuishi.definitions.types import Field

SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF-", "pdf", "application/pdf"),
    (b"\xff\xd8\xff", "jpg", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png", "image/png"),
)
DEFAULT_KB = 2048


@dataclass(frozen=True)
class RefusedUpload:
    """Why a file is not taken: file_type, file_size, file."""

    code: str


@dataclass(frozen=True)
class Upload:
    """A file that may be taken: its stream, its true type, its limit in bytes."""

    name: str
    media_type: str
    limit: int
    file: "UploadedFile[bytes]"

    def chunks(self) -> Iterator[bytes]:
        """The content in pieces."""
        self.file.seek(0)
        yield from self.file.chunks()


def limit_of(field: Field) -> int:
    """The most bytes that a file for a question may have."""
    return (field.max_kb or DEFAULT_KB) * 1024


def size_refused(field: Field, size: int) -> str:
    """Why a file of this size is not taken, or nothing."""
    if size == 0:
        return "file"
    return "file_size" if size > limit_of(field) else ""


def clean_name(name: str) -> str:
    """What its sender calls a file, without folders and what nobody can read."""
    return "".join(c for c in name.replace("\\", "/").rsplit("/", 1)[-1] if c.isprintable())[:120]


def read(field: Field, file: "UploadedFile[bytes]") -> Upload | RefusedUpload:
    """Look at a file before it is taken."""
    if code := size_refused(field, file.size or 0):
        return RefusedUpload(code)
    head = file.read(1024)
    accepted = {"jpg" if kind == "jpeg" else kind for kind in (field.accept or ("pdf", "jpg", "png"))}
    for signature, kind, media_type in SIGNATURES:
        if head.startswith(signature):
            if kind not in accepted:
                return RefusedUpload("file_type")
            return Upload(clean_name(file.name or "") or kind, media_type, limit_of(field), file)
    return RefusedUpload("file_type")
