"""Django's entry for this chapter."""

from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "yigang.training"

    def ready(self) -> None:
        from yigang.training import account, starting

        starting.install()
        account.install()
