import importlib

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "jumuishi.project"
    label = "project"

    def ready(self) -> None:
        # What leads from one room to another registers itself once all of them are there.
        importlib.import_module("jumuishi.project.disputes")
        importlib.import_module("jumuishi.project.matters")
