"""Choices about programmes."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ProgrammeKind(models.TextChoices):
    RANGER = "ranger", _("Forest rangers")
    PUBLIC_WELFARE = "public_welfare", _("Public-welfare posts")
    VILLAGE_TEAM = "village_team", _("Village teams")
