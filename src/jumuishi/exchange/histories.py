"""What other nodes' logs showed is held to what they showed before: by ourselves, and by whom we ask."""

import json
import logging
from collections.abc import Callable, Sequence

from django.db import transaction

from jumuishi.evidence import public as evidence
from jumuishi.evidence.types import LogError, VerificationError
from jumuishi.exchange.findings import raise_finding
from jumuishi.exchange.models import Finding, SeenLog
from jumuishi.exchange.types import ExchangeRefusedError
from jumuishi.identity.types import Actor
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.canonical import canonical

log = logging.getLogger("jumuishi.exchange")
SYSTEM = tenancy.Principal.system()
# So many logs' words are told at once, and read of what another tells.
MOST = 1000


def compare(*, node: str, note: str, keys: Sequence[str], fetch: Callable[[str], bytes], found_by: str) -> bool:
    """Hold a log's signed note to what was seen of it before; whether that could be done.

    `fetch` gives a tile of that log, and may raise OSError: then it is not compared, which accuses nobody. Two
    histories become a finding.
    """
    problem = ""
    try:
        found = evidence.observe(note=note, keys=keys, fetch=fetch)
    except (VerificationError, LogError, OSError) as error:
        problem, found = f"{type(error).__name__}: {error}"[:200], None
        log.info("exchange: the log of %s is not compared: %s", node, problem)
    _keep(node, note, problem)
    if found is not None:
        accuse(node=node, histories=found, keys=keys, found_by=found_by)
    return not problem


def accuse(*, node: str, histories: evidence.TwoHistories, keys: Sequence[str], found_by: str) -> None:
    """A finding, unless there is one about this log; nothing for what is not proven."""
    with tenancy.acting_as(SYSTEM):
        with transaction.atomic():
            if Finding.objects.filter(origin=histories.origin).exists():
                return
        try:
            raise_finding(actor=Actor.system(), node=node, histories=histories, keys=list(keys), found_by=found_by)
        except ExchangeRefusedError:
            log.warning("exchange: %s accuses %s and proves nothing", found_by, node)


def _keep(node: str, note: str, problem: str) -> None:
    """When it was heard, when it was compared; a note that the log has not signed changes neither."""
    try:
        head = evidence.read_checkpoint(note)
    except VerificationError:
        return
    now = clock.now()
    seen = {"node": node[:60], "size": head.size, "root": head.root, "note": note, "seen_at": now, "problem": problem}
    if not problem:
        seen |= {"checked_size": head.size, "checked_root": head.root, "checked_at": now}
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        SeenLog.objects.update_or_create(origin=head.origin, defaults=seen)


def told() -> bytes:
    """What this node tells whoever asks: its own log's latest note, those that it saw of others, what it found."""
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        seen = list(SeenLog.objects.order_by("-seen_at").values_list("note", flat=True)[:MOST])
        notes = [evidence.latest_checkpoint(), *seen, *evidence.seen_elsewhere(limit=MOST)]
        found = list(Finding.objects.order_by("-found_at").values_list("histories", flat=True)[:MOST])
    return canonical({"notes": sorted({one for one in notes if one}), "histories": found})


def read(body: bytes) -> tuple[list[str], list[evidence.TwoHistories]]:
    """What another node tells, unbelieved as yet; raises ValueError."""
    said = json.loads(body)
    if not isinstance(said, dict) or not all(isinstance(said.get(one), list) for one in ("notes", "histories")):
        raise ValueError("no word about logs")
    notes = [one for one in said["notes"][: 2 * MOST] if isinstance(one, str)]
    return notes, [evidence.imported(one) for one in said["histories"][:MOST]]
