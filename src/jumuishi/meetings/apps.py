"""The room among Django's applications."""

import importlib

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    """Boards and councils meet."""

    name = "jumuishi.meetings"
    label = "meetings"

    def ready(self) -> None:
        """Policies register themselves once models are loaded."""
        for name in ("sitting.policies",):
            importlib.import_module(f"jumuishi.meetings.{name}")
