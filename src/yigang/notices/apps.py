"""Django's entry for this chapter."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "yigang.notices"
