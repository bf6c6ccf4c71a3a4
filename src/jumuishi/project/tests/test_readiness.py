"""A start that finds nothing new does not migrate again; one that finds anything new does."""

from pathlib import Path
from typing import Any

import psycopg
import pytest

from jumuishi.project import readiness
from jumuishi.project.installation import Installation

pytestmark = pytest.mark.database


@pytest.fixture
def here(tmp_path: Path) -> Installation:
    static = tmp_path / "static"
    static.mkdir()
    (static / "staticfiles.json").write_text("{}")
    return Installation(tmp_path, tmp_path, tmp_path, static)


def test_ready_only_for_the_same_code_and_the_same_database(
    here: Installation, database: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not readiness.is_ready(here, database.owner)
    readiness.note_ready(here, database.owner)
    assert readiness.is_ready(here, database.owner)
    code = tmp_path / "code"
    code.mkdir()
    (code / "0002_new.py").write_text("operations = []\n")
    with monkeypatch.context() as patched:
        patched.setattr(readiness, "_HOUSE", code)
        assert not readiness.is_ready(here, database.owner)
    with monkeypatch.context() as patched:
        patched.setattr(readiness, "_database", lambda _: "")  # a server in place of this one, with nothing in it
        assert not readiness.is_ready(here, database.owner)
    (here.static / "staticfiles.json").unlink()
    assert not readiness.is_ready(here, database.owner)


def test_a_database_without_tables_is_never_ready(here: Installation, database: Any) -> None:
    with psycopg.connect(database.owner, autocommit=True) as connection:
        connection.execute("CREATE DATABASE bare_of_tables")
    bare = database.at("bare_of_tables").owner
    assert readiness._database(bare) == ""
    assert not readiness.is_ready(here, bare)
    with psycopg.connect(database.owner, autocommit=True) as connection:
        connection.execute("DROP DATABASE bare_of_tables WITH (FORCE)")
