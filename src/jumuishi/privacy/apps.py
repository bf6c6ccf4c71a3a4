import importlib

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "jumuishi.privacy"
    label = "privacy"

    def ready(self) -> None:
        # Policies, jobs, the desk and what this room itself holds register themselves once models are loaded.
        for name in ("policies", "jobs", "held", "web.desk"):
            importlib.import_module(f"jumuishi.privacy.{name}")
