import importlib

from django.apps import AppConfig


class ServicesConfig(AppConfig):
    name = "jumuishi.services"
    label = "services"

    def ready(self) -> None:
        # What the services name as roles is registered once models are loaded.
        importlib.import_module("jumuishi.services.roles")
