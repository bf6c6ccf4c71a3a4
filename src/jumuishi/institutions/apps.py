from django.apps import AppConfig


class InstitutionsConfig(AppConfig):
    name = "jumuishi.institutions"
    label = "institutions"
