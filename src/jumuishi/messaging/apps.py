import importlib

from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "jumuishi.messaging"
    label = "messaging"

    def ready(self) -> None:
        # Jobs and the senders of codes, letters and notices register themselves once models are loaded.
        for name in ("jobs", "codes", "mail", "notices", "held", "words"):
            importlib.import_module(f"jumuishi.messaging.{name}")
        options = importlib.import_module("jumuishi.messaging.options")
        options.check()
