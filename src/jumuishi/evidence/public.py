"""The face of the room."""

from jumuishi.evidence.actions import erase
from jumuishi.evidence.journal import record
from jumuishi.evidence.queries import about, history, unsequenced
from jumuishi.evidence.receipts import promise, receipt, verifier_keys
from jumuishi.evidence.sequencer import sequence_once

__all__ = ["about", "erase", "history", "promise", "receipt", "record", "sequence_once", "unsequenced", "verifier_keys"]
