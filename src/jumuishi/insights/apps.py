import importlib

from django.apps import AppConfig


class InsightsConfig(AppConfig):
    name = "jumuishi.insights"
    label = "insights"

    def ready(self) -> None:
        # Policies, jobs and subscriptions register themselves once models are loaded.
        for name in ("policies", "jobs", "subscriptions", "web.desk"):
            importlib.import_module(f"jumuishi.insights.{name}")
