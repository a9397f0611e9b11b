"""Quarters and years as they were closed: by whom, by which text, and what they came to for everybody."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yigang.appraisal.enums import Period
from yigang.foundation.models import RegionCodeField, User
from yigang.people.models import Person
from yigang.posts.models import Programme
from yigang.tenure.models import Appointment


class Closing(models.Model):
    """A quarter or a year of a programme, closed in a region for good.

    One that has to be corrected is reopened with a reason; it stays on file, and the next one is a new version.
    """

    region_code = RegionCodeField()
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    rhythm = models.CharField(_("rhythm"), max_length=8, choices=Period.choices)
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    version = models.PositiveSmallIntegerField(_("closing no."), default=1)
    policy_digest = models.CharField(max_length=64)
    facts_digest = models.CharField(max_length=64)
    results_digest = models.CharField(max_length=64)
    people = models.PositiveIntegerField(_("people judged"))
    undetermined = models.PositiveIntegerField(_("undetermined"))
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(_("closed at"), auto_now_add=True)
    reopened_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    reopened_at = models.DateTimeField(_("reopened at"), null=True)
    reopened_why = models.CharField(_("reopened because"), max_length=200, blank=True)

    class Meta:
        ordering = ["-last", "region_code", "-version"]
        verbose_name = _("closing")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "rhythm", "first", "region_code"],
                condition=Q(reopened_at=None),
                name="closing_once",
            ),
            models.UniqueConstraint(
                fields=["programme", "rhythm", "first", "region_code", "version"], name="closing_version_once"
            ),
            models.CheckConstraint(condition=Q(rhythm__in=["quarter", "year"]), name="closing_rhythm"),
            models.CheckConstraint(
                condition=Q(reopened_at=None, reopened_by=None) | (Q(reopened_at__isnull=False) & ~Q(reopened_why="")),
                name="closing_reopened_why",
            ),
        ]
        indexes = [models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="closing_region")]

    def __str__(self) -> str:
        return f"{self.get_rhythm_display()} {self.first:%Y-%m}–{self.last:%Y-%m}"


class PeriodResult(models.Model):
    """What a closed period came to for one appointment, with the figures that explain it. Never changed.

    Somebody undetermined has no grade and the names of what is missing. `clause` and `cites` are what decided the grade,
    `because` the clauses behind the consequences, `trace` every figure by its word.
    """

    region_code = RegionCodeField()
    closing = models.ForeignKey(Closing, on_delete=models.PROTECT, related_name="results")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="period_results")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="period_results")
    grade = models.CharField(_("grade"), max_length=20, blank=True)
    score = models.DecimalField(_("score"), max_digits=7, decimal_places=2, null=True)
    passed = models.BooleanField(null=True)
    missing = ArrayField(models.CharField(max_length=60))
    clause = models.CharField(_("clause"), max_length=1000, blank=True)
    cites = models.CharField(_("source"), max_length=200, blank=True)
    consequences = ArrayField(models.CharField(max_length=60))
    because = ArrayField(models.CharField(max_length=300))
    trace = models.JSONField()

    class Meta:
        ordering = ["-closing__last", "region_code", "pk"]
        verbose_name = _("result of a period")
        constraints = [
            models.UniqueConstraint(fields=["closing", "appointment"], name="period_result_once"),
            models.CheckConstraint(
                condition=Q(grade="", passed=None) & ~Q(missing=[])
                | ~Q(grade="") & Q(passed__isnull=False, missing=[]),
                name="period_result_decided_or_missing",
            ),
        ]
        indexes = [
            models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="period_result_region"),
        ]

    def __str__(self) -> str:
        return f"{self.closing} {self.grade}"
