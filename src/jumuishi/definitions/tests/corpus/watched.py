"""Many cases in a few processes of their own, each with bounds on time and memory; whatever goes beyond is told.

Run as a program it is one such process: numbers of cases come in, a line of JSON for each goes out.
"""

import io
import json
import resource
import selectors
import subprocess
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from jumuishi.definitions.check.package import check_files
from jumuishi.definitions.cli import service_check
from jumuishi.definitions.read.yamlfile import UnreadableError
from jumuishi.definitions.tests.corpus.rubbish import case

SECONDS = 10.0
"""Of the processor, for one case; who does not answer in six times that by the clock is ended."""
MEGABYTES = 2048


@dataclass
class Watch:
    """What became of the cases."""

    done: int = 0
    faults: list[str] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    slowest_case: int = -1
    peak_megabytes: int = 0

    def note(self, said: dict[str, Any]) -> None:
        """One answer of a process."""
        self.done += 1
        self.kinds[said["kind"]] += 1
        self.answers[said["answer"]] += 1
        self.peak_megabytes = max(self.peak_megabytes, said["megabytes"])
        if said["seconds"] > self.slowest:
            self.slowest, self.slowest_case = said["seconds"], said["number"]
        if said["fault"]:
            self.faults.append(f"case {said['number']} ({said['kind']}): {said['fault']}")
        elif said["seconds"] > SECONDS:
            self.faults.append(f"case {said['number']} ({said['kind']}): {said['seconds']:.1f} s of the processor")


class _Process:
    def __init__(self, numbers: Iterator[int]) -> None:
        self.numbers = numbers
        self.number: int | None = None
        self.since = 0.0
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def next(self) -> bool:
        """Hands the next case over; whether there was one."""
        self.number, self.since = next(self.numbers, None), time.monotonic()
        if self.number is None or self.process.stdin is None:
            return False
        self.process.stdin.write(f"{self.number}\n")
        self.process.stdin.flush()
        return True

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()


def watch(numbers: Iterable[int], *, processes: int = 2, progress: bool = False) -> Watch:
    """Checks these cases; faults are crashes, hangs, too much memory and answers that cannot be."""
    waiting, found = iter(numbers), Watch()
    selector = selectors.DefaultSelector()
    running = [_Process(waiting) for _ in range(processes)]
    for one in running:
        if one.next():
            selector.register(one.process.stdout, selectors.EVENT_READ, one)  # type: ignore[arg-type]
    try:
        while selector.get_map():
            for key, _ in selector.select(timeout=1.0):
                one = key.data
                line = one.process.stdout.readline()
                selector.unregister(key.fileobj)
                if line:
                    found.note(json.loads(line))
                else:
                    one.process.wait()
                    found.faults.append(f"case {one.number}: the process died ({one.process.returncode})")
                    one.end()
                    one.start()
                if one.next():
                    selector.register(one.process.stdout, selectors.EVENT_READ, one)
                if progress and found.done % 1000 == 0:
                    print(f"{found.done} cases, {len(found.faults)} faults, slowest {found.slowest:.2f} s", flush=True)  # noqa: T201
            for key in list(selector.get_map().values()):
                one = key.data
                if time.monotonic() - one.since > 6 * SECONDS:
                    found.faults.append(f"case {one.number}: no answer in {6 * SECONDS:.0f} s")
                    selector.unregister(key.fileobj)
                    one.end()
                    one.start()
                    if one.next():
                        selector.register(one.process.stdout, selectors.EVENT_READ, one)
    finally:
        for one in running:
            one.end()
    return found


def _fault_of(findings: list[Any], files: dict[str, bytes]) -> str:
    """What is wrong with an answer; '' where it is as every answer should be."""
    if len(findings) > 2000:
        return f"{len(findings)} findings"
    for one in findings:
        lines = (
            files.get(one.file, b"").decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").count("\n")
            + 2
        )
        if (
            one.file not in files
            or not 1 <= one.line <= lines
            or one.column < 1
            or not one.message
            or "\n" in one.message
        ):
            return f"no place for {one.file}:{one.line}:{one.column} {one.code} {one.message[:80]}"
    json.dumps([one.as_data() for one in findings])
    return ""


def _by_command(files: dict[str, bytes]) -> str:
    """The same through the command line, which answers by 0, 1 or 2 and shows no traceback."""
    with TemporaryDirectory() as name:
        for path, content in files.items():
            target = Path(name) / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = service_check([name])
    return "" if code in (0, 1, 2) and "Traceback" not in err.getvalue() else f"the command gave {code}"


def _one(number: int) -> dict[str, Any]:
    kind, files = case(number)
    began, fault, answer = time.process_time(), "", "findings"
    try:
        findings = check_files(files)
        answer = "findings" if findings else "sound"
        fault = _fault_of(findings, files)
    except UnreadableError:
        answer = "unreadable"
    except BaseException as error:  # whatever it is, it is the fault that is looked for
        answer, fault = "crash", f"{type(error).__name__}: {error} {traceback.format_exc()[-600:]}"
    seconds = time.process_time() - began
    if number % 25 == 0 and not fault:
        try:
            fault = _by_command(files)
        except BaseException as error:
            fault = f"by command: {type(error).__name__}: {error} {traceback.format_exc()[-600:]}"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {
        "number": number, "kind": kind, "answer": answer, "fault": fault, "seconds": seconds, "megabytes": peak,
    }  # fmt: skip


def main() -> None:
    """Answers each number on standard input."""
    limit = MEGABYTES * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    for line in sys.stdin:
        print(json.dumps(_one(int(line))), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
