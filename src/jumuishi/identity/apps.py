import importlib

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "jumuishi.identity"
    label = "identity"

    def ready(self) -> None:
        # Policies and jobs register themselves once models are loaded.
        for name in ("public", "jobs", "held"):
            importlib.import_module(f"jumuishi.identity.{name}")
