"""The logs of others, as they show themselves to us: each checkpoint continues the one that was seen before it."""

import logging
from collections.abc import Callable, Sequence

from django.db import transaction

from jumuishi.evidence.histories import TwoHistories, follow
from jumuishi.evidence.models import Contradiction, SeenElsewhere
from jumuishi.evidence.verifier import VerifierKey, open_checkpoint, read_checkpoint
from jumuishi.kernel import clock, tenancy

log = logging.getLogger("jumuishi.evidence")
_TRIES = 3
# A log that contradicts itself does so at each turn: so many pairs of it are kept.
_PAIRS = 20


def observe(*, note: str, keys: Sequence[str], fetch: Callable[[str], bytes]) -> TwoHistories | None:
    """Hold a checkpoint that another node shows to what it showed before; what proves two histories, or None.

    `keys` are that log's own ("name+hash+base64"), `fetch` gives its tile under a path such as "0/x001/067.p/8". It is
    asked nothing where the checkpoint is the one that was seen; no transaction of ours is open while it is. Raises
    VerificationError for a checkpoint that the log has not signed, LogError when its tiles lead nowhere, and what
    `fetch` raises: then nothing is known, the earlier checkpoint stays, and one asks again later.
    """
    trusted = [VerifierKey.parse(key) for key in keys]
    head = open_checkpoint(note, trusted)
    with tenancy.acting_as(tenancy.Principal.system()):
        # Again where somebody else has seen another one meanwhile: nothing is passed over unseen.
        for _ in range(_TRIES):
            seen = _seen(note)
            before = read_checkpoint(seen)
            if (before.size, before.root) == (head.size, head.root):
                return None
            found = follow(seen, note, trusted, fetch)
            if found is not None:
                _keep(found)
                return found
            if head.size < before.size or _advance(note, before.size):
                return None
    return None


def _seen(note: str) -> str:
    """The checkpoint of this log that was seen last: this one, where it is the first."""
    head = read_checkpoint(note)
    with transaction.atomic():
        first = SeenElsewhere(origin=head.origin, size=head.size, note=note, at=clock.now())
        SeenElsewhere.objects.bulk_create([first], ignore_conflicts=True)
        return SeenElsewhere.objects.values_list("note", flat=True).get(origin=head.origin)


def _advance(note: str, before: int) -> bool:
    head = read_checkpoint(note)
    with transaction.atomic():
        rows = SeenElsewhere.objects.filter(origin=head.origin, size=before)
        return bool(rows.update(size=head.size, note=note, at=clock.now()))


def _keep(found: TwoHistories) -> None:
    """Keep what proves it, once for each pair; it never goes away by itself."""
    log.error("%s has shown two histories: both checkpoints are kept", found.origin)
    with transaction.atomic():
        known = Contradiction.objects.filter(origin=found.origin)
        if not known.filter(one=found.one, other=found.other).exists() and known.count() < _PAIRS:
            proof = [step.hex() for step in found.proof]
            Contradiction.objects.create(
                origin=found.origin, one=found.one, other=found.other, proof=proof, at=clock.now()
            )


def seen_elsewhere(*, limit: int = 1000) -> list[str]:
    """The checkpoints that others' logs are held to here, the newest first; needs the system principal."""
    return list(SeenElsewhere.objects.order_by("-at").values_list("note", flat=True)[:limit])


def contradictions(*, limit: int = 100) -> list[TwoHistories]:
    """Where others' logs contradicted themselves, the newest first; needs the system principal."""
    rows = Contradiction.objects.order_by("-at", "-id")[:limit]
    return [TwoHistories(one.origin, one.one, one.other, tuple(map(bytes.fromhex, one.proof))) for one in rows]
