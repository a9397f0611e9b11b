"""Choices about comparisons."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class HitState(models.TextChoices):
    """A hit is a question until somebody has answered it."""

    OPEN = "open", _("To be decided")
    CONFIRMED = "confirmed", _("Proved true")
    DISMISSED = "dismissed", _("Ruled out")


class HitEffect(models.TextChoices):
    """What a hit means, by the policy."""

    BLOCK = "block", _("Nobody is hired while it stands")
    ASK = "ask", _("Somebody must look and decide")
    INFORM = "inform", _("For information")
