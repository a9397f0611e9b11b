"""Patrols as they were walked: one row each, the fixes as one piece of bytes, what they amount to as columns."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yigang.duty.enums import PatrolSource
from yigang.duty.models.places import KeyPoint
from yigang.foundation.models import RegionCodeField, User
from yigang.people.models import Person
from yigang.posts.models import Post, Programme


class Patrol(models.Model):
    """One patrol. Its figures follow from the set of its fixes alone, in whatever order and however late these came.

    `track` holds the fixes that were put together, `PatrolPiece` those that wait for it; `stale` says that some do.
    Lengths are metres, times seconds.
    """

    id = models.UUIDField(primary_key=True)
    region_code = RegionCodeField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="patrols")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+")
    source = models.CharField(_("source"), max_length=8, choices=PatrolSource.choices)
    day = models.DateField(_("day"), help_text="the local day on which it began")
    started_at = models.DateTimeField(_("began"))
    ended_at = models.DateTimeField(_("ended"), null=True)
    events = models.JSONField(default=list, help_text="[milliseconds, start|pause|resume|end, reason], by time")
    last_at = models.DateTimeField(null=True, help_text="of the newest fix")
    last_longitude = models.FloatField(null=True)
    last_latitude = models.FloatField(null=True)
    mock = models.BooleanField(
        default=False, help_text="the device said of a fix that its place was made up by a program"
    )

    track = models.BinaryField(null=True, help_text="duty.tracks.packed")
    stale = models.BooleanField(default=False)
    measured_at = models.DateTimeField(null=True)
    fixes = models.PositiveIntegerField(_("fixes"), default=0)
    kept = models.PositiveIntegerField(_("fixes that count"), default=0)
    left_out = models.JSONField(_("fixes left out"), default=dict, help_text="reason → number")
    gaps = models.PositiveIntegerField(_("gaps"), default=0)
    jumps = models.PositiveIntegerField(_("jumps"), default=0)
    distance_m = models.PositiveIntegerField(_("distance"), default=0)
    walked_m = models.PositiveIntegerField(_("walked"), default=0)
    ridden_m = models.PositiveIntegerField(_("ridden"), default=0)
    duration_s = models.PositiveIntegerField(_("duration"), default=0)
    moving_s = models.PositiveIntegerField(_("time moving"), default=0)
    resting_s = models.PositiveIntegerField(_("time at rest"), default=0)
    silent_s = models.PositiveIntegerField(_("time unknown"), default=0)
    inside_s = models.PositiveIntegerField(_("time inside the area"), null=True, help_text="null: no area is set")
    areas = ArrayField(
        models.BigIntegerField(),
        verbose_name=_("areas"),
        default=list,
        help_text="the duty areas that the way led into",
    )
    points_due = models.PositiveSmallIntegerField(_("key points"), default=0)
    points_reached = models.PositiveSmallIntegerField(_("key points reached"), default=0)
    share_seen = models.FloatField(_("share of the area seen"), null=True, help_text="0 to 1; null: no area is set")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-started_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | ~Q(withdrawn_reason=""), name="patrol_withdrawn_with_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["day", "person"], name="patrol_day"),
            models.Index(fields=["person", "-day"], name="patrol_person"),
            models.Index(
                fields=["region_code", "day"], opclasses=["text_pattern_ops", "date_ops"], name="patrol_region"
            ),
            GinIndex(fields=["areas"], name="patrol_areas"),
            models.Index(fields=["last_at"], condition=Q(ended_at=None), name="patrol_out_now"),
            models.Index(fields=["started_at"], condition=Q(stale=True), name="patrol_stale"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.day}"

    @property
    def kilometres(self) -> str:
        """The distance as it is shown, half up to two places."""
        return f"{(self.distance_m + 5) // 10 / 100:.2f}"


class PatrolPiece(models.Model):
    """Fixes as they arrived, until they are put together with the others of their patrol."""

    region_code = RegionCodeField()
    patrol = models.ForeignKey(Patrol, on_delete=models.CASCADE, related_name="pieces")
    digest = models.BinaryField(help_text="the same piece is kept once")
    fixes = models.PositiveIntegerField()
    content = models.BinaryField(help_text="duty.tracks.packed")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["patrol", "digest"], name="piece_once")]

    def __str__(self) -> str:
        return f"{self.patrol_id} {self.fixes}"


class PointReached(models.Model):
    """That a patrol came near enough to a key point, and when it first did."""

    region_code = RegionCodeField()
    patrol = models.ForeignKey(Patrol, on_delete=models.CASCADE, related_name="reached")
    point = models.ForeignKey(KeyPoint, on_delete=models.PROTECT, related_name="reached")
    day = models.DateField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["at"]
        constraints = [models.UniqueConstraint(fields=["patrol", "point"], name="reached_once")]
        indexes = [models.Index(fields=["point", "-day"], name="reached_point_day")]

    def __str__(self) -> str:
        return f"{self.point} {self.at}"


class PatrolChange(models.Model):
    """That fixes of a past month came in later and changed a patrol's figures. Where the month is sealed, an officer looks."""

    region_code = RegionCodeField()
    patrol = models.ForeignKey(Patrol, on_delete=models.PROTECT, related_name="changes")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    month = models.DateField(help_text="its first day")
    at = models.DateTimeField()
    fixes = models.IntegerField(_("fixes added"))
    before = models.JSONField(help_text="distance_m, moving_s, … as they were; empty: the patrol was not known")
    after = models.JSONField()
    seen_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.CharField(_("what was decided"), max_length=200, blank=True)

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["month", "region_code"], name="patrol_change_month")]

    def __str__(self) -> str:
        return f"{self.patrol} {self.month:%Y-%m}"
