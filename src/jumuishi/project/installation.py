"""Where one installation keeps its things: data, secrets outside the data, and the log's mirror outside both."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jumuishi.kernel.postgres import Cluster, PostgresError
from jumuishi.project.network.parts import AUTHORITY, NAMES

# Their names for --demo; the first is loaded when nothing is said.
DEMONSTRATIONS = ("country", AUTHORITY)


class InstallationError(Exception):
    """The folders or the wish do not fit together; the text says what to do."""


@dataclass(frozen=True)
class Installation:
    """One data folder and what belongs to it."""

    data: Path
    config: Path
    mirror: Path
    static: Path

    @property
    def cluster(self) -> Cluster:
        """The embedded database of this installation."""
        return Cluster(self.data, self.config)

    def kind(self) -> str | None:
        """ "empty", or the name of its demonstration; None before the first start."""
        try:
            return (self.data / "kind").read_text().strip()
        except FileNotFoundError:
            return None

    def decide(self, *, empty: bool, demonstration: str | None) -> str:
        """What this data is, or is to be from its first start on; raises InstallationError for another wish."""
        kind = self.kind()
        if demonstration is not None and demonstration not in (*DEMONSTRATIONS, *NAMES):
            raise InstallationError(
                f"there is no demonstration called {demonstration!r}; there is: {', '.join(DEMONSTRATIONS)}."
            )
        wanted = "empty" if empty else demonstration
        if kind is not None and wanted is not None and wanted != kind:
            held = "no demonstration" if kind == "empty" else f"the demonstration {kind!r}"
            raise InstallationError(f"{self.data} holds {held}: choose another folder with --data.")
        return kind or wanted or DEMONSTRATIONS[0]

    def settle(self, kind: str) -> None:
        """Write down what this data is; from here on it stays so."""
        if self.kind() is None:
            (self.data / "kind").write_text(kind + "\n")

    def environment(self, base: Mapping[str, str], *, database: str, address: str = "") -> dict[str, str]:
        """What a web, worker or command-line process is given; never the owner's address."""
        given = {name: value for name, value in base.items() if name not in ("DATABASE_OWNER_URL", "PYTHONSTARTUP")}
        return given | {
            "DATABASE_URL": database,
            "DJANGO_SETTINGS_MODULE": "jumuishi.project.settings",
            "JUMUISHI_DATA": str(self.data),
            "JUMUISHI_CONFIG": str(self.config),
            "JUMUISHI_MIRROR": str(self.mirror),
            "JUMUISHI_STATIC": str(self.static),
            **self._demonstration(),
            "PYTHONUNBUFFERED": "1",
            **({"JUMUISHI_PUBLIC_URL": base.get("JUMUISHI_PUBLIC_URL") or address} if address else {}),
        }

    def _demonstration(self) -> dict[str, str]:
        kind = self.kind() or "empty"
        own = {"JUMUISHI_EXCHANGE_NODE": NAMES[kind]} if kind in NAMES else {}
        return {"JUMUISHI_DEMO": "0" if kind == "empty" else "1", "JUMUISHI_DEMO_NAME": kind, **own}


def locate(data: str | Path | None = None) -> Installation:
    """The installation in a data folder (argument, JUMUISHI_DATA, or the account's own place), made where missing.

    Its secrets lie under a folder named after a number kept in the data, so that two installations of one account
    never share a key, and a data folder that moved finds its key again. JUMUISHI_CONFIG and JUMUISHI_MIRROR overrule.
    """
    env, root = os.environ, os.geteuid() == 0
    folder = Path(data or env.get("JUMUISHI_DATA") or _default(root, "/var/lib", "XDG_DATA_HOME", ".local/share"))
    folder = folder.expanduser().absolute()
    try:
        # Root's database server runs as another account, which passes through here to its own folder.
        folder.mkdir(mode=0o711 if root else 0o700, parents=True, exist_ok=True)
        name = _number(folder / "installation")
        config = Path(env.get("JUMUISHI_CONFIG") or _default(root, "/etc", "XDG_CONFIG_HOME", ".config") / name)
        config.mkdir(mode=0o700, parents=True, exist_ok=True)
        mirror = Path(env.get("JUMUISHI_MIRROR") or _default(root, "/var/log", "XDG_STATE_HOME", ".local/state") / name)
        mirror.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise InstallationError(f"{error.filename or folder} can't be made or written: {error.strerror}") from error
    for kept, what in ((config, "the keys (JUMUISHI_CONFIG)"), (mirror, "the log's copies (JUMUISHI_MIRROR)")):
        # Whoever carries the data away, or a backup of it, must not carry these with it.
        if kept.resolve().is_relative_to(folder.resolve()):
            raise InstallationError(f"{what} may not lie within the data folder {folder}: name another place.")
    return Installation(folder, config, mirror, Path(env.get("JUMUISHI_STATIC") or folder / "static"))


def command_environment(base: Mapping[str, str]) -> dict[str, str]:
    """For `jumuishi` in another shell: the environment of the installation that runs here, or `base` as it is."""
    if base.get("DATABASE_URL"):
        return dict(base)
    try:
        here = locate()
        return here.environment(base, database=here.cluster.dsn("app"))
    except (InstallationError, PostgresError):
        return dict(base)


def _default(root: bool, system: str, variable: str, home: str) -> Path:
    base = Path(system) if root else Path(os.environ.get(variable) or Path.home() / home)
    return base / "jumuishi"


def _number(note: Path) -> str:
    try:
        with open(note, "x") as file:
            file.write(secrets.token_hex(6))
    except FileExistsError:
        pass
    return note.read_text().strip()
