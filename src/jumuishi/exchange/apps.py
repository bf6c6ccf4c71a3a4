"""The room among Django's applications."""

import importlib

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Institutions' systems talk to each other."""

    name = "jumuishi.exchange"
    label = "exchange"

    def ready(self) -> None:
        """Jobs, and who deals with which messages, register themselves once models are loaded."""
        importlib.import_module("jumuishi.exchange.courier.jobs")
