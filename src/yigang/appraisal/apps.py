"""Django's entry for this chapter."""

from django.apps import AppConfig


class AppraisalConfig(AppConfig):
    name = "yigang.appraisal"

    def ready(self) -> None:
        from importlib import import_module

        from yigang.appraisal import findings, years

        import_module("yigang.appraisal.phone_appeals")
        findings.install()
        years.install()
