"""The sequencer's turn, about once a second, those of the witnesses and of the time-stampers."""

from jumuishi.evidence.cosigning import cosign_once
from jumuishi.evidence.sequencer import sequence_once
from jumuishi.evidence.stamping import stamp_once
from jumuishi.kernel.jobs import every


@every(1, "evidence.sequence")
def sequence() -> None:
    """Integrate what is queued."""
    sequence_once()


@every(10, "evidence.cosign")
def cosign() -> None:
    """Show the latest checkpoint to witnesses: one a turn, however many the sequencer has made since."""
    cosign_once()


@every(60, "evidence.stamp")
def stamp() -> None:
    """Have a checkpoint stamped, at most one a minute by each time-stamper."""
    stamp_once()
