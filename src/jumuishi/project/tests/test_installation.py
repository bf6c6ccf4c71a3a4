"""Where an installation keeps its things, and what it is."""

from pathlib import Path

import pytest

from jumuishi.project.installation import Installation, InstallationError, locate


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    monkeypatch.setenv("JUMUISHI_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("JUMUISHI_MIRROR", str(tmp_path / "mirror"))
    return locate(tmp_path / "data")


def test_secrets_lie_outside_the_data_and_are_private(here: Installation) -> None:
    assert here.data not in [here.config, *here.config.parents]
    assert here.data not in [here.mirror, *here.mirror.parents]
    assert here.config.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["JUMUISHI_CONFIG", "JUMUISHI_MIRROR"])
def test_keys_and_copies_are_refused_a_place_within_the_data(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for other in ("JUMUISHI_CONFIG", "JUMUISHI_MIRROR"):
        monkeypatch.setenv(other, str(tmp_path / other))
    (tmp_path / "way").symlink_to(tmp_path / "data", target_is_directory=True)
    for inside in (tmp_path / "data" / "config", tmp_path / "data" / ".." / "data" / "x", tmp_path / "way" / "x"):
        monkeypatch.setenv(name, str(inside))
        with pytest.raises(InstallationError, match="may not lie within the data folder"):
            locate(tmp_path / "data")


def test_two_installations_of_one_account_never_share_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("JUMUISHI_CONFIG", "JUMUISHI_MIRROR", "JUMUISHI_DATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    one, two = locate(tmp_path / "one"), locate(tmp_path / "two")
    assert one.config != two.config
    assert tmp_path / "home/.config/jumuishi" in one.config.parents
    (tmp_path / "one").rename(tmp_path / "moved")
    assert locate(tmp_path / "moved").config == one.config
    assert locate().data == tmp_path / "home/.local/share/jumuishi"


def test_the_first_start_decides_what_the_data_is(here: Installation) -> None:
    assert here.decide(empty=True, demonstration=None) == "empty"
    assert here.kind() is None
    here.settle("empty")
    assert here.decide(empty=False, demonstration=None) == "empty"
    with pytest.raises(InstallationError, match="holds no demonstration"):
        here.decide(empty=False, demonstration="country")


def test_without_a_wish_the_first_start_holds_the_demonstration(here: Installation) -> None:
    here.settle(here.decide(empty=False, demonstration=None))
    assert here.decide(empty=False, demonstration="country") == "country"
    with pytest.raises(InstallationError, match="holds the demonstration 'country'"):
        here.decide(empty=True, demonstration=None)


def test_an_unknown_demonstration_is_refused_with_the_known_ones(here: Installation) -> None:
    with pytest.raises(InstallationError, match="no demonstration called 'mars'; there is: country"):
        here.decide(empty=False, demonstration="mars")
    assert here.kind() is None


def test_processes_never_see_the_owners_address(here: Installation) -> None:
    here.settle("country")
    given = here.environment({"DATABASE_OWNER_URL": "secret", "PATH": "/bin"}, database="app", address="http://x")
    assert "secret" not in given.values()
    assert (given["DATABASE_URL"], given["JUMUISHI_DEMO"], given["PATH"]) == ("app", "1", "/bin")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InstallationError, match="file"):
        locate(tmp_path / "file" / "data")
