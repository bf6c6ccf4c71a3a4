"""What is done to a data folder while no server runs on it: making it, and giving its superuser a new password."""

import contextlib
import os
import shutil
import signal
import subprocess
from pathlib import Path

from .account import Account
from .door import Door
from .errors import PostgresError
from .processes import dies_with_parent

# Nothing of ours reaches the server: neither settings in PG* variables nor secrets.
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def initialise(
    bin_dir: Path, account: Account, pgdata: Path, staging: Path, private: Path, password: str, *, sync: bool
) -> None:
    """Make a data folder beside its place and move it there when whole; `private` is a folder of the account alone."""
    for folder in (pgdata, staging):
        if folder.exists():
            shutil.rmtree(folder)  # without PG_VERSION in its place nothing was ever kept in it
    staging.mkdir(mode=0o700)
    account.own(staging, 0o700)
    word = private / "word"
    word.unlink(missing_ok=True)
    fd = os.open(word, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(fd, "w") as out:
        out.write(password)
    account.own(word, 0o600)
    command = ["--username=postgres", f"--pwfile={word}", "--auth=scram-sha-256", "--encoding=UTF8"]
    command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-instructions"]
    try:
        _run(bin_dir / "initdb", account, staging, command if sync else [*command, "--no-sync"])
    finally:
        word.unlink(missing_ok=True)
    os.rename(staging, pgdata)


def reset_superuser(bin_dir: Path, account: Account, pgdata: Path, password: str) -> None:
    """Give the superuser a password without knowing the old one: whoever may write the data folder may do so."""
    quoted = password.replace("'", "''")
    statement = f"ALTER ROLE postgres PASSWORD '{quoted}';\n"
    _run(bin_dir / "postgres", account, pgdata, ["--single", "postgres"], statement)


def _run(program: Path, account: Account, pgdata: Path, options: list[str], text: str = "") -> None:
    with Door(pgdata, account) as door:
        process = subprocess.Popen(
            [str(program), options[0], "-D", door.path, *options[1:]],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd="/",
            env=ENVIRONMENT,
            pass_fds=door.fds,
            start_new_session=True,
            preexec_fn=dies_with_parent(signal.SIGKILL),
            **account.popen(),  # type: ignore[call-overload]  # user, group and extra_groups only
        )
        try:
            said, _ = process.communicate(text.encode())
        finally:
            # initdb starts servers of its own, which must not go on when we are told to stop.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    if process.returncode != 0:
        raise PostgresError(f"{program.name} failed: {said.decode(errors='replace').strip()}")
