from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "jumuishi.cases"
    label = "cases"
