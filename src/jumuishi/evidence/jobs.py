"""The sequencer's turn, about once a second."""

from jumuishi.evidence.sequencer import sequence_once
from jumuishi.kernel.jobs import every


@every(1, "evidence.sequence")
def sequence() -> None:
    """Integrate what is queued."""
    sequence_once()
