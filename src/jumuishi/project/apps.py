from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "jumuishi.project"
    label = "project"
