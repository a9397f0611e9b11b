"""Tracker apps on people's phones, and what they have sent."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yigang.foundation.models import RegionCodeField, User
from yigang.people.models import Person
from yigang.posts.models import Programme


class TrackerDevice(models.Model):
    """A tracker app that speaks for one person. It is told apart by its code and proves itself by its secret.

    The code is no secret and stays; the secret is kept as a digest only and is given anew when it is lost.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    region_code = RegionCodeField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="trackers")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(_("device code"), max_length=20, unique=True)
    secret_digest = models.BinaryField(help_text="SHA-256 of the secret, which is 119 random bits")
    name = models.CharField(_("name of the device"), max_length=60, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    last_seen = models.DateTimeField(_("last heard of"), null=True)
    last_at = models.DateTimeField(null=True, help_text="its latest fix, by the device's own time")
    battery = models.FloatField(_("battery"), null=True, help_text="percent, as last reported")
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    revoked_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | Q(revoked_at__gte=F("created_at")), name="tracker_revoked_later"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class TrackerFix(models.Model):
    """One fix as a tracker sent it, WGS-84. The same fix sent again is the same row.

    `patrolled` says that the day's patrol holds it; such rows are let go after a while, the patrol keeps them packed.
    """

    region_code = RegionCodeField()
    device = models.ForeignKey(TrackerDevice, on_delete=models.PROTECT, related_name="fixes")
    at = models.DateTimeField(help_text="by the device's own time")
    latitude = models.FloatField()
    longitude = models.FloatField()
    accuracy = models.FloatField(null=True, help_text="metres")
    speed = models.FloatField(null=True, help_text="metres a second")
    bearing = models.FloatField(null=True, help_text="degrees")
    altitude = models.FloatField(null=True, help_text="metres")
    battery = models.FloatField(null=True, help_text="percent")
    mock = models.BooleanField(null=True, help_text="whether the phone says that the place was made up")
    received_at = models.DateTimeField(auto_now_add=True)
    patrolled = models.BooleanField(default=False)

    class Meta:
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(fields=["device", "at", "latitude", "longitude"], name="tracker_fix_once")
        ]
        indexes = [
            models.Index(fields=["device", "at"], condition=Q(patrolled=False), name="fix_not_patrolled"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S}"


class TrackerRefusal(models.Model):
    """A message of a known device that holds no usable fix: kept as it came, shown to the clerk, and never asked for again."""

    region_code = RegionCodeField()
    device = models.ForeignKey(TrackerDevice, on_delete=models.PROTECT, related_name="refusals")
    reason = models.CharField(max_length=20)
    raw = models.TextField(help_text="the message, or the part of it that is meant")
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-received_at"]
        indexes = [models.Index(fields=["device", "-received_at"], name="tracker_refusals")]

    def __str__(self) -> str:
        return self.reason
