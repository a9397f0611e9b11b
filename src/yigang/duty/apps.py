"""Django's entry for this chapter."""

from django.apps import AppConfig


class DutyConfig(AppConfig):
    name = "yigang.duty"
