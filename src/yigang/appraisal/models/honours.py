"""Honours (流动红旗岗、最美公益岗): who holds one in a period, and the votes of named officers that decide about some."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yigang.foundation.models import RegionCodeField, User
from yigang.posts.models import Programme
from yigang.tenure.models import Appointment


def period() -> models.GeneratedField:
    """First to last day, both included."""
    days = models.Func(F("first"), F("last"), models.Value("[]"), function="daterange")
    return models.GeneratedField(expression=days, output_field=DateRangeField(), db_persist=True)


class HonourPoll(models.Model):
    """A vote about an honour: open, then closed with its outcome in words."""

    region_code = RegionCodeField()
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("honour"), max_length=40)
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    policy_digest = models.CharField(max_length=64)
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(auto_now_add=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(_("closed at"), null=True)
    outcome = models.CharField(_("outcome"), max_length=200, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("vote about an honour")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "name", "region_code", "first"], condition=Q(closed_at=None), name="poll_open_once"
            ),
            models.CheckConstraint(condition=Q(closed_at=None) | ~Q(outcome=""), name="poll_closed_with_outcome"),
        ]
        indexes = [models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="poll_region")]

    def __str__(self) -> str:
        return f"{self.name} {self.first:%Y-%m}"


class HonourCandidate(models.Model):
    """Somebody who may be voted for. Name and village stand here, because officers of other towns vote too."""

    region_code = RegionCodeField()
    poll = models.ForeignKey(HonourPoll, on_delete=models.PROTECT, related_name="candidates")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=60)
    village = models.CharField(_("village"), max_length=120)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["poll", "appointment"], name="candidate_once")]

    def __str__(self) -> str:
        return self.name


class HonourVote(models.Model):
    """A named officer's vote, in the region where the officer works: given once, never changed."""

    region_code = RegionCodeField()
    poll = models.ForeignKey(HonourPoll, on_delete=models.PROTECT, related_name="votes")
    voter = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    chosen = ArrayField(models.BigIntegerField(), default=list, help_text="candidates")
    voted_at = models.DateTimeField(_("voted at"), null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["poll", "voter"], name="vote_once")]

    def __str__(self) -> str:
        return str(self.voter)


class Honour(models.Model):
    """An honour that somebody holds from a first to a last day, in one of the unit's seats.

    `unit_code` is the village, town or county whose holder it is. One that was a mistake is taken back with who and why.
    """

    region_code = RegionCodeField()
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="honours")
    name = models.CharField(_("honour"), max_length=40, help_text="as the policy calls it")
    unit_code = models.CharField(_("unit"), max_length=12)
    seat = models.PositiveSmallIntegerField(_("seat"))
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    days = period()
    value = models.DecimalField(_("points, score or votes"), max_digits=7, decimal_places=2)
    poll = models.ForeignKey(HonourPoll, on_delete=models.PROTECT, null=True, related_name="honours")
    policy_digest = models.CharField(max_length=64)
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(auto_now_add=True)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(_("taken back at"), null=True)
    withdrawn_why = models.CharField(_("taken back because"), max_length=200, blank=True)

    class Meta:
        ordering = ["-first", "name", "unit_code", "seat"]
        verbose_name = _("honour")
        constraints = [
            ExclusionConstraint(
                name="one_holder_per_seat",
                expressions=[
                    ("programme", RangeOperators.EQUAL), ("name", RangeOperators.EQUAL),
                    ("unit_code", RangeOperators.EQUAL), ("seat", RangeOperators.EQUAL), ("days", RangeOperators.OVERLAPS),
                ],
                condition=Q(withdrawn_at=None),
            ),
            models.UniqueConstraint(
                fields=["appointment", "name", "first"], condition=Q(withdrawn_at=None), name="honoured_once"
            ),
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="honour_days"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_why="")),
                name="honour_taken_back_why",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["appointment"], name="honour_appointment"),
            models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="honour_region"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.first:%Y-%m}"
