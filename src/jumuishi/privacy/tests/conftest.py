"""The demonstration country with a case of Asha's, and the cast at their keys."""

from jumuishi.cases.tests.conftest import asha, at_work, country, officer, submitted, world

__all__ = ["asha", "at_work", "country", "officer", "submitted", "world"]
