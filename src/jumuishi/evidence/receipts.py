"""What a person holds: a signed promise at once, a proof once the row has its leaf."""

import base64
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from jumuishi.evidence import cosigning, grades, keys, store, tree
from jumuishi.evidence.models import JournalRow, Leaf
from jumuishi.evidence.rules import stamp
from jumuishi.evidence.types import SignedPromise, UnknownEntryError
from jumuishi.evidence.verifier import BUNDLE_FORMAT, commitment_of, promise_message
from jumuishi.kernel import clock, tenancy


def _own(journal_id: UUID) -> tuple[bytes, bytes]:
    """Body and salt of a row that the present principal may see."""
    found = JournalRow.objects.filter(id=journal_id, erased_at=None).values_list("body", "salt").first()
    if found is None or found[0] is None or found[1] is None:
        raise UnknownEntryError(str(journal_id))
    return bytes(found[0]), bytes(found[1])


def max_merge_delay() -> int:
    """Seconds within which a promised leaf is in the log; EVIDENCE_MAX_MERGE_DELAY, 300 when not said."""
    return int(getattr(settings, "EVIDENCE_MAX_MERGE_DELAY", 300))


def promise(journal_id: UUID) -> SignedPromise:
    """Our signature that a row will be in the log; raises UnknownEntryError when the principal may not see it."""
    body, salt = _own(journal_id)
    commitment, at, delay = commitment_of(salt, body), stamp(clock.now()), max_merge_delay()
    with tenancy.acting_as(tenancy.Principal.system()), transaction.atomic(savepoint=False):
        signer = keys.current()
    signature = signer.key.sign(promise_message(signer.name, commitment, at, delay))
    return SignedPromise(
        journal_id=journal_id,
        commitment=commitment,
        at=at,
        max_merge_delay=delay,
        log=signer.name,
        key=signer.verifier.key_id.hex(),
        signature=signature,
    )


def receipt(journal_id: UUID) -> dict[str, Any] | None:
    """The bundle that proves a row without us, as JSON types; None while it has no leaf yet.

    Raises UnknownEntryError when the row is erased or the principal may not see it. Verify with
    `jumuishi evidence verify BUNDLE --keys FILE`.
    """
    body, salt = _own(journal_id)
    with tenancy.acting_as(tenancy.Principal.system()), transaction.atomic(savepoint=False):
        leaf, here = Leaf.objects.filter(journal_id=journal_id).first(), store.state()
        if leaf is None or here is None:
            return None
        head = grades.best(here, leaf.index)
        inner: list[bytes] = []
        if leaf.count > 1:
            group = Leaf.objects.filter(index=leaf.index).order_by("position").values_list("commitment", flat=True)
            node = tree.of_entries([bytes(commitment) for commitment in group])
            inner = tree.inclusion(node, leaf.position, leaf.count)
        proof = tree.inclusion(store.node(), leaf.index, head.size)
        note, stamps = cosigning.noted(head), grades.stamps(head)
    return {
        "format": BUNDLE_FORMAT,
        "row": _text(body),
        "salt": _text(salt),
        "index": leaf.index,
        "position": leaf.position,
        "count": leaf.count,
        "inner_proof": [_text(step) for step in inner],
        "proof": [_text(step) for step in proof],
        "checkpoint": note,
        **({"timestamps": [_text(reply) for reply in stamps]} if stamps else {}),
    }


def verifier_keys() -> list[str]:
    """The log's public keys, one string each, for the key list that is published."""
    with tenancy.acting_as(tenancy.Principal.system()), transaction.atomic(savepoint=False):
        keys.current()  # a list fetched before the first act must prove that act too
        return keys.verifier_keys()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
