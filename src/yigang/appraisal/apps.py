"""Django's entry for this chapter."""

from django.apps import AppConfig


class AppraisalConfig(AppConfig):
    name = "yigang.appraisal"

    def ready(self) -> None:
        from yigang.appraisal import findings, years

        findings.install()
        years.install()
