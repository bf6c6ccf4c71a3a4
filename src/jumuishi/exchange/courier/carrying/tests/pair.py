"""Two nodes with no line between them, each with a database and keys of its own: a bank's, a water authority's."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from jumuishi.exchange import centre, node
from jumuishi.exchange.courier.carrying import writing
from jumuishi.exchange.courier.carrying.tests import keyboard
from jumuishi.identity.types import Actor
from jumuishi.kernel import tenancy

BANK, WATER = "TZ/COM/benki-mfano", "TZ/GOV/maji-mfano"
_SERVE = f"import django; django.setup(); from {keyboard.__name__} import serve; serve()"


class Near:
    """The node whose process this is."""

    def do(self, what: str, **given: Any) -> Any:
        """What `keyboard` does here."""
        return getattr(keyboard, what)(**given)

    def command(self, *words: str, code: int = 0) -> str:
        """What `jumuishi WORDS` prints."""
        found, said = self.do("command", words=list(words))
        assert found == code, said
        return str(said)

    def courier(self, *words: str, code: int = 0) -> str:
        """What `jumuishi exchange courier WORDS` prints."""
        return self.command("exchange", "courier", *words, code=code)


class Far(Near):
    """A node that is another process, with a database of its own."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = {**os.environ, **environment}
        self._process = subprocess.Popen(
            [sys.executable, "-c", _SERVE], env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True,
        )  # fmt: skip

    def do(self, what: str, **given: Any) -> Any:
        """What `keyboard` does there."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps([what, given]) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        """The process ends."""
        self._process.communicate(timeout=20)


@contextmanager
def two_nodes(database: Any, world: Any, home: Path) -> Iterator[tuple[Near, Far]]:
    """The bank's node, which is the centre and this process, and the water authority's.

    What the second knows of the network it has from the stick alone.
    """
    for name in ("config", "data"):
        (home / name).mkdir()
    copy = database._copies.make(world.mould)
    there = Far({
        "DATABASE_URL": database.at(copy).app, "JUMUISHI_CONFIG": str(home / "config"),
        "JUMUISHI_DATA": str(home / "data"), "JUMUISHI_EXCHANGE_NODE": "maji",
    })  # fmt: skip
    try:
        was, settings.EXCHANGE_NODE = settings.EXCHANGE_NODE, "kituo"
        with database.committing(world), tenancy.acting_as(tenancy.Principal.system()):
            here = Near()
            here.do("register", slug="benki-mfano", officer_name="Shabani")
            there.do("register", slug="maji-mfano", officer_name="Bakari")
            node.own(endpoint="https://127.0.0.1:1")
            said = there.command("exchange", "statement")
            there.command("exchange", "join", here.command("exchange", "invitation").strip())
            with transaction.atomic():
                centre.admit(actor=Actor.system(), statement_text=said.encode(), members=[("GOV", "maji-mfano")])
            yield here, there
    finally:
        settings.EXCHANGE_NODE = was
        there.close()
        database._copies.drop(copy)


def carry_directory(there: Far, folder: Path) -> None:
    """The network's directory reaches the other node on a stick."""
    writing.write_directory(folder)
    there.courier("unpack", str(folder))
