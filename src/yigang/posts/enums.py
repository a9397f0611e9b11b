"""Choices about programmes and requests for posts."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ProgrammeKind(models.TextChoices):
    RANGER = "ranger", _("Forest rangers")
    PUBLIC_WELFARE = "public_welfare", _("Public-welfare posts")
    VILLAGE_TEAM = "village_team", _("Village teams")


class Asker(models.TextChoices):
    """Who needs the work done."""

    VILLAGE = "village", _("Village")
    STATION = "station", _("Station")
    DEPARTMENT = "department", _("Department")


class RequestState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Waits for the town")
    CHECKED = "checked", _("Waits for the county")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
