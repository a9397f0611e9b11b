"""Django's entry for this chapter."""

from django.apps import AppConfig


class DutyConfig(AppConfig):
    name = "yigang.duty"

    def ready(self) -> None:
        """Register what records of phones become."""
        from importlib import import_module

        import_module("yigang.duty.domain.phone_evidence")
        import_module("yigang.duty.domain.phone_patrols")
        import_module("yigang.duty.domain.phone_words")
        import_module("yigang.duty.domain.phone_leave")
        import_module("yigang.duty.domain.phone_work")
        import_module("yigang.duty.domain.phone_training")
