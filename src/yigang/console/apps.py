"""Django's entry for this chapter."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "yigang.console"
