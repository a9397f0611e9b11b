"""Django's entry for this chapter."""

from django.apps import AppConfig


class FoundationConfig(AppConfig):
    name = "yigang.foundation"
