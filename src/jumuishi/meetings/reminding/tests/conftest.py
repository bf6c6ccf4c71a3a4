"""The council of calling's tests."""

from jumuishi.meetings.calling.tests.conftest import council, homes, officer, world

__all__ = ["council", "homes", "officer", "world"]
