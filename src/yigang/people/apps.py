"""Django's entry for this chapter."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "yigang.people"
