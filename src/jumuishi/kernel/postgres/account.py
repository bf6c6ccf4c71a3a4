"""Which operating-system account runs the server: PostgreSQL refuses root, and initdb an account without a name."""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path

from .errors import PostgresError


@dataclass(frozen=True)
class Account:
    """An account of this machine; `switch` says that we are root and must step down to it."""

    name: str
    uid: int
    gid: int
    switch: bool

    def popen(self) -> dict[str, object]:
        """Arguments for subprocess that step down to the account, or none."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.switch else {}

    def own(self, path: Path, mode: int) -> None:
        """Give a folder or file to the account."""
        if self.switch:
            os.chown(path, self.uid, self.gid)
        os.chmod(path, mode)


def _named(entry: pwd.struct_passwd, switch: bool) -> Account:
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, switch)


def choose(pgdata: Path) -> Account:
    """As root: who owns the data already, else `jumuishi` where it exists, else `nobody`. Otherwise: ourselves."""
    uid = os.geteuid()
    if uid != 0:
        try:
            return _named(pwd.getpwuid(uid), switch=False)
        except KeyError:
            raise PostgresError(
                f"user id {uid} has no account on this machine, and PostgreSQL asks for one: "
                f"add it (useradd -u {uid} jumuishi) or set DATABASE_URL to a server of yours."
            ) from None
    if pgdata.exists() and (owner := pgdata.stat().st_uid) != 0:
        try:
            return _named(pwd.getpwuid(owner), switch=True)
        except KeyError:
            raise PostgresError(f"{pgdata} belongs to user id {owner}, which has no account on this machine.") from None
    for name in ("jumuishi", "nobody"):
        try:
            return _named(pwd.getpwnam(name), switch=True)
        except KeyError:
            continue
    raise PostgresError("running as root needs an account that PostgreSQL may use: adduser --system jumuishi")


def reachable_by_others(path: Path) -> bool:
    """Whether an account that is neither owner nor group may walk to the path."""
    path = path.resolve()
    return all(folder.stat().st_mode & 0o001 for folder in [path, *path.parents] if folder.is_dir())
