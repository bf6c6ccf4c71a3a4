import importlib

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "jumuishi.channels"
    label = "channels"

    def ready(self) -> None:
        # Places and the job that drops old sessions register themselves once models are loaded.
        for name in ("ussd.first", "ussd.sessions"):
            importlib.import_module(f"jumuishi.channels.{name}")
