"""Addresses that machines use; one each, in no language."""

from django.urls import path

from jumuishi.payments.web import demo, gepg

urlpatterns = [
    path("payments/gepg/", gepg.callback, name="payments-gepg"),
    path("payments/gepg/<slug:what>", gepg.callback, name="payments-gepg-one"),
    path("demo/pay", demo.pay, name="payments-demo-pay"),
]
