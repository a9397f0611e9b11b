"""What was judged of people: marks given by hand, absences found at inspections, sealed months and results of years."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yigang.appraisal.enums import FindingKind, Period
from yigang.duty.models import Intake
from yigang.foundation.models import RegionCodeField, User
from yigang.people.models import Person
from yigang.posts.models import Programme
from yigang.tenure.models import Appointment


class Mark(models.Model):
    """A mark that a policy asks a person to give. A later mark of the same name replaces it in the facts; both are kept.

    `most` is what the policy allowed when it was given; a mark outside of it cannot be kept, nor one of a closed quarter or year.
    """

    region_code = RegionCodeField()
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="marks")
    rhythm = models.CharField(_("rhythm"), max_length=8, choices=Period.choices, default=Period.MONTH)
    month = models.DateField(help_text="first day of the period judged: the day itself, or the first of a month")
    name = models.CharField(_("mark"), max_length=40, help_text="the policy's name for it, such as 乡镇评定")
    value = models.DecimalField(_("points"), max_digits=7, decimal_places=2)
    most = models.DecimalField(_("at most"), max_digits=7, decimal_places=2, null=True)
    reason = models.CharField(_("reason"), max_length=200)
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(month__day=1) | Q(rhythm="day"), name="mark_period_first_day"),
            models.CheckConstraint(
                condition=Q(value__gte=0) & (Q(most=None) | Q(value__lte=F("most"))), name="mark_in_range"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="mark_has_reason"),
        ]
        indexes = [models.Index(fields=["month", "appointment", "name", "-id"])]

    def __str__(self) -> str:
        return f"{self.name} {self.value}"


class MarkWithdrawal(models.Model):
    """A mark that no longer counts, so that the one given before it counts again; both stay on file."""

    region_code = RegionCodeField()
    mark = models.OneToOneField(Mark, on_delete=models.PROTECT, related_name="withdrawal")
    reason = models.CharField(_("reason"), max_length=200)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="withdrawal_has_reason")]

    def __str__(self) -> str:
        return self.reason


class Finding(models.Model):
    """Something an inspection found about a person on a day, as far as appraisal counts it. Only ever added."""

    region_code = RegionCodeField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="findings")
    day = models.DateField()
    kind = models.CharField(max_length=10, choices=FindingKind.choices)
    note = models.CharField(max_length=200, blank=True)
    external_key = models.BinaryField(unique=True)
    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["day"]
        indexes = [models.Index(fields=["person", "day"])]

    def __str__(self) -> str:
        return f"{self.day} {self.get_kind_display()}"


class Appraisal(models.Model):
    """The sealed result of an appointment for a period. Written by sealing, never changed."""

    region_code = RegionCodeField()
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="appraisals")
    period = models.CharField(max_length=8, choices=Period.choices)
    first = models.DateField(help_text="first day of the period")
    grade = models.CharField(_("grade"), max_length=20)
    score = models.DecimalField(_("score"), max_digits=7, decimal_places=2, null=True)
    passed = models.BooleanField()
    policy_digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["-first"]
        constraints = [models.UniqueConstraint(fields=["appointment", "period", "first"], name="appraisal_once")]

    def __str__(self) -> str:
        return f"{self.first} {self.grade}"


class YearResult(models.Model):
    """What an office decided of a person's year, by which document. A later one of the same year counts; all are kept.

    One that was a mistake is taken back, with who, when and why, so that the one before it counts again.
    """

    region_code = RegionCodeField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="year_results")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(_("year"))
    grade = models.CharField(_("grade"), max_length=20)
    score = models.DecimalField(_("score"), max_digits=7, decimal_places=2, null=True)
    document = models.CharField(_("document"), max_length=120)
    closing = models.ForeignKey("Closing", on_delete=models.PROTECT, null=True, related_name="year_results")
    decided_on = models.DateField(_("decided on"))
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(auto_now_add=True)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(_("taken back at"), null=True)
    withdrawn_why = models.CharField(_("taken back because"), max_length=200, blank=True)

    class Meta:
        ordering = ["-year", "-pk"]
        verbose_name = _("result of the year")
        constraints = [
            models.CheckConstraint(condition=~Q(document="") & ~Q(grade=""), name="year_result_has_document"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_why="")),
                name="year_result_taken_back_why",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "programme", "-year"], name="year_result_person"),
            models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="year_result_region"),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.grade}"
