"""The room among Django's applications."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Institutions' systems talk to each other."""

    name = "jumuishi.exchange"
    label = "exchange"
