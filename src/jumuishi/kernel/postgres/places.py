"""Where a cluster keeps its folder and its socket, whatever the depth of the data folder."""

import hashlib
import os
import tempfile
from pathlib import Path

from .account import Account, reachable_by_others
from .errors import PostgresError

PORT = 5432
# sockaddr_un.sun_path holds 108 bytes with its closing zero: unix(7).
_LONGEST = 107
SOCKET = f".s.PGSQL.{PORT}"


def socket_folder(base: Path, account: Account) -> Path:
    """Where the socket goes: beside the data, or in a short place named after it when that path is too long."""
    beside = base.resolve() / "socket"
    fits = len(os.fsencode(beside)) + len(f"/{SOCKET}") <= _LONGEST
    if fits and (not account.switch or reachable_by_others(base)):
        return beside
    name = f"jumuishi-{account.uid}-{hashlib.sha256(os.fsencode(base.resolve())).hexdigest()[:16]}"
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    for candidate in ("/run", runtime, tempfile.gettempdir(), "/tmp"):  # noqa: S108 - owner and mode are checked below
        folder = Path(candidate) / name
        short = len(os.fsencode(folder)) + len(f"/{SOCKET}") <= _LONGEST
        usable = os.access(candidate, os.W_OK) and (not account.switch or reachable_by_others(folder.parent))
        if candidate and short and usable:
            return folder
    raise PostgresError(f"no place with a short enough path for the database's socket was found (tried {beside}).")


def make_private(folder: Path, account: Account) -> None:
    """Create the folder for the account alone, refusing one that somebody else put there first."""
    try:
        folder.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        found = os.lstat(folder)
        if found.st_uid not in (os.geteuid(), account.uid) or not folder.is_dir() or folder.is_symlink():
            raise PostgresError(f"{folder} belongs to somebody else: remove it and start again.") from None
    account.own(folder, 0o700)
