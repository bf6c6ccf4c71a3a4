from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "jumuishi.identity"
    label = "identity"
