"""An editor: it speaks JSON-RPC with the real process of the language server over its standard input and output."""

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

LONGEST = 30.0
"""Seconds that an answer may take here, on a busy machine too."""


class Editor:
    """What it sends and what comes back; `heard` are all notifications in their order."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [Path(sys.executable).with_name("jumuishi"), "service", "language-server", *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        self.answers: dict[int, Any] = {}
        self.heard: queue.Queue[dict[str, Any]] = queue.Queue()
        self.arrived = threading.Condition()
        self.count = 0
        self.versions: dict[str, int] = {}
        self.gone = False
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        out = self.process.stdout
        assert out is not None
        while header := out.readline():
            length = int(header.split(b":")[1]) if header.lower().startswith(b"content-length") else None
            while out.readline() not in (b"\r\n", b""):
                pass
            if length is None:
                continue
            message = json.loads(out.read(length))
            if "method" in message:
                self.heard.put(message)
            else:
                with self.arrived:
                    self.answers[message["id"]] = message
                    self.arrived.notify_all()
        with self.arrived:
            self.gone = True
            self.arrived.notify_all()

    def send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def tell(self, method: str, **params: Any) -> None:
        self.send({"method": method, "params": params})

    def ask(self, method: str, **params: Any) -> Any:
        """What comes back; an error fails."""
        self.count += 1
        number = self.count
        self.send({"id": number, "method": method, "params": params})
        with self.arrived:
            self.arrived.wait_for(lambda: number in self.answers or self.gone, LONGEST)
        assert number in self.answers, f"no answer to {method}"
        answer = self.answers.pop(number)
        assert "error" not in answer, answer
        return answer["result"]

    def begin(self, folder: Path, **changes: Any) -> Any:
        publish = {"relatedInformation": True}
        item = {"completionItem": {"snippetSupport": True}}
        found = self.ask(
            "initialize",
            **{
                "processId": os.getpid(), "rootUri": folder.as_uri(), "locale": "en-GB",
                "capabilities": {"textDocument": {"publishDiagnostics": publish, "completion": item}},
                **changes,
            },
        )  # fmt: skip
        self.tell("initialized")
        return found

    def open(self, path: Path, text: str | None = None) -> None:
        self.versions[path.as_uri()] = 1
        document = {"uri": path.as_uri(), "languageId": "yaml", "version": 1, "text": text or path.read_text()}
        self.tell("textDocument/didOpen", textDocument=document)

    def type(self, path: Path, text: str) -> int:
        """The whole text anew; gives its version."""
        self.versions[path.as_uri()] += 1
        version = self.versions[path.as_uri()]
        document = {"uri": path.as_uri(), "version": version}
        self.tell("textDocument/didChange", textDocument=document, contentChanges=[{"text": text}])
        return version

    def diagnostics(self, path: Path, wanted: Any, *, seconds: float = LONGEST) -> list[dict[str, Any]]:
        """The file's next diagnostics of which `wanted` holds; what comes before is passed over."""
        until = time.monotonic() + seconds
        seen = []
        while (left := until - time.monotonic()) > 0:
            try:
                message = self.heard.get(timeout=left)
            except queue.Empty:
                break
            if message["method"] == "textDocument/publishDiagnostics" and message["params"]["uri"] == path.as_uri():
                found: list[dict[str, Any]] = message["params"]["diagnostics"]
                seen.append(found)
                if wanted(found):
                    return found
        raise AssertionError(f"not so within {seconds} s: {json.dumps(seen)[-3000:]}")

    def at(self, method: str, path: Path, line: int, character: int, **more: Any) -> Any:
        where = {"line": line, "character": character}
        return self.ask(f"textDocument/{method}", textDocument={"uri": path.as_uri()}, position=where, **more)

    def end(self) -> int:
        self.ask("shutdown")
        self.tell("exit")
        return self.process.wait(timeout=LONGEST)


@contextlib.contextmanager
def editor(*arguments: str) -> Iterator[Editor]:
    """An editor with its server, which is gone afterwards."""
    one = Editor(*arguments)
    try:
        yield one
    finally:
        one.process.kill()
        one.process.wait()
        for stream in (one.process.stdin, one.process.stdout, one.process.stderr):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
