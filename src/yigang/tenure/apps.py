"""Django's entry for this chapter."""

from django.apps import AppConfig


class TenureConfig(AppConfig):
    name = "yigang.tenure"
