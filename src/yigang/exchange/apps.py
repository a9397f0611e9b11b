"""Django's entry for this chapter."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "yigang.exchange"
