"""Django's entry for this surface."""

from django.apps import AppConfig


class FieldConfig(AppConfig):
    name = "yigang.field"
