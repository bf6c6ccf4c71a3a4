#!/usr/bin/env python3
"""Stands in for systemctl where there is no systemd: enough of it to try the runbook (see prove-runbook.sh).

Starts the units of /etc/systemd/system as their User, with their EnvironmentFile; keeps process ids under /run/units.
"""

import os
import pwd
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

UNITS, RUNNING = Path("/etc/systemd/system"), Path("/run/units")


def read(unit: str) -> dict[str, str]:
    """The lines of a unit's file by name, the last one counting."""
    lines = (UNITS / f"{unit}.service").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def alive(unit: str) -> int:
    """The unit's process; 0 for none."""
    try:
        pid = int((RUNNING / unit).read_text())
        return pid if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX" else 0
    except (OSError, ValueError):
        return 0


def start(unit: str) -> None:
    """Start a unit and wait until it is ready: a oneshot has ended, another one lives for a while."""
    if alive(unit):
        return
    said, environment = read(unit), {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    for line in Path(said["EnvironmentFile"]).read_text().splitlines():
        if line and not line.startswith("#"):
            name, value = line.split("=", 1)
            environment[name] = value
    who = pwd.getpwnam(said["User"])
    command = shlex.split(said["ExecStart"].replace("%%", "%"))
    RUNNING.mkdir(exist_ok=True)
    with open(RUNNING / f"{unit}.log", "ab") as log:
        process = subprocess.Popen(
            command, env=environment, stdout=log, stderr=log, cwd="/", start_new_session=True,
            user=who.pw_uid, group=who.pw_gid, extra_groups=[],
        )  # fmt: skip
    (RUNNING / unit).write_text(str(process.pid))
    if said.get("Type") == "oneshot":
        if process.wait():
            sys.exit(f"{unit} failed: {(RUNNING / f'{unit}.log').read_text()[-2000:]}")
        return
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if process.poll() is not None:
            sys.exit(f"{unit} ended: {(RUNNING / f'{unit}.log').read_text()[-2000:]}")
        if unit == "jumuishi-db" and _answers(environment, who.pw_uid):
            return
        if (
            unit == "jumuishi-web"
            and not subprocess.run(["curl", "-fs", "-o", "/dev/null", "http://127.0.0.1:8000/healthz"]).returncode
        ):
            return
        if unit not in ("jumuishi-db", "jumuishi-web") and time.monotonic() > deadline - 118:
            return
        time.sleep(0.2)
    sys.exit(f"{unit} is not ready")


def _answers(environment: dict[str, str], user: int) -> bool:
    ask = (
        "import psycopg; from jumuishi.project.installation import locate; psycopg.connect(locate().cluster.dsn('app'))"
    )
    python = "/opt/jumuishi/.venv/bin/python"
    return not subprocess.run([python, "-c", ask], env=environment, user=user, capture_output=True, cwd="/").returncode


def stop(unit: str) -> None:
    """SIGTERM, and SIGKILL after a minute."""
    pid = alive(unit)
    if pid:
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + 60
        while alive(unit) and time.monotonic() < deadline:
            time.sleep(0.1)
        if alive(unit):
            os.killpg(pid, signal.SIGKILL)
    (RUNNING / unit).unlink(missing_ok=True)


def main() -> None:
    """The verbs that the runbook uses."""
    words = [word for word in sys.argv[1:] if not word.startswith("-")]
    verb, units = words[0], [word.removesuffix(".service") for word in words[1:] if not word.endswith(".timer")]
    if verb in ("start", "restart") or (verb == "enable" and "--now" in sys.argv):
        for unit in units:
            if verb == "restart":
                stop(unit)
            start(unit)
    elif verb == "stop":
        for unit in units:
            stop(unit)
    elif verb == "status":
        for path in sorted(UNITS.glob("jumuishi-*.service")):
            sys.stdout.write(f"{path.stem} {'runs' if alive(path.stem) else 'does not run'}\n")


if __name__ == "__main__":
    main()
