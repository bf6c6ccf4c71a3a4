"""Votes as phones' scripts send them: each due at an even time, over kept connections."""

import asyncio
import json
import time
import uuid
from dataclasses import dataclass, field

LINES = 48
# The two halves of the mark that a form and its cookie bear; any that agree will do.
MARK = "b" * 32


@dataclass
class Given:
    """What came of them: seconds from when each was due to its acknowledgement, and what was none."""

    seconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


class Lines:
    """Connections to the web process."""

    def __init__(self, host: str) -> None:
        self.host, self.free = host, asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]]()

    async def paced(self, wishes: list[tuple[str, str, str]], seconds: float) -> Given:
        """Give a vote for each (meeting, session, vote), evenly over the time."""
        name, _, port = self.host.partition(":")
        for _ in range(min(LINES, len(wishes))):
            self.free.put_nowait(await asyncio.open_connection(name, int(port)))
        found, began, tasks = Given(), time.perf_counter(), []
        for n, wish in enumerate(wishes):
            due = began + n * seconds / len(wishes)
            if (wait := due - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            tasks.append(asyncio.create_task(self._one(found, due, *wish)))
        await asyncio.gather(*tasks)
        while not self.free.empty():
            self.free.get_nowait()[1].close()
        return found

    async def _one(self, found: Given, due: float, meeting: str, session: str, vote: str) -> None:
        body = json.dumps({"do": "vote", "vote": vote, "choice": "for", "once": str(uuid.uuid4())})
        head = (
            f"POST /mimi/vikao/{meeting}/tenda.json HTTP/1.1\r\nHost: {self.host}\r\n"
            f"Content-Type: application/json\r\nCookie: sessionid={session}; csrftoken={MARK}\r\n"
            f"X-CSRFToken: {MARK}\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        )
        reader, writer = await self.free.get()
        try:
            writer.write(head.encode())
            said = await reader.readuntil(b"\r\n\r\n")
            length = next(int(one[15:]) for one in said.lower().split(b"\r\n") if one.startswith(b"content-length:"))
            answer = await reader.readexactly(length)
        except (OSError, asyncio.IncompleteReadError, StopIteration) as error:
            found.wrong.append(type(error).__name__)
            name, _, port = self.host.partition(":")
            reader, writer = await asyncio.open_connection(name, int(port))
            return
        finally:
            self.free.put_nowait((reader, writer))
        if said.startswith(b"HTTP/1.1 200"):
            found.seconds.append(time.perf_counter() - due)
        else:
            found.wrong.append(f"{said[:40]!r} {answer[:120]!r}")
