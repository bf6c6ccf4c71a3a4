import importlib

from django.apps import AppConfig


class InstitutionsConfig(AppConfig):
    name = "jumuishi.institutions"
    label = "institutions"

    def ready(self) -> None:
        from jumuishi.identity import appointments  # noqa: PLC0415  # models are loaded by now
        from jumuishi.institutions.queries import Provider  # noqa: PLC0415

        importlib.import_module("jumuishi.institutions.held")
        appointments.register(Provider(), recovery_roles=("head", "director", "administrator"))
