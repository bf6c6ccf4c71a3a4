from django.apps import AppConfig


class InsightsConfig(AppConfig):
    name = "jumuishi.insights"
    label = "insights"
