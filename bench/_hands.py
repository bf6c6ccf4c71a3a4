"""The hands of a fault bench: people who submit, hand in files and pay, an officer who decides, over HTTP.

Who gets no answer does it again, as a person would, and must arrive at the one act. What was acknowledged stands in a
ledger that knows nothing from the server but its answers.
"""

import hashlib
import http.client
import json
import queue
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import psycopg

TOKEN = "a" * 32
RECEIVED = re.compile(r"/maombi/([0-9a-f-]{36})/imepokelewa/$")
UNANSWERED = (OSError, http.client.HTTPException)
Answer = tuple[int, str, str]


@dataclass
class Ledger:
    """What was acknowledged, and when; what was refused, which nothing should be."""

    named: dict[str, set[str]] = field(default_factory=dict)  # draft: cases that were named for it
    files: dict[str, str] = field(default_factory=dict)  # draft: SHA-256 of the file that was taken last
    decided: set[str] = field(default_factory=set)  # cases
    paid: set[str] = field(default_factory=set)  # control numbers
    answered_at: list[float] = field(default_factory=list)
    unanswered: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)
    again: int = 0
    longest: float = 0.0  # seconds until an answer, the longest
    lock: threading.Lock = field(default_factory=threading.Lock)

    def rate(self, seconds: float = 2.0) -> float:
        """Acknowledged submissions a second, lately."""
        since = time.monotonic() - seconds
        with self.lock:
            return sum(1 for at in reversed(self.answered_at[-500:]) if at >= since) / seconds


class Hand(threading.Thread):
    """One person or officer: takes work from a queue at an even pace until asked to stop, each until it is answered."""

    def __init__(self, host: str, ledger: Ledger, stop: threading.Event, *, pause: float) -> None:
        super().__init__(daemon=True)
        self.host, self.ledger, self.stop, self.pause = host, ledger, stop, pause
        self.connection: http.client.HTTPConnection | None = None

    def run(self) -> None:
        """At an even pace, however long the last answer took."""
        due = time.monotonic() + random.random() * self.pause
        while not self.stop.wait(max(0.0, due - time.monotonic())):
            if not self.once():
                return
            due = max(due + self.pause, time.monotonic() - self.pause)

    def once(self) -> bool:
        """One piece of work; False when there is none left."""
        raise NotImplementedError

    def until(self, send: Callable[[], Answer], taken: Callable[[Answer], bool]) -> None:
        """Again until it is answered; an answer that is neither taken nor a fault of the server is a refusal."""
        for attempt in range(400):
            asked = time.monotonic()
            try:
                answer = send()
            except UNANSWERED as error:
                answer, self.connection = (0, type(error).__name__, ""), None
            with self.ledger.lock:
                self.ledger.longest = max(self.ledger.longest, time.monotonic() - asked)
                self.ledger.again += attempt > 0
                if taken(answer):
                    return
                if answer[0] and answer[0] < 500:
                    self.ledger.refused.append(f"{type(self).__name__} {answer[0]} {answer[1]}")
                    return
                self.ledger.unanswered[str(answer[0] or answer[1])] += 1
            time.sleep(0.2)

    def ask(self, method: str, path: str, session: str, body: bytes = b"", kind: str = "") -> Answer:
        """Status, Location, text."""
        if self.connection is None:
            self.connection = http.client.HTTPConnection(self.host, timeout=15)
        headers = {"Cookie": f"sessionid={session}; csrftoken={TOKEN}"}
        if method == "POST":
            headers["Content-Type"] = kind or "application/x-www-form-urlencoded"
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        return answer.status, answer.getheader("Location") or "", answer.read().decode("utf-8", "replace")

    def post(self, path: str, session: str, **form: str) -> Answer:
        """A form without files."""
        return self.ask("POST", path, session, urlencode({"csrfmiddlewaretoken": TOKEN, **form}).encode())


class Applicant(Hand):
    """Presses the summary's button of one draft after the other; now and then twice."""

    def __init__(
        self, *args: object, drafts: "queue.Queue[dict[str, str]]", to_decide: "queue.Queue[str]", **more: float
    ):
        super().__init__(*args, **more)  # type: ignore[arg-type]
        self.drafts, self.to_decide = drafts, to_decide

    def once(self) -> bool:
        try:
            draft = self.drafts.get_nowait()
        except queue.Empty:
            return False

        def taken(answer: Answer) -> bool:
            found = RECEIVED.search(answer[1]) if answer[0] == 302 else None
            if found:
                if draft["draft"] not in self.ledger.named:
                    self.to_decide.put(found[1])
                self.ledger.named.setdefault(draft["draft"], set()).add(found[1])
                self.ledger.answered_at.append(time.monotonic())
            return found is not None

        for _ in range(2 if random.random() < 0.1 else 1):
            self.until(lambda: self.post(f"/omba/rasimu/{draft['draft']}/hakiki/", draft["session"]), taken)
        return True


class Uploader(Hand):
    """Hands in a file of its own, another one each time, in one of its drafts."""

    def __init__(self, *args: object, drafts: list[dict[str, str]], **more: float) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        self.drafts = drafts

    def once(self) -> bool:
        draft = random.choice(self.drafts)
        content = b"%PDF-1.4\n" + random.randbytes(20_000) + b"\n%%EOF\n"
        sha256, path = hashlib.sha256(content).hexdigest(), f"/omba/rasimu/{draft['draft']}/applicant/"
        fields = {"csrfmiddlewaretoken": TOKEN, "nin": "19000101000000000001", "full_name": "Asha Juma"}
        fields |= {"tin": "100100100"}
        parts = [
            f'--mpaka\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in fields.items()
        ]
        parts.append(
            b'--mpaka\r\nContent-Disposition: form-data; name="tax_clearance"; filename="hati.pdf"\r\n'
            b"Content-Type: application/pdf\r\n\r\n" + content + b"\r\n--mpaka--\r\n"
        )
        body = b"".join(parts)

        def taken(answer: Answer) -> bool:
            if answer[0] == 302:
                self.ledger.files[draft["draft"]] = sha256
            return answer[0] == 302

        self.until(lambda: self.ask("POST", path, draft["session"], body, "multipart/form-data; boundary=mpaka"), taken)
        return True


class Decider(Hand):
    """An officer who confirms what was submitted: reads the case's page, presses the button."""

    def __init__(self, *args: object, session: str, to_decide: "queue.Queue[str]", **more: float) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        self.session, self.to_decide = session, to_decide

    def once(self) -> bool:
        try:
            case = self.to_decide.get(timeout=0.5)
        except queue.Empty:
            return True
        page: list[str] = []

        def read(answer: Answer) -> bool:
            page[:] = [answer[2]]
            return answer[0] == 200

        def taken(answer: Answer) -> bool:
            if answer[0] == 302:
                self.ledger.decided.add(case)
            return answer[0] == 302

        self.until(lambda: self.ask("GET", f"/ofisi/ombi/{case}/", self.session), read)
        task = re.search(r'name="task" value="([^"]+)"', page[0] if page else "")
        version = re.search(r'name="version" value="(\d+)"', page[0] if page else "")
        if task and version:
            form = {"task": task[1], "version": version[1], "act": "confirm", "known_by": "register", "sure": "1"}
            self.until(lambda: self.post(f"/ofisi/ombi/{case}/tenda/", self.session, **form), taken)
        return True


class Reader(Hand):
    """Reads pages in turn: (address, whose session)."""

    def __init__(self, *args: object, pages: list[tuple[str, str]], **more: float) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        self.pages = pages

    def once(self) -> bool:
        address, session = random.choice(self.pages)
        self.until(lambda: self.ask("GET", address, session), lambda answer: answer[0] == 200)
        return True


class Payer(Hand):
    """Pays each bill that has its control number, at the simulated gateway, which tells us by callback."""

    def __init__(self, *args: object, database: str, gateway: Path, **more: float) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        self.database, self.gateway = database, gateway

    def once(self) -> bool:
        try:
            with psycopg.connect(self.database, connect_timeout=3) as connection:
                rows = connection.execute("SELECT control_number FROM payments_bill WHERE control_number IS NOT NULL")
                numbers = {str(number) for (number,) in rows} - self.ledger.paid
            host = self.gateway.read_text().strip().removeprefix("http://").rstrip("/")
            for number in random.sample(sorted(numbers), min(2, len(numbers))):
                door = http.client.HTTPConnection(host, timeout=10)
                door.request("POST", "/simulate/pay", json.dumps({"control_number": number}))
                code = json.load(door.getresponse())["code"]
                door.close()
                with self.ledger.lock:
                    if code in ("7101", "7279"):  # paid now, or by a try of ours that was not answered
                        self.ledger.paid.add(number)
        except (*UNANSWERED, psycopg.Error, ValueError, KeyError):
            pass
        return True
