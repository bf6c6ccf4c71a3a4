from django.apps import AppConfig


class ServicesConfig(AppConfig):
    name = "jumuishi.services"
    label = "services"
