"""Django's entry for this chapter."""

from django.apps import AppConfig


class PaymentConfig(AppConfig):
    name = "yigang.payment"
