"""What officers and systems do at one node; `serve` does it in a process of its own, a line of JSON each way."""

import contextlib
import io
import json
import random
import sys
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from django.db import transaction

from jumuishi.exchange import registering
from jumuishi.exchange.courier.bodies.tables import Coming, Wanted
from jumuishi.exchange.courier.carrying import cli
from jumuishi.exchange.courier.sending import send as sent
from jumuishi.exchange.courier.states import OutState
from jumuishi.exchange.courier.tables import Inbox, Outbox
from jumuishi.exchange.courier.types import Body
from jumuishi.exchange.tests.test_gateway import CONTACT, officer
from jumuishi.exchange.xroad.identifiers import read_client
from jumuishi.institutions import public as institutions
from jumuishi.kernel import files, tenancy
from jumuishi.project.cli import main


def command(words: list[str]) -> tuple[int, str]:
    """The exit code of `jumuishi WORDS`, and what it prints on both its outputs."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        try:
            if words[:2] == ["exchange", "courier"]:
                return int(getattr(cli, words[2])(words[3:])), out.getvalue()
            main(words)
        except SystemExit as ended:
            return int(ended.code or 0), out.getvalue()
    raise AssertionError("a command ends with a code")


def register(slug: str, officer_name: str) -> None:
    """A system of an institution, so that this node speaks for it."""
    with transaction.atomic():
        registering.register_subsystem(actor=officer(slug, officer_name), code="mfumo", name="Mfumo", **CONTACT)


def send(slug: str, to: str, subjects: list[str], body: str = "", large: int = 0) -> list[str]:
    """A message for each subject, in this order, from an institution's platform to another's; their ids."""
    more: dict[str, Any] = {"data": body.encode()}
    if large:
        kept = files.put(made_of(large), large)
        more = {"data": Body(kept.sha256, kept.size), "body_file": kept.id}
    with transaction.atomic():
        home = institutions.institution_by_slug(slug)
        assert home is not None
        source = read_client(f"TZ/{'COM' if home.kind == 'company' else 'GOV'}/{slug}")
        return [
            sent(
                institution_id=home.id, source=source, destination=read_client(to), type="mfano.ujumbe", subject=one,
                **more,
            )
            for one in subjects
        ]  # fmt: skip


def made_of(size: int) -> Iterator[bytes]:
    """So many bytes that don't compress, the same each time."""
    draw, left = random.Random(size), size
    while left:
        piece = draw.randbytes(min(left, 65_536))
        left -= len(piece)
        yield piece


def came(prefix: str = "") -> list[list[Any]]:
    """What lies in the inbox: subject, place, id, and its data, or the digest of its body once that is here."""
    with transaction.atomic():
        rows = list(Inbox.objects.select_related("stream").order_by("stream__subject", "sequence"))
    return [
        [one.stream.subject, one.sequence, one.message_id, _data(one)]
        for one in rows
        if one.stream.subject.startswith(prefix)
    ]


def _data(one: Inbox) -> str | None:
    if not one.body_sha256:
        return bytes(one.data).decode()
    if one.body_file is None:
        return None
    whole = sha256()
    for piece in files.read(one.body_file):
        whole.update(piece)
    return whole.hexdigest()


def under_way() -> list[int]:
    """Messages that are not acknowledged, bytes of bodies that came so far, bodies that others want."""
    with transaction.atomic():
        return [
            Outbox.objects.filter(state=OutState.WAITING).count(),
            sum(Coming.objects.filter(ended_at=None).values_list("received", flat=True)), Wanted.objects.count(),
        ]  # fmt: skip


def serve() -> None:
    """Do what each line says, until there is none."""
    out = sys.stdout
    for line in sys.stdin:
        what, given = json.loads(line)
        with tenancy.acting_as(tenancy.Principal.system()):
            found = globals()[what](**given)
        out.write(json.dumps(found) + "\n")
        out.flush()
