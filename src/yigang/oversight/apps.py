"""Django's entry for this chapter."""

from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "yigang.oversight"
