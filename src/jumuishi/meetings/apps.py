"""The room among Django's applications."""

import importlib

from django.apps import AppConfig

# What registers itself once models are loaded: policies, words, jobs.
PARTS = (
    "bodies.policies",
    "bodies.web.frame",
    "allowances.actions",
    "calling.policies",
    "calling.sms",
    "calling.sources",
    "gallery.following",
    "gallery.jobs",
    "gallery.papers",
    "gallery.sms",
    "gallery.sources",
    "held",
    "matters",
    "minutes.jobs",
    "minutes.policies",
    "minutes.sending",
    "minutes.web.lists",
    "papers.held",
    "papers.jobs",
    "papers.keeping",
    "papers.noting",
    "papers.policies",
    "phone.ussd",
    "questions.jobs",
    "questions.policies",
    "reminding.jobs",
    "resolutions.coming",
    "resolutions.jobs",
    "resolutions.policies",
    "resolutions.shown",
    "resolutions.web.desk",
    "sitting.policies",
)


class MeetingsConfig(AppConfig):
    """Boards and councils meet."""

    name = "jumuishi.meetings"
    label = "meetings"

    def ready(self) -> None:
        """Let each part register what it has."""
        for name in PARTS:
            importlib.import_module(f"jumuishi.meetings.{name}")
