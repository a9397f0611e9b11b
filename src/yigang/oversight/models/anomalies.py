"""What a year of evidence and pay does not explain, and what somebody found out. Nothing that judges or pays reads it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yigang.foundation.models import RegionCodeField, User
from yigang.oversight.enums import AnomalyOutcome, AnomalyState
from yigang.people.models import Person
from yigang.policy.anomalies import RULES
from yigang.posts.models import Programme


class Anomaly(models.Model):
    """Something that a rule finds about a person, with others where it is about several; one a subject, however often found.

    `rows` are the pieces of evidence: each has its `key` (`m:<person>:<month>`, `s:<line>`, `g:<question>`, `f:<finding>`,
    `d:<person>:<day>`, `a:<appointment>`, `b:<account>`, `l:<register's line>`, `r:<line for comparison>`, `p:<person>`) and its
    figures. `keys` are all keys ever seen: what is not among them is new. `month` is the last month that was looked at.
    """

    region_code = RegionCodeField()
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="anomalies")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="anomalies")
    others = ArrayField(models.BigIntegerField(), default=list, help_text="people who are touched besides")
    rule = models.CharField(_("rule"), max_length=24)
    subject = models.CharField(max_length=200)
    strength = models.DecimalField(_("strength"), max_digits=3, decimal_places=2)
    first = models.DateField(_("from month"), help_text="its first day")
    last = models.DateField(_("to month"), help_text="its first day")
    fen = models.BigIntegerField(_("paid meanwhile"), default=0)
    figures = models.JSONField()
    rows = models.JSONField()
    keys = ArrayField(models.CharField(max_length=60))
    rule_version = models.PositiveSmallIntegerField()
    thresholds = models.JSONField()
    month = models.DateField(_("looked at until"), help_text="a month's first day")
    found_at = models.DateTimeField(_("found at"))
    state = models.CharField(_("state"), max_length=8, choices=AnomalyState.choices, default=AnomalyState.OPEN)

    class Meta:
        ordering = ["-strength", "-found_at", "-pk"]
        verbose_name = _("anomaly")
        constraints = [
            models.UniqueConstraint(fields=["rule", "subject"], name="anomaly_once"),
            models.CheckConstraint(condition=Q(rule__in=list(RULES)), name="anomaly_of_a_known_rule"),
            models.CheckConstraint(condition=Q(strength__gte=0, strength__lt=1), name="anomaly_is_no_proof"),
        ]
        indexes = [
            models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="anomaly_region"),
            models.Index(fields=["person"], name="anomaly_person"),
            models.Index(fields=["-strength"], condition=Q(state="open"), name="anomaly_open"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.subject}"


class AnomalyAnswer(models.Model):
    """What somebody found out. Only added; `by` is empty where new evidence opened an answered anomaly again."""

    region_code = RegionCodeField()
    anomaly = models.ForeignKey(Anomaly, on_delete=models.PROTECT, related_name="answers")
    number = models.PositiveSmallIntegerField()
    outcome = models.CharField(_("answer"), max_length=8, choices=AnomalyOutcome.choices)
    reason = models.CharField(_("reason"), max_length=400)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["anomaly", "number"], name="anomaly_answered_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="anomaly_answered_with_a_reason"),
            models.CheckConstraint(
                condition=Q(outcome="reopened") | Q(by__isnull=False), name="anomaly_answer_has_a_name"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} {self.reason}"
