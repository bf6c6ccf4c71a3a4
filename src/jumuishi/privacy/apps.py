from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "jumuishi.privacy"
    label = "privacy"
