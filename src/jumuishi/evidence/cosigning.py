"""Our checkpoints are shown to outside witnesses, who cosign what continues; one that is away holds up nothing."""

import base64
import logging
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from jumuishi.evidence import store, tree
from jumuishi.evidence.gateways import asking
from jumuishi.evidence.gateways.asking import Answer
from jumuishi.evidence.models import Cosignature, Cosigned
from jumuishi.evidence.store import State
from jumuishi.evidence.verifier import EM_DASH, Policy, VerificationError, VerifierKey, read_note
from jumuishi.evidence.witness.asking import Request
from jumuishi.kernel import clock, tenancy

log = logging.getLogger("jumuishi.evidence")
AT_ONCE = 8


def policy() -> Policy | None:
    """Whom this installation asks and believes, from the file EVIDENCE_POLICY; None without one.

    Raises VerificationError for one that can't be read.
    """
    try:
        return Policy.parse(Path(settings.EVIDENCE_POLICY).read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise VerificationError(f"the policy in {settings.EVIDENCE_POLICY} can't be read: {error}") from error


def cosign_once() -> int:
    """Show the latest checkpoint to each witness that has not cosigned it; how many did now.

    Never raises for what a witness does, or does not. No transaction is open while witnesses are asked.
    """
    with tenancy.acting_as(tenancy.Principal.system()):
        trusted = policy()
        if trusted is None:
            return 0
        with transaction.atomic():
            here = store.state()
            if here is None or here.size == 0:
                return 0
            seen = _seen(here, trusted)
        waiting = {name: size for name, size in seen.items() if size < here.size}
        got = dict[str, tuple[str, datetime]]()
        # A witness knows better what it has seen: one that says so is asked once more, from there.
        for _ in range(2):
            again = dict[str, int]()
            for name, answer in _asked(here, waiting, trusted).items():
                if answer.status == 409:
                    again |= _told(name, answer, here, waiting[name])
                elif found := _line(here, name, trusted, answer):
                    got[name] = found
            waiting = again
        return _keep(here, trusted, got)


def _seen(here: State, trusted: Policy) -> dict[str, int]:
    """How much of this epoch each witness with an address has cosigned for us."""
    keys = {name: vkey(trusted.witnesses[name]) for name in trusted.addresses}
    rows = Cosignature.objects.filter(epoch=here.epoch, witness__in=keys.values())
    known = dict(rows.order_by("witness", "size").values_list("witness", "size")) if keys else {}
    return {name: known.get(key, 0) for name, key in keys.items()}


def _asked(here: State, waiting: dict[str, int], trusted: Policy) -> dict[str, Answer]:
    if not waiting:
        return {}
    with transaction.atomic():
        node = store.node()
        bodies = [Request(old, tree.consistency(node, old, here.size), here.note).body() for old in waiting.values()]
    urls = [trusted.addresses[name].rstrip("/") + "/add-checkpoint" for name in waiting]
    with ThreadPoolExecutor(min(AT_ONCE, len(urls))) as pool:
        answers = pool.map(asking.post, urls, bodies, ["text/plain; charset=utf-8"] * len(urls))
        return dict(zip(waiting, answers, strict=True))


def _told(name: str, answer: Answer, here: State, asked_from: int) -> dict[str, int]:
    """The size that a witness says it has seen, by its name; nothing when no proof of ours leads on from there."""
    text = answer.body.decode("ascii", "replace").strip()
    size = int(text) if text.isdecimal() and len(text) < 19 else -1
    if 0 <= size <= here.size and size != asked_from:
        return {name: size}
    log.error(
        "the witness %s has seen other %s leaves of %s and refuses ours of %s: is this database older, or forked?",
        name, size, here.origin, here.size,
    )  # fmt: skip
    return {}


def _line(here: State, name: str, trusted: Policy, answer: Answer) -> tuple[str, datetime] | None:
    """The witness's own line in an answer, and when it signed; None when it did not, or falsely."""
    if answer.status != 200:
        log.warning("the witness %s did not cosign: %s", name, answer.failure or f"HTTP {answer.status}")
        return None
    key = trusted.witnesses[name]
    try:
        note = here.note + answer.body.decode()
        at = datetime.fromtimestamp(trusted.cosigned(note)[name], UTC)
        (signature, *_) = [one for one in read_note(note)[1] if (one.name, one.key_id) == (key.name, key.key_id)]
    except (KeyError, ValueError, OverflowError, OSError):  # also a time that is on no calendar
        log.warning("the witness %s answered with something that is no cosignature of its key", name)
        return None
    return f"{EM_DASH}{key.name} {base64.b64encode(key.key_id + signature.data).decode()}\n", at


def _keep(here: State, trusted: Policy, got: dict[str, tuple[str, datetime]]) -> int:
    with transaction.atomic():
        Cosignature.objects.bulk_create(
            [
                Cosignature(
                    epoch=here.epoch,
                    size=here.size,
                    witness=vkey(trusted.witnesses[name]),
                    line=line,
                    at=at,
                )
                for name, (line, at) in got.items()
            ],
            ignore_conflicts=True,
        )
        if got and trusted.is_met(trusted.cosigned(noted(here))):
            Cosigned.objects.bulk_create(
                [Cosigned(epoch=here.epoch, size=here.size, at=clock.now())], ignore_conflicts=True
            )
    return len(got)


def checkpoint() -> str | None:
    """Our latest checkpoint with its cosignatures, as it travels to others; None before the first."""
    with tenancy.acting_as(tenancy.Principal.system()), transaction.atomic(savepoint=False):
        here = store.state()
        return None if here is None else noted(here)


def noted(here: State) -> str:
    """A checkpoint with every cosignature that it has."""
    return here.note + "".join(lines_under(here.epoch, here.size))


def lines_under(epoch: int, size: int) -> Iterable[str]:
    """The witnesses' lines under a checkpoint, in the order in which they came."""
    return Cosignature.objects.filter(epoch=epoch, size=size).order_by("id").values_list("line", flat=True)


def vkey(key: VerifierKey) -> str:
    """A key as a policy names it."""
    return f"{key.name}+{key.key_id.hex()}+{base64.b64encode(key.kind + key.public).decode()}"
