import importlib

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "jumuishi.cases"
    label = "cases"

    def ready(self) -> None:
        # Policies, jobs and subscriptions register themselves once models are loaded.
        rooms = ("policies", "helping.policies", "moving.policies", "moving.surveyor", "resumable.policies")
        own = ("jobs", "subscriptions", "web.desk", "held", "sms", "telling")
        screens = ("choosing", "questions", "review", "looked", "following", "replying")
        for name in (*rooms, *own, *(f"ussd.{one}" for one in screens), "helping.ussd", "helping.sms"):
            importlib.import_module(f"jumuishi.cases.{name}")
