from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "jumuishi.payments"
    label = "payments"
