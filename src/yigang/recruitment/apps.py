"""Django's entry for this chapter."""

from django.apps import AppConfig


class RecruitmentConfig(AppConfig):
    name = "yigang.recruitment"
