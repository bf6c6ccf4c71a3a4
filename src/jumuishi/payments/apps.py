import importlib

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "jumuishi.payments"
    label = "payments"

    def ready(self) -> None:
        # Policies, jobs and the desk register themselves once models are loaded.
        for name in ("policies", "jobs", "web.desk", "held"):
            importlib.import_module(f"jumuishi.payments.{name}")
