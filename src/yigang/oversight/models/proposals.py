"""What the policy says follows from findings, results and recalls; nothing follows before somebody has confirmed it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yigang.foundation.models import RegionCodeField, User
from yigang.oversight.enums import ProposalState
from yigang.tenure.enums import Delivery
from yigang.tenure.models import Appointment


class Proposal(models.Model):
    """A clause that holds for somebody's year, with the evidence that makes it hold.

    `evidence` are keys (`f:<finding>`, `y:<result of the year>`, `x:<exit>`, `p:<result of a closed period>`),
    `facts` the policy's words with their values,
    `authors` the accounts that wrote the evidence: they never decide.
    """

    region_code = RegionCodeField()
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="consequences")
    year = models.PositiveSmallIntegerField(_("year"))
    clause = models.CharField(_("clause"), max_length=120)
    cites = models.CharField(_("source"), max_length=200)
    do = ArrayField(models.CharField(max_length=60), verbose_name=_("consequence"))
    facts = models.JSONField()
    evidence = models.JSONField()
    authors = ArrayField(models.BigIntegerField())
    policy_digest = models.CharField(max_length=64)
    made_at = models.DateTimeField(_("proposed at"), auto_now_add=True)
    state = models.CharField(_("state"), max_length=10, choices=ProposalState.choices, default=ProposalState.OPEN)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("decided at"), null=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    told_on = models.DateField(_("told on"), null=True)
    told_how = models.CharField(_("told how"), max_length=10, choices=Delivery.choices, blank=True)
    answer = models.CharField(_("the person's answer"), max_length=500, blank=True)
    answered_on = models.DateField(_("answered on"), null=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = _("proposed consequence")
        constraints = [
            models.UniqueConstraint(fields=["appointment", "year", "clause"], name="clause_once_a_year"),
            models.CheckConstraint(
                condition=Q(state="open", decided_by=None) | (~Q(state="open") & Q(decided_by__isnull=False)),
                name="decision_has_a_name",
            ),
            models.CheckConstraint(condition=~Q(state="dismissed") | ~Q(reason=""), name="dismissal_has_a_reason"),
        ]
        indexes = [models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="consequence_region")]

    def __str__(self) -> str:
        return f"{self.year} {self.clause}"
