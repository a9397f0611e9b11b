"""Who applied, and how steps and clauses judged each applicant."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yigang.foundation.models import RegionCodeField, User
from yigang.people.models import Person
from yigang.posts.models import Post
from yigang.recruitment.enums import ApplicationState, Source, Verdict
from yigang.recruitment.models.rounds import Round, StepRecord
from yigang.tenure.models import Appointment


class Application(models.Model):
    """A person in a round, once. `reasons` say why somebody is out; `version` grows with every decision."""

    region_code = RegionCodeField()
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="applications")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="applications")
    post_wanted = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+")
    source = models.CharField(_("came by"), max_length=10, choices=Source.choices)
    state = models.CharField(
        _("state"), max_length=10, choices=ApplicationState.choices, default=ApplicationState.RUNNING
    )
    declared = models.JSONField(_("declared on the form"), default=dict)
    reasons = ArrayField(models.CharField(max_length=300), default=list)
    ended_in = models.ForeignKey(StepRecord, on_delete=models.PROTECT, null=True, related_name="+")
    applied_on = models.DateField(_("applied on"))
    applied_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    rank = models.PositiveIntegerField(_("rank"), null=True)
    score = models.DecimalField(_("score"), max_digits=12, decimal_places=2, null=True)
    rank_reason = models.CharField(max_length=300, blank=True)
    appointment = models.OneToOneField(Appointment, on_delete=models.PROTECT, null=True, related_name="application")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["round", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "person"], name="one_application_in_a_round"),
            models.CheckConstraint(
                condition=Q(state=ApplicationState.HIRED, appointment__isnull=False)
                | (~Q(state=ApplicationState.HIRED) & Q(appointment__isnull=True)),
                name="hired_by_an_appointment",
            ),
        ]
        indexes = [
            models.Index(fields=["round", "state", "id"], name="application_of_round"),
            models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="application_region"),
        ]

    def __str__(self) -> str:
        return f"{self.person}"


class StepOutcome(models.Model):
    """What a step ended in for one applicant, by whom and why. Taken back it stays, with who took it back and why."""

    region_code = RegionCodeField()
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="outcomes")
    step = models.ForeignKey(StepRecord, on_delete=models.PROTECT, related_name="outcomes")
    outcome = models.CharField(_("outcome"), max_length=40)
    goes_on = models.BooleanField()
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    undone_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "step"], condition=Q(undone_at__isnull=True), name="one_outcome_in_a_step"
            ),
            models.CheckConstraint(condition=Q(goes_on=True) | ~Q(reason=""), name="out_only_with_a_reason"),
        ]
        indexes = [models.Index(fields=["step", "outcome"], name="outcome_of_step")]

    def __str__(self) -> str:
        return self.outcome


class EligibilityRun(models.Model):
    """All applicants of a step judged by the clauses at once. The facts are kept, so that it can be computed again."""

    region_code = RegionCodeField()
    step = models.ForeignKey(StepRecord, on_delete=models.PROTECT, related_name="eligibility_runs")
    day = models.DateField(_("day"))
    facts = models.BinaryField()
    facts_digest = models.CharField(max_length=64)
    policy_digest = models.CharField(max_length=64)
    result_digest = models.CharField(max_length=64)
    people = models.PositiveIntegerField()
    failing = models.PositiveIntegerField()
    undetermined = models.PositiveIntegerField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.step} {self.day}"


class EligibilityResult(models.Model):
    """One applicant in a run: the verdict, and per clause what it says and why not."""

    region_code = RegionCodeField()
    run = models.ForeignKey(EligibilityRun, on_delete=models.PROTECT, related_name="results")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="eligibility")
    verdict = models.CharField(max_length=12, choices=Verdict.choices)
    clauses = models.JSONField()

    class Meta:
        ordering = ["run", "application"]
        constraints = [models.UniqueConstraint(fields=["run", "application"], name="judged_once_in_a_run")]

    def __str__(self) -> str:
        return self.verdict
