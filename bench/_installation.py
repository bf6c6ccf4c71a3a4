"""A whole installation for a measurement, as ./run starts it: throwaway folders, loopback, ended with the block."""

import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from jumuishi.project import children
from jumuishi.project.installation import Installation

MACHINE = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


@dataclass
class Installed:
    """A running installation with the demonstration's institutions and services; `address` ends with a slash."""

    here: Installation
    command: list[str]
    given: dict[str, str]
    address: str = ""
    process: "subprocess.Popen[str] | None" = None

    @property
    def supervisor(self) -> int:
        """The process that watches over all others."""
        assert self.process is not None
        return self.process.pid

    def start(self) -> None:
        """Start the supervisor, once more at the same address, and wait until it is ready."""
        port = self.address.rstrip("/").rpartition(":")[2] or "0"
        said = self.here.data.parent / "said"
        with open(said, "a") as errors:
            self.process = subprocess.Popen(
                [*self.command, "--port", port], env=self.given, stdout=subprocess.PIPE, stderr=errors, text=True
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line.startswith("Jumuishi ready at "):
            raise RuntimeError(said.read_text())
        self.address = line.split()[-1]

    @property
    def host(self) -> str:
        """Host and port, for http.client."""
        return self.address.removeprefix("http://").rstrip("/")

    def database(self, role: str = "superuser") -> str:
        """The address of its database as a role: superuser (sees past the policies), owner or app."""
        return self.here.cluster.dsn(role)  # type: ignore[arg-type]  # one of the three

    def environment(self) -> dict[str, str]:
        """What a web or command-line process of this installation is given."""
        return self.here.environment(os.environ, database=self.database("app"), address=self.address.rstrip("/"))

    def processes(self, part: str) -> list[int]:
        """Living processes whose command line holds the word, the oldest first: "granian", "project.worker"."""
        found = []
        for pid in children.leftovers(self.here.data):
            try:
                words = Path(f"/proc/{pid}/cmdline").read_text()
            except OSError:
                continue
            if part in words:
                found.append(pid)
        return sorted(found)

    def server(self) -> int:
        """The database server's process."""
        return int((self.here.data / "postgres/data/postmaster.pid").read_text().split("\n")[0])

    def python(self, *words: str, seconds: int = 900) -> str:
        """Run `python WORDS` beside the installation, as one of its processes; returns what it printed."""
        command = [sys.executable, *words]
        done = subprocess.run(command, env=self.environment(), capture_output=True, text=True, timeout=seconds)
        if done.returncode:
            raise RuntimeError(f"{' '.join(words[:3])} failed: {done.stderr[-1500:]}")
        return done.stdout


@contextmanager
def installation(
    *,
    web_workers: int = 2,
    places: str = "Arusha",
    sign_in: bool = False,
    kept_in: Path | None = None,
    **settings: str,
) -> Iterator[Installed]:
    """Start one, load the demonstration with one region's places, give it, end it with all its processes.

    Passwords are hashed cheaply, and then nobody can sign in from outside, unless `sign_in`. `kept_in`: a folder that
    outlives the block, in which a later call finds everything again. `settings` are names of the environment.
    """
    home = kept_in or Path(tempfile.mkdtemp(prefix="jumuishi-bench-"))
    here = Installation(home / "data", home / "config", home / "mirror", home / "data/static")
    is_new = not here.data.exists()
    for folder in (here.data, here.config, here.mirror):
        folder.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
    if os.geteuid() == 0:
        home.chmod(0o711)  # the database's account passes through to its own folder
    here.settle("country")
    (here.data / "demonstration-loaded").write_text("by the bench\n")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "JUMUISHI_"))}
    environment |= {"JUMUISHI_CONFIG": str(here.config), "JUMUISHI_MIRROR": str(here.mirror), **settings}
    command = [sys.executable, "-m", "jumuishi.project.supervise", "--data", str(here.data)]
    found = Installed(here, [*command, "--workers", str(web_workers)], environment)
    try:
        found.start()
        if is_new:
            found.python("-m", "bench._scene", places, *(["sign-in"] if sign_in else []))
        yield found
    finally:
        if found.process is not None:
            found.process.send_signal(signal.SIGTERM)
            try:
                found.process.wait(20)
            except subprocess.TimeoutExpired:
                found.process.kill()
                found.process.wait()
        if kept_in is None:
            shutil.rmtree(home, ignore_errors=True)
