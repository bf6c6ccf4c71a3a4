import importlib

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "jumuishi.cases"
    label = "cases"

    def ready(self) -> None:
        # Policies, jobs and subscriptions register themselves once models are loaded.
        rooms = ("policies", "moving.policies", "moving.surveyor", "jobs", "subscriptions", "web.desk", "held")
        for name in (
            *rooms,
            "ussd.choosing",
            "ussd.questions",
            "ussd.review",
            "ussd.following",
            "ussd.replying",
            "sms",
        ):
            importlib.import_module(f"jumuishi.cases.{name}")
