"""Starts the parts beside the authority's own processes, lets them into the network, and keeps them there."""

import json
import os
import secrets
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from jumuishi.kernel.postgres.processes import dies_with_parent, end, working_in
from jumuishi.project import children
from jumuishi.project.addresses import free_port
from jumuishi.project.children import MARK, Child
from jumuishi.project.installation import Installation, InstallationError
from jumuishi.project.network.parts import ADDRESSES, AWAY, PARTS, Part, Reached, addresses, moved
from jumuishi.project.terminal import say

# A first start makes three databases on one machine, which may have two cores and other work.
READY_WITHIN, KNOWN_WITHIN, A_COMMAND = 600.0, 60.0, 120.0
# What belongs to the authority's own node alone.
_OWN = frozenset({
    "DATABASE_URL", "DATABASE_OWNER_URL", "JUMUISHI_DATA", "JUMUISHI_CONFIG", "JUMUISHI_MIRROR", "JUMUISHI_STATIC",
    "JUMUISHI_PUBLIC_URL", "JUMUISHI_EXCHANGE_NODE", "JUMUISHI_EXCHANGE_EDGE", "JUMUISHI_EXCHANGE_DOOR",
    "JUMUISHI_EXCHANGE_ENDPOINT", "JUMUISHI_LIVE",
})  # fmt: skip
_CLI = "from jumuishi.project.cli import main; main()"


class Network:
    """The parts of one authority's data folder."""

    def __init__(self, here: Installation, host: str, port: int) -> None:
        self.here = here
        self.note = here.data / "nodes" / "joined.json"
        self.children = {part: self._child(part, host, port) for part in PARTS}
        self._next = 0.0

    def _child(self, part: Part, host: str, port: int) -> Child:
        data = part.data(self.here.data)
        data.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
        command = [sys.executable, "-m", "jumuishi.project.supervise", "--data", str(data), "--demo", part.kind]
        command += ["--host", host, "--port", str(port + part.steps if port else _free_run(host)), "--workers", "1"]
        return Child(part.folder, command, self._environment(part), self.here.data / "log")

    def _environment(self, part: Part) -> dict[str, str]:
        """Of its supervisor, and of a command that is typed beside it."""
        given = {name: value for name, value in os.environ.items() if name not in _OWN}
        for name in ("JUMUISHI_CONFIG", "JUMUISHI_MIRROR"):
            if os.environ.get(name):
                given[name] = str(Path(os.environ[name]) / "nodes" / part.folder)
        return given | {"JUMUISHI_DATA": str(part.data(self.here.data)), MARK: str(self.here.data)}

    def start(self) -> list[Child]:
        """Start every part that nobody put away."""
        (self.here.data / "nodes").chmod(0o711 if os.geteuid() == 0 else 0o700)
        for part, child in self.children.items():
            (part.data(self.here.data) / ADDRESSES).unlink(missing_ok=True)  # of one that was killed
            if not self._is_away(part):
                child.start()
        return list(self.children.values())

    def wait(self) -> None:
        """Until each that runs is ready; raises InstallationError with its last word when one ends."""
        deadline = time.monotonic() + READY_WITHIN
        for part, child in self.children.items():
            while child.process is not None and addresses(part.data(self.here.data)) is None:
                if child.process.poll() is not None or time.monotonic() > deadline:
                    raise InstallationError(
                        f"the node {part.folder!r} does not get ready: {child.last_word()}\n"
                        f"The whole story is in {child.log}"
                    )
                time.sleep(0.05)

    def wants(self, child: Child) -> bool:
        """Whether a child shall run; a part that somebody put away is stopped here."""
        part = next((one for one, known in self.children.items() if known is child), None)
        if part is None or not self._is_away(part):
            return True
        if child.process is not None:
            children.stop([child], wait=9.0)
            child.process = None
            say(f"The node {part.folder!r} is away, as somebody wished.")
        return False

    def tend(self, environment: Mapping[str, str]) -> None:
        """Join again where a node is reached elsewhere than the network knows; looks once in some seconds."""
        own = addresses(self.here.data)
        if own is not None and time.monotonic() >= self._next:
            self._next = time.monotonic() + 2.0
            try:
                self.join(environment, own)
            except InstallationError as error:  # a node that ended meanwhile: once it is back
                say(f"{error}\nAgain in 10 s.")
                self._next = time.monotonic() + 10.0

    def _is_away(self, part: Part) -> bool:
        return (part.data(self.here.data) / AWAY).exists()

    def _stand(self, own: Reached) -> dict[str, str] | None:
        """The doors as they are now, where all are known and the network was told others."""
        try:
            told = json.loads(self.note.read_text())
        except (OSError, ValueError):
            told = {}
        return moved(own, {part.folder: addresses(part.data(self.here.data)) for part in PARTS}, told)

    def join(self, environment: Mapping[str, str], own: Reached) -> None:
        """The parts join the authority, and it lets them in, by the commands that a person types on each machine."""
        doors = self._stand(own)
        if doors is None:
            return
        say("The nodes join the network ...")
        beside = {part: self._environment(part) for part in PARTS}
        invitation, *said = _typed(
            [(["exchange", "invitation"], environment)]
            + [(["exchange", "statement"], beside[part]) for part in PARTS]
        )  # fmt: skip
        for part, text in zip(PARTS, said, strict=True):
            statement = part.data(self.here.data) / "statement"
            statement.write_text(text)
            _typed([(["exchange", "admit", str(statement), "--member", part.member], environment)])
        _typed([(["exchange", "join", *invitation.split()], beside[part]) for part in PARTS])
        self._await_known(own)
        self.note.write_text(json.dumps(doors))

    def _await_known(self, own: Reached) -> None:
        """Until each part goes by the directory that the authority signed last: they fetch it every 10 seconds."""
        deadline = time.monotonic() + KNOWN_WITHIN
        for part in PARTS:
            while True:
                reached, signed = addresses(part.data(self.here.data)), _directory(own)
                if reached is not None and signed and _directory(reached) == signed:
                    break
                if time.monotonic() > deadline:
                    raise InstallationError(f"the node {part.folder!r} does not learn of the others.")
                time.sleep(0.25)

    def sweep(self) -> None:
        """What a node that ended too slowly left: nothing of it goes on."""
        for part in PARTS:
            data = part.data(self.here.data)
            end(working_in(data / "postgres" / "data"), ((signal.SIGINT, 3.0), (signal.SIGQUIT, 2.0)))
            end(children.leftovers(data), ((signal.SIGKILL, 2.0),))

    def listed(self, own: Reached) -> str:
        """The text for the terminal: where each node is, and where to watch."""
        rows = [("authority", own), *((part.folder, addresses(part.data(self.here.data))) for part in PARTS)]
        lines = [f"  {name:<9}  {one.web if one else 'away'}" for name, one in rows]
        watch = f"Send a message and watch it travel: {own.web}demo/exchange/ (English: {own.web}en/demo/exchange/)"
        return "\n".join(["Three nodes, each with its own data and keys:", *lines, watch])


def _typed(commands: list[tuple[list[str], Mapping[str, str]]]) -> list[str]:
    """What each `jumuishi WORDS` prints, all at once; raises InstallationError with what one that fails says."""
    running = [
        subprocess.Popen(
            [sys.executable, "-c", _CLI, *words], env=dict(environment), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
            preexec_fn=dies_with_parent(signal.SIGTERM),
        )
        for words, environment in commands
    ]  # fmt: skip
    found = []
    try:
        for process, (words, _) in zip(running, commands, strict=True):
            said, wrong = process.communicate(timeout=A_COMMAND)
            if process.returncode:
                raise InstallationError(f"`jumuishi {' '.join(words[:2])}` failed: {wrong.strip()[-500:]}")
            found.append(said)
    except subprocess.TimeoutExpired:
        raise InstallationError("the nodes can't be let in: a command does not end.") from None
    finally:
        for process in running:
            if process.poll() is None:
                process.kill()
                process.wait()
    return found


def await_listeners(reached: Reached) -> None:
    """Until the process that carries messages listens; raises InstallationError when it does not."""
    deadline = time.monotonic() + KNOWN_WITHIN
    for address in filter(None, (reached.edge, reached.door, reached.system)):
        parts = urlsplit(address)
        while True:
            try:
                socket.create_connection((parts.hostname or "", parts.port or 0), timeout=2).close()
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise InstallationError(f"nobody listens at {address}; see the folder log of the data.") from None
                time.sleep(0.05)


def _directory(reached: Reached) -> bytes:
    """The directory that a node goes by, as it tells everybody; nothing while it is away."""
    anybody = ssl.create_default_context()
    # What comes is compared with what the authority signed, whoever sent it.
    anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=anybody))
    try:
        with opener.open(f"{reached.door}/exchange/v1/directory", timeout=5) as answer:
            return bytes(answer.read())
    except OSError:
        return b""


def _free_run(host: str) -> int:
    """A port with three free ones after it, below those that the system gives out by itself."""
    while True:
        port = 12_000 + 10 * secrets.randbelow(1_800)
        try:
            for step in range(1, 4):
                free_port(host, port + step)
            return free_port(host, port)
        except InstallationError:
            continue
