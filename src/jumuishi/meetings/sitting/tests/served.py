"""The web application as the fault test serves it: its styles need no manifest."""

from django.conf import settings

from jumuishi.project.wsgi import application

settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
__all__ = ["application"]
