from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "jumuishi.messaging"
    label = "messaging"
