import importlib

from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "jumuishi.messaging"
    label = "messaging"

    def ready(self) -> None:
        # Jobs and the senders of codes and letters register themselves once models are loaded.
        for name in ("jobs", "codes", "mail", "held"):
            importlib.import_module(f"jumuishi.messaging.{name}")
