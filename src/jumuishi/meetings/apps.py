"""The room among Django's applications."""

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    """Boards and councils meet."""

    name = "jumuishi.meetings"
    label = "meetings"
