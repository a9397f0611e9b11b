"""Django's entry for this chapter."""

from django.apps import AppConfig


class AppraisalConfig(AppConfig):
    name = "yigang.appraisal"
