"""The face of the room."""

from jumuishi.evidence.journal import record
from jumuishi.evidence.queries import about, history

__all__ = ["about", "history", "record"]
