"""A package sent as one file is read in memory, within bounds, and nothing in it leads anywhere else."""

import io
import stat
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumuishi.definitions.read.package import files_of
from jumuishi.definitions.read.zipped import MOST_FILES, MOST_SENT, NotAPackageError, files_of_upload
from jumuishi.definitions.tests.test_check import SERVICES


def zipped(files: dict[str, bytes], *, link: str = "", squeeze: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these files; `link` is a name that becomes a symbolic link."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", squeeze) as package:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = squeeze
            entry.external_attr = (stat.S_IFLNK | 0o777 if name == link else stat.S_IFREG | 0o644) << 16
            package.writestr(entry, content)
    return out.getvalue()


@pytest.mark.parametrize("around", ["", "leseni/", "a/b/"])
def test_a_zip_of_a_folder_is_the_folder(around: str) -> None:
    files = files_of(SERVICES / "business-licence")
    more = {f"{around}picha.png": b"x", "__MACOSX/._service.yaml": b"x", f"{around}notes/x.yaml": b"a: 1"}
    assert files_of_upload(zipped({**{around + name: content for name, content in files.items()}, **more})) == files


def test_the_definition_alone() -> None:
    content = (SERVICES / "business-licence" / "service.yaml").read_bytes()
    assert files_of_upload(content) == {"service.yaml": content}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (zipped({"../service.yaml": b"x"}), "unsafe"),
        (zipped({"/service.yaml": b"x"}), "unsafe"),
        (zipped({"a\\service.yaml": b"x"}), "unsafe"),
        (zipped({"C:/service.yaml": b"x"}), "unsafe"),
        (zipped({"service.yaml": b"/etc/passwd"}, link="service.yaml"), "unsafe"),
        (zipped({"readme.yaml": b"x"}), "no_definition"),
        (zipped({}), "no_definition"),
        (zipped({"service.yaml": b"a" * 3_000_000}), "too_large"),
        (zipped({"service.yaml": b"a", **{f"{n}.html": b"a" * 1_900_000 for n in range(6)}}), "too_large"),
        (zipped({f"{n}.html": b"" for n in range(MOST_FILES + 1)}), "too_large"),
        (b"x" * (MOST_SENT + 1), "too_large"),
        (b"x" * 2_200_000, "too_large"),
        (b"PK\x03\x04 nothing more", "not_zip"),
        (b"\x89PNG\x00\x00", "not_zip"),
        (zipped({"service.yaml": b"format: 1\n" * 99}).replace(b"service.yaml", b"servicX.yaml", 1), "not_zip"),
    ],
)
def test_what_is_no_package_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(NotAPackageError) as refused:
        files_of_upload(content)
    assert refused.value.code == code


def test_a_locked_zip_is_refused() -> None:
    content = bytearray(zipped({"service.yaml": b"format: 1"}))
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        content[content.index(mark) + (6 if mark[2] == 3 else 8)] |= 1
    with pytest.raises(NotAPackageError, match="unsafe"):
        files_of_upload(bytes(content))


WHOLE = zipped({"service.yaml": b"format: 1\n" * 50, "a.html": b"<p>x</p>"})


@given(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=8))
def test_no_damage_brings_a_crash(at: int, put: bytes) -> None:
    with suppress(NotAPackageError):
        assert "service.yaml" in files_of_upload(WHOLE[:at] + put + WHOLE[at + len(put) :])


def test_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    files_of_upload(WHOLE)
    assert list(tmp_path.iterdir()) == []
