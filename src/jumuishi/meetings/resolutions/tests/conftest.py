"""The council that has met, of the minutes' own tests."""

from jumuishi.meetings.minutes.tests.conftest import at_work, council, country, officer, world

__all__ = ["at_work", "council", "country", "officer", "world"]
