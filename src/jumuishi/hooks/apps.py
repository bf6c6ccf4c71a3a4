import importlib

from django.apps import AppConfig


class HooksConfig(AppConfig):
    name = "jumuishi.hooks"
    label = "hooks"

    def ready(self) -> None:
        # Jobs and what is held about a person register themselves once models are loaded.
        for name in ("jobs", "held"):
            importlib.import_module(f"jumuishi.hooks.{name}")
