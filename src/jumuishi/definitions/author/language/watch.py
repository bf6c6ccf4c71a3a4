"""The check of each open folder as its author types: the newest text only, what is stale is stopped."""

import asyncio
import base64
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jumuishi.definitions.read.package import files_of
from jumuishi.definitions.read.yamlfile import UnreadableError

QUIET = 0.2
"""Seconds without a change before a check begins."""
LONGEST = 90
"""Seconds after which a check is given up."""
_LINE = 64 * 1024 * 1024

Found = list[dict[str, Any]]
Tell = Callable[[Path, Found | None], None]
"""Told a folder's findings, as `service check --format json` has them; None where the check did not come to an end."""


@dataclass
class _Folder:
    task: "asyncio.Task[None] | None" = None
    solved: list[tuple[dict[str, Any], str]] = field(default_factory=list)
    """What only the solver found last, each with the line as it was then."""


class Watch:
    """Checks folders; `unsaved` gives the texts that are open in an editor, by their paths."""

    def __init__(self, unsaved: Callable[[], Mapping[Path, str]], tell: Tell) -> None:
        self.unsaved = unsaved
        self.tell = tell
        self.folders: dict[Path, _Folder] = {}

    def changed(self, folder: Path, lang: str) -> None:
        """Something in the folder reads otherwise: whatever is under way about it is stopped."""
        one = self.folders.setdefault(folder, _Folder())
        if one.task is not None:
            one.task.cancel()
        one.task = asyncio.get_running_loop().create_task(self._check(folder, one, lang))

    def closed(self, folder: Path) -> None:
        """Nobody looks at the folder any more."""
        one = self.folders.pop(folder, None)
        if one is not None and one.task is not None:
            one.task.cancel()
        self.tell(folder, [])

    async def stop(self) -> None:
        """Ends every check."""
        tasks = [one.task for one in self.folders.values() if one.task is not None]
        self.folders.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def files(self, folder: Path) -> dict[str, bytes]:
        """The folder's files, those that are open as they stand in the editor."""
        try:
            found = files_of(folder)
        except UnreadableError:
            found = {}
        for path, text in self.unsaved().items():
            if path.is_relative_to(folder):
                name = path.relative_to(folder).as_posix()
                if name == "service.yaml" or name.endswith(".html") or name.startswith("tests/"):
                    found[name] = text.encode("utf-8", "replace")
        return found

    async def _check(self, folder: Path, one: _Folder, lang: str) -> None:
        await asyncio.sleep(QUIET)
        files = self.files(folder)
        lines = {name: content.decode("utf-8", "replace").splitlines() for name, content in files.items()}
        sent = json.dumps({name: base64.b64encode(content).decode() for name, content in files.items()}).encode()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "jumuishi.definitions.author.language.worker", lang,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
            limit=_LINE,
        )  # fmt: skip
        whole = False
        try:
            async with asyncio.timeout(LONGEST):
                if process.stdin is None or process.stdout is None:
                    return
                process.stdin.write(sent)
                process.stdin.close()
                quick: Found = []
                while line := await process.stdout.readline():
                    said = json.loads(line)
                    found, whole = said["found"], said["whole"]
                    if whole:
                        one.solved = [(each, _line(lines, each)) for each in found if each not in quick]
                    else:
                        quick = found
                        # what the solver said of lines that are still the same stands until it has looked again
                        found = found + [
                            each for each, was in one.solved if _line(lines, each) == was and each not in found
                        ]
                    self.tell(folder, found)
        except (TimeoutError, OSError, ValueError):
            whole = False
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()
        if not whole:
            self.tell(folder, None)


def _line(lines: Mapping[str, list[str]], finding: Mapping[str, Any]) -> str:
    there = lines.get(finding["file"], [])
    return there[finding["line"] - 1] if 0 < finding["line"] <= len(there) else ""
