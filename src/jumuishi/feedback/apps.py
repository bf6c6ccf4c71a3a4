import importlib

from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "jumuishi.feedback"
    label = "feedback"

    def ready(self) -> None:
        # Policies, jobs and subscriptions register themselves once models are loaded.
        for name in ("policies", "jobs", "subscriptions", "held", "web.desk", "ussd"):
            importlib.import_module(f"jumuishi.feedback.{name}")
