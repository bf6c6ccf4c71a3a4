"""The council of the room beside."""

from jumuishi.meetings.calling.tests.conftest import council, homes, officer, world

__all__ = ["council", "homes", "officer", "world"]
