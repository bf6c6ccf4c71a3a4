"""Many readers of server-sent events from one process, each as light as a socket: what came when, in how many bytes."""

import asyncio
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass, field

HEAD = b"\r\n\r\n"


@dataclass
class Crowd:
    """What all readers of a kind heard: for each marker, the seconds from its moment to each reader."""

    marked: dict[bytes, float] = field(default_factory=dict)
    took: dict[bytes, list[float]] = field(default_factory=dict)
    readers: list["Stream"] = field(default_factory=list)

    def mark(self, marker: bytes) -> None:
        """From now on it is waited for."""
        self.took[marker] = []
        self.marked[marker] = time.perf_counter()

    def heard(self, data: bytes) -> None:
        """Bytes came to one reader."""
        now = time.perf_counter()
        for marker, since in self.marked.items():
            if marker in data:
                self.took[marker].append(now - since)

    def all_took(self) -> list[float]:
        """Every time of every marker, in order."""
        return sorted(one for each in self.took.values() for one in each)


class Stream(asyncio.Protocol):
    """One reader: asks, and counts what it is told."""

    def __init__(self, crowd: Crowd, request: bytes, opened: Callable[[], None]) -> None:
        self.crowd, self.request, self.opened = crowd, request, opened
        self.bytes = self.first = 0
        self.status, self.ended = b"", False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask."""
        self.transport = transport
        transport.write(self.request)  # type: ignore[attr-defined]  # a transport that can be written to

    def data_received(self, data: bytes) -> None:
        """Count; the first event opens the stream."""
        self.bytes += len(data)
        if not self.status:
            self.status = data.split(b"\r\n", 1)[0]
        if not self.first and b"event:hali" in data:
            self.first = self.bytes
            self.opened()
        self.crowd.heard(data)

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002  # asyncio's shape
        """Over."""
        self.ended = True


def files(most: int) -> None:
    """Let this process hold so many connections."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(most, 1024)), hard))


async def connect(crowd: Crowd, port: int, paths: list[tuple[str, str]], *, at_once: int = 100) -> None:
    """Open a stream for each (path, cookie); returns once each was told the hall. Raises where one never is."""
    loop, free = asyncio.get_running_loop(), asyncio.Semaphore(at_once)

    async def one(path: str, cookie: str) -> None:
        async with free:
            is_open = asyncio.Event()
            said = f"Cookie: {cookie}\r\n" if cookie else ""
            request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n{said}\r\n".encode()
            _, stream = await loop.create_connection(lambda: Stream(crowd, request, is_open.set), "127.0.0.1", port)
            try:
                await asyncio.wait_for(is_open.wait(), 30)
            except TimeoutError:
                raise RuntimeError(f"{path} is not told: {stream.status!r}") from None
            crowd.readers.append(stream)

    await asyncio.gather(*(one(*each) for each in paths))
