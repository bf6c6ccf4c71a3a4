import importlib

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "jumuishi.documents"
    label = "documents"

    def ready(self) -> None:
        # What the room holds about people registers itself once models are loaded.
        importlib.import_module("jumuishi.documents.held")
        importlib.import_module("jumuishi.documents.subscriptions")
        importlib.import_module("jumuishi.documents.ussd")
