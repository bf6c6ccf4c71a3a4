"""The face of the room."""

from jumuishi.evidence.actions import erase, erase_about
from jumuishi.evidence.cosigning import checkpoint, cosign_once
from jumuishi.evidence.elsewhere import contradictions, observe
from jumuishi.evidence.grades import Standing, cosigned, stamped, warnings
from jumuishi.evidence.histories import compare, follow
from jumuishi.evidence.journal import prepare, record, record_many, writing
from jumuishi.evidence.queries import (
    about,
    all_about,
    count_looks,
    counts_about,
    entries,
    history,
    latest_at,
    latest_checkpoint,
    lookers,
    looks_at,
    newest,
    unsequenced,
)
from jumuishi.evidence.receipts import promise, receipt, verifier_keys
from jumuishi.evidence.sequencer import sequence_once
from jumuishi.evidence.stamping import stamp_once

__all__ = [
    "Standing",
    "about",
    "all_about",
    "checkpoint",
    "compare",
    "contradictions",
    "cosign_once",
    "cosigned",
    "count_looks",
    "counts_about",
    "entries",
    "erase",
    "erase_about",
    "follow",
    "history",
    "latest_at",
    "latest_checkpoint",
    "lookers",
    "looks_at",
    "newest",
    "observe",
    "prepare",
    "promise",
    "receipt",
    "record",
    "record_many",
    "sequence_once",
    "stamp_once",
    "stamped",
    "unsequenced",
    "verifier_keys",
    "warnings",
    "writing",
]
