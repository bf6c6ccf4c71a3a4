from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "jumuishi.documents"
    label = "documents"
