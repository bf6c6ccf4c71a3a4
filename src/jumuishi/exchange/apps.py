"""The room among Django's applications."""

import importlib

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Institutions' systems talk to each other."""

    name = "jumuishi.exchange"
    label = "exchange"

    def ready(self) -> None:
        """Jobs, and who deals with which messages, register themselves once models are loaded."""
        for name in ("courier.jobs", "courier.carrying.jobs"):
            importlib.import_module(f"jumuishi.exchange.{name}")
