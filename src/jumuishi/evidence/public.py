"""The face of the room."""

from jumuishi.evidence.accusing import exported, imported, origin_in, proves
from jumuishi.evidence.actions import erase, erase_about
from jumuishi.evidence.cosigning import checkpoint, cosign_once
from jumuishi.evidence.elsewhere import contradictions, observe, seen_elsewhere
from jumuishi.evidence.grades import Standing, cosigned, stamped, warnings
from jumuishi.evidence.histories import TwoHistories, compare, follow
from jumuishi.evidence.journal import prepare, record, record_many, writing
from jumuishi.evidence.published import tile
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
from jumuishi.evidence.verifier import read_checkpoint

__all__ = [
    "Standing",
    "TwoHistories",
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
    "exported",
    "follow",
    "history",
    "imported",
    "latest_at",
    "latest_checkpoint",
    "lookers",
    "looks_at",
    "newest",
    "observe",
    "origin_in",
    "prepare",
    "promise",
    "proves",
    "read_checkpoint",
    "receipt",
    "record",
    "record_many",
    "seen_elsewhere",
    "sequence_once",
    "stamp_once",
    "stamped",
    "tile",
    "unsequenced",
    "verifier_keys",
    "warnings",
    "writing",
]
