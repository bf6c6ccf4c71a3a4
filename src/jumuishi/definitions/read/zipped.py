"""A package that was sent as one file: a zip of its folder, or service.yaml alone. Nothing is written anywhere."""

import io
import stat
import zipfile
import zlib

from jumuishi.definitions.read import yamlfile
from jumuishi.definitions.read.package import DEFINITION
from jumuishi.definitions.read.yamlfile import UnreadableError

MOST_SENT = 5 * 1024 * 1024
MOST_FILES = 200
MOST_UNPACKED = 10 * 1024 * 1024


class NotAPackageError(UnreadableError):
    """What was sent is no package; `code` says why: too_large, not_zip, unsafe, no_definition."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code} {detail}".strip())
        self.code = code


def files_of_upload(content: bytes) -> dict[str, bytes]:
    """The package's files by their paths, as `files_of` gives them of a folder; raises NotAPackageError.

    A folder around the package is taken off; files that are no part of a package are left out.
    """
    if len(content) > MOST_SENT:
        raise NotAPackageError("too_large")
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return {DEFINITION: _alone(content)}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            found = _members(package)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise NotAPackageError("not_zip", type(error).__name__) from error
    return _trimmed(found)


def _alone(content: bytes) -> bytes:
    if content.startswith(b"PK") or b"\x00" in content[:1024]:
        raise NotAPackageError("not_zip")
    if len(content) > yamlfile.MOST_BYTES:
        raise NotAPackageError("too_large")
    return content


def _members(package: zipfile.ZipFile) -> dict[str, bytes]:
    if len(package.infolist()) > MOST_FILES:
        raise NotAPackageError("too_large")
    found: dict[str, bytes] = {}
    total = 0
    for one in package.infolist():
        mode = one.external_attr >> 16
        parts = one.filename.rstrip("/").split("/")
        if stat.S_ISLNK(mode) or one.flag_bits & 0x1:
            raise NotAPackageError("unsafe", one.filename[:80])
        if "\\" in one.filename or any(part in ("", ".", "..") or ":" in part for part in parts):
            raise NotAPackageError("unsafe", one.filename[:80])
        if one.is_dir() or one.filename.startswith("__MACOSX/") or not one.filename.endswith((".yaml", ".html")):
            continue
        if one.filename in found:
            raise NotAPackageError("unsafe", one.filename[:80])
        # what the directory says of a size is only said: no more than this is ever unpacked
        with package.open(one) as file:
            content = file.read(yamlfile.MOST_BYTES + 1)
        total += len(content)
        if len(content) > yamlfile.MOST_BYTES or total > MOST_UNPACKED:
            raise NotAPackageError("too_large", one.filename[:80])
        found[one.filename] = content
    return found


def _trimmed(found: dict[str, bytes]) -> dict[str, bytes]:
    tops = sorted({name[: -len(DEFINITION)] for name in found if name.split("/")[-1] == DEFINITION}, key=len)
    if not tops:
        raise NotAPackageError("no_definition")
    top = tops[0]
    inside = {name[len(top) :]: content for name, content in found.items() if name.startswith(top)}
    return {
        name: content
        for name, content in inside.items()
        if name == DEFINITION
        or ("/" not in name and name.endswith(".html"))
        or (name.startswith("tests/") and name.count("/") == 1 and name.endswith(".yaml"))
    }
