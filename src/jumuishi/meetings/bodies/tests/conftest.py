"""The room's own people."""

from jumuishi.meetings.tests.conftest import asha, at_work, board, council, country, officer, world

__all__ = ["asha", "at_work", "board", "council", "country", "officer", "world"]
