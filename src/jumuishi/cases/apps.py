import importlib

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "jumuishi.cases"
    label = "cases"

    def ready(self) -> None:
        # Policies, jobs and subscriptions register themselves once models are loaded.
        for name in ("policies", "moving.policies", "moving.surveyor", "jobs", "subscriptions", "web.desk", "held"):
            importlib.import_module(f"jumuishi.cases.{name}")
