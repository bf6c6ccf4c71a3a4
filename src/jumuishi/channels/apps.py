from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "jumuishi.channels"
    label = "channels"
