from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "jumuishi.feedback"
    label = "feedback"
