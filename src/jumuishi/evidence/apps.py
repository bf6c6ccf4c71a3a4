from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "jumuishi.evidence"
    label = "evidence"
