"""The country with its institutions: Mfano asks, Jirani owns the data, and Baraka has no part in it."""

from jumuishi.cases.tests.conftest import country, officer, world

__all__ = ["country", "officer", "world"]
