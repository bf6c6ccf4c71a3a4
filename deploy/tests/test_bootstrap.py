"""The way from a bare machine to uv: pieces that need no network but loopback."""

import hashlib
import http.server
import importlib.util
import io
import json
import os
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

HOUSE = Path(__file__).resolve().parents[2]


@pytest.fixture
def bootstrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("bootstrap_under_test", HOUSE / "deploy/bootstrap.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "TOOLS", str(tmp_path / ".uv"))
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("PIP_INDEX_URL", "PIP_CONFIG_FILE", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    return module


def wheel() -> bytes:
    box = io.BytesIO()
    with zipfile.ZipFile(box, "w") as file:
        file.writestr("uv-9.9.9.data/scripts/uv", "#!/bin/sh\necho uv 9.9.9\n")
    return box.getvalue()


class Index:
    """A package index on loopback that speaks the JSON form of the simple interface (PEP 691)."""

    def __init__(self) -> None:
        self.body = wheel()
        self.hash = hashlib.sha256(self.body).hexdigest()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path == "/simple/uv/":
                    asked = self.headers["Accept"] == "application/vnd.pypi.simple.v1+json"
                    body = json.dumps({"files": outer.files()}).encode() if asked else b"<html>"
                else:
                    body = outer.body
                self.send_response(200)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/simple/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def files(self) -> list[dict[str, object]]:
        tag = f"manylinux_2_17_{os.uname().machine}"
        names = [f"uv-0.9.30-py3-none-{tag}.whl", f"uv-0.10.2-py3-none-{tag}.whl", "uv-0.11.0-py3-none-win32.whl"]
        names += [f"uv-0.12.0rc1-py3-none-{tag}.whl", "uv-0.13.0.tar.gz"]
        found: list[dict[str, object]] = [
            {"filename": name, "url": f"../files/{name}", "hashes": {"sha256": self.hash}} for name in names
        ]
        return [*found, {**found[0], "filename": f"uv-0.99.0-py3-none-{tag}.whl", "yanked": True}]


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    one = Index()
    monkeypatch.setenv("PIP_INDEX_URL", one.address)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    yield one
    one.server.shutdown()
    one.server.server_close()


def test_uv_comes_by_the_standard_library_alone(bootstrap: ModuleType, index: Index) -> None:
    found = bootstrap._by_hand()
    assert bootstrap._runs(found)


def test_an_altered_wheel_is_refused(bootstrap: ModuleType, index: Index) -> None:
    index.hash = "0" * 64
    with pytest.raises(bootstrap.Trouble, match="hash"):
        bootstrap._by_hand()
    assert not (Path(bootstrap.TOOLS) / "bin" / "uv").exists()


def test_releases_are_compared_as_numbers(bootstrap: ModuleType, index: Index) -> None:
    fitting = [str(one["filename"]) for one in index.files() if not one.get("yanked")]
    best = max((name for name in fitting if bootstrap._fits(name)), key=bootstrap._version)
    assert best.startswith("uv-0.12.0rc1") is False
    assert best.startswith("uv-0.10.2")


def test_the_index_is_the_one_that_pip_would_use(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    conf = tmp_path / ".config/pip/pip.conf"
    conf.parent.mkdir(parents=True)
    conf.write_text("[global]\nindex-url = http://kioo.example/simple\n")
    assert bootstrap.index_url() == "http://kioo.example/simple"
    monkeypatch.setenv("PIP_INDEX_URL", "http://mazingira.example/simple")
    assert bootstrap.index_url() == "http://mazingira.example/simple"


def test_when_nothing_works_one_command_is_said(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setattr(bootstrap, "_by_venv", lambda: None)
    monkeypatch.setattr(bootstrap, "_by_pip", lambda: None)
    with pytest.raises(bootstrap.Trouble, match=r"apt-get install -y ca-certificates python3-venv") as caught:
        bootstrap.find_uv()
    assert str(caught.value).count("apt-get") == 1


def test_the_scripts_run_under_the_systems_python_with_nothing_installed() -> None:
    for name in ("deploy/bootstrap.py", "deploy/checks.py", "run", "test"):
        code = (HOUSE / name).read_text()
        compile(code, name, "exec", dont_inherit=True)
        wanted = {line.split()[1].split(".")[0] for line in code.splitlines() if line.startswith(("import ", "from "))}
        assert wanted - {"bootstrap", "checks"} <= set(sys.stdlib_module_names)
