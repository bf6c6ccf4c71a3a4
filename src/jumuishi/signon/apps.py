"""The room among Django's applications."""

import importlib

from django.apps import AppConfig


class SignonConfig(AppConfig):
    """Institutions' own systems let people in by the sign-in here."""

    name = "jumuishi.signon"
    label = "signon"

    def ready(self) -> None:
        # Jobs, subscriptions and what is held register themselves once models are loaded.
        for name in ("jobs", "subscriptions", "held", "offering"):
            importlib.import_module(f"jumuishi.signon.{name}")
