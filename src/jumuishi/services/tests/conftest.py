"""The scene of this room's pages: made-up institutions, their officers, a licence that is being prepared."""

from jumuishi.services.tests.test_office import at_work, homes, licence, officer, world

__all__ = ["at_work", "homes", "licence", "officer", "world"]
