"""Django's entry for this chapter."""

from django.apps import AppConfig


class PaymentConfig(AppConfig):
    name = "yigang.payment"

    def ready(self) -> None:
        from yigang.appraisal import closings
        from yigang.payment.settlement import appealed, bonuses
        from yigang.payment.settlement.queries import unsealed

        appealed.install()
        bonuses.install()
        closings.ask_open(unsealed)
