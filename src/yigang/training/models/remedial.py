"""Training that somebody lacks, to be made up by a day (限时整改)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yigang.foundation.models import RegionCodeField, StoredFile, User
from yigang.people.models import Person
from yigang.posts.models import Programme
from yigang.training.enums import Lack, RemedialState, RemedialStepKind
from yigang.training.models.test import Paper


class RemedialTask(models.Model):
    """What one person lacks of a year, by when it is made up, and how that is proven. A test is proven by a test."""

    region_code = RegionCodeField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="remedial_tasks")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(_("year"))
    lacks = ArrayField(models.CharField(max_length=10, choices=Lack.choices), verbose_name=_("lacking"))
    why = models.CharField(_("why"), max_length=300)
    cites = models.CharField(_("source"), max_length=200, blank=True)
    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=RemedialState.choices, default=RemedialState.OPEN)
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    opened_on = models.DateField(_("opened on"))
    due_on = models.DateField(_("due on"))
    reminded_on = models.DateField(null=True)
    escalated_on = models.DateField(_("told to the county on"), null=True)
    proof = models.CharField(_("proof"), max_length=300, blank=True)
    proof_file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    proven_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    closed_on = models.DateField(_("closed on"), null=True)

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("remedial task")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "programme", "year"], condition=Q(state__in=["open", "proven"]), name="one_remedial_open"
            ),
            models.CheckConstraint(condition=Q(due_on__gte=F("opened_on")), name="remedial_due_after_opening"),
            models.CheckConstraint(
                condition=Q(closed_by=None) | Q(proven_by=None) | ~Q(closed_by=F("proven_by")), name="proof_seen_by_another"
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="remedial_region"),
            models.Index(fields=["state", "due_on"], name="remedial_due"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.year}"


class RemedialStep(models.Model):
    """One thing that happened to a task."""

    region_code = RegionCodeField()
    task = models.ForeignKey(RemedialTask, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(_("step"), max_length=10, choices=RemedialStepKind.choices)
    text = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.kind
