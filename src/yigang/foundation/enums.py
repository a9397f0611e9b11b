"""Choices of the foundation."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """Who somebody is in the work. County builds, town employs, station manages, village uses (县建、乡聘、站管、村用)."""

    COUNTY_MANAGER = "county_manager", _("County manager")
    TOWN_OFFICER = "town_officer", _("Town officer")
    STATION_OFFICER = "station_officer", _("Station officer")
    VILLAGE_CLERK = "village_clerk", _("Village clerk")
    FINANCE = "finance", _("Finance")
    INSPECTOR = "inspector", _("Inspector")
    ARCHIVIST = "archivist", _("Archivist")
    AUDITOR = "auditor", _("Auditor")
    LEADER = "leader", _("Leader")
    POST_HOLDER = "post_holder", _("Post holder")
    SYSTEM_ADMIN = "system_admin", _("System administrator")


class RegionLevel(models.IntegerChoices):
    """Levels of the statistical code 2+2+2+3+3."""

    PROVINCE = 1, _("Province")
    CITY = 2, _("City")
    COUNTY = 3, _("County")
    TOWN = 4, _("Town")
    VILLAGE = 5, _("Village")


class JobState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
