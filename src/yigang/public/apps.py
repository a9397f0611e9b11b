"""Django's entry for this chapter."""

from django.apps import AppConfig


class PublicConfig(AppConfig):
    name = "yigang.public"
