"""Who holds which post from when to when."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yigang.foundation.models import RegionCodeField
from yigang.people.models import Person
from yigang.posts.models import Post, Programme
from yigang.tenure.enums import ExitKind


class Appointment(models.Model):
    """A person in a post. `place` is which of the post's places is held, so that the database can refuse one too many."""

    region_code = RegionCodeField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="appointments")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="appointments")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="appointments")
    place = models.PositiveSmallIntegerField(_("place of the post"), default=1)
    starts = models.DateField(_("first day"))
    ends = models.DateField(_("last day"), null=True)
    days = models.GeneratedField(
        expression=models.Func(F("starts"), F("ends"), models.Value("[]"), function="daterange"),
        output_field=DateRangeField(),
        db_persist=True,
    )
    agreement_number = models.CharField(_("agreement number"), max_length=60, blank=True)
    plan_start = models.TimeField(_("daily start"), null=True)
    plan_end = models.TimeField(_("daily end"), null=True)
    exit_kind = models.CharField(_("kind of exit"), max_length=10, choices=ExitKind.choices, blank=True)
    exit_reason = models.CharField(_("reason of exit"), max_length=200, blank=True)
    agreed_end = models.DateField(
        null=True, help_text="of an appointment ended by death: the last day before, for when that is taken back"
    )

    class Meta:
        ordering = ["-starts"]
        constraints = [
            models.CheckConstraint(condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")), name="ends_after_start"),
            ExclusionConstraint(
                name="one_post_at_a_time",
                expressions=[("person", RangeOperators.EQUAL), ("days", RangeOperators.OVERLAPS)],
            ),
            ExclusionConstraint(
                name="one_holder_per_place",
                expressions=[
                    ("post", RangeOperators.EQUAL), ("place", RangeOperators.EQUAL), ("days", RangeOperators.OVERLAPS),
                ],
                deferrable=models.Deferrable.IMMEDIATE,
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["programme", "region_code"], name="appointment_programme"),
            models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="appointment_region"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.post}"
