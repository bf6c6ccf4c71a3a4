"""The live process beside a test, and readers connected to it."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings


class Reader:
    """A stream as a browser reads it; `cookie` is a session's key."""

    def __init__(
        self, port: int, path: str, *, cookie: str = "", last: str = "", tag: str = "", takes: str = ""
    ) -> None:
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        if takes:
            # So little waits at this end that the other one sees who reads nothing.
            self.line.sock = socket.socket()
            self.line.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, int(takes))
            self.line.sock.connect(("127.0.0.1", port))
        headers = {"Accept": "text/event-stream"}
        if cookie:
            headers["Cookie"] = f"{settings.SESSION_COOKIE_NAME}={cookie}"
        if last:
            headers["Last-Event-ID"] = last
        if tag:
            headers["If-None-Match"] = tag
        self.line.request("GET", path, headers=headers)
        self.answer = self.line.getresponse()
        self.status = self.answer.status
        self.screen: dict[str, Any] = {}
        self.last = ""
        self.told: list[str] = []
        self.voted = ""
        self.ended = False
        self.bytes = 0

    def next(self) -> str:
        """Read one event and take it in as the script does; its name, "" for a change, "end" for the stream's end."""
        event, data, seen = "", "", False
        while True:
            raw = self.answer.readline()
            self.bytes += len(raw)
            if not raw:
                self.ended = True
                return "end"
            text = raw.decode().rstrip("\n")
            if not text and seen:
                break
            field, _, value = text.partition(":")
            seen = seen or field in ("data", "event")
            if field == "id":
                self.last = value
            event, data = (value, data) if field == "event" else (event, value if field == "data" else data)
        if event == "kura":
            self.voted = data
        elif event != "mwisho":
            said = json.loads(data)
            if event == "hali":
                self.screen = {}
            for key, value in said.get("s", {}).items():
                if value is None:
                    self.screen.pop(key, None)
                else:
                    self.screen[key] = value
            self.told += [words for _, _, words in said.get("l", [])]
        return event

    def until(self, ready: Any, seconds: float = 10) -> None:
        """Read on until the reader is as wished; raises AssertionError when it never gets there."""
        deadline = time.monotonic() + seconds
        while not ready(self):
            assert time.monotonic() < deadline, (self.screen, self.told, self.voted)
            assert self.next() != "end", (self.screen, self.told, self.voted)

    def silent_for(self, seconds: float) -> bool:
        """Whether nothing but signs of life comes for so long."""
        self.line.sock.settimeout(seconds)
        try:
            found = self.next()
        except TimeoutError:
            return True
        raise AssertionError(f"heard {found!r}: {self.screen} {self.told}")

    def close(self) -> None:
        """Cut."""
        self.line.close()


@contextmanager
def process(dsn: str, port: int = 0) -> Iterator[int]:
    """The process over a database, until the block ends; its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", port))
        port = int(probe.getsockname()[1])
    environment = {
        **os.environ, "DATABASE_URL": dsn, "JUMUISHI_CONFIG": str(settings.JUMUISHI_CONFIG),
        "JUMUISHI_DATA": str(settings.JUMUISHI_DATA),
    }  # fmt: skip
    running = subprocess.Popen([sys.executable, "-m", "jumuishi.project.live", "--port", str(port)], env=environment)
    try:
        deadline = time.monotonic() + 90
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert running.poll() is None, "the live process does not start"
            assert time.monotonic() < deadline, "the live process does not listen"
            time.sleep(0.05)
        yield port
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(timeout=10)
