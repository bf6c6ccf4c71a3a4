import importlib

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "jumuishi.evidence"
    label = "evidence"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the sequencer's turn, which needs the tables' classes."""
        importlib.import_module("jumuishi.evidence.jobs")
