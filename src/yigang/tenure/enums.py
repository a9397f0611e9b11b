"""Choices about appointments."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ExitKind(models.TextChoices):
    """How an appointment ended."""

    LAPSE = "lapse", _("Natural exit")
    REMOVAL = "removal", _("Removal")
    DISMISSAL = "dismissal", _("Dismissal")
    RECALL = "recall", _("Recall")
    DEATH = "death", _("Death")
