"""Renewal rounds: who goes on after the term, and why."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yigang.foundation.models import RegionCodeField, User
from yigang.posts.models import Programme
from yigang.tenure.enums import RenewalAnswer
from yigang.tenure.models.appointment import Appointment


class RenewalRound(models.Model):
    """Everybody of a programme in a region whose term ends from `first` to `last`; new terms end on `new_end`."""

    region_code = RegionCodeField()
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("title"), max_length=120)
    first = models.DateField(_("terms ending from"))
    last = models.DateField(_("terms ending up to"))
    new_end = models.DateField(_("new terms end on"))
    places = models.PositiveIntegerField(_("places to renew"), null=True)
    policy_digest = models.CharField(max_length=64)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=F("first"), new_end__gt=F("last")), name="renewal_days")
        ]

    def __str__(self) -> str:
        return self.title


class RenewalProposal(models.Model):
    """What the policy says of one person's renewal, and what an officer decided."""

    region_code = RegionCodeField()
    round = models.ForeignKey(RenewalRound, on_delete=models.PROTECT, related_name="proposals")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="renewals")
    position = models.PositiveIntegerField(_("place in the order"))
    proposal = models.CharField(_("proposal"), max_length=12, choices=RenewalAnswer.choices)
    why = models.JSONField(_("why"), default=list, help_text="sentences")
    missing = models.JSONField(_("missing"), default=list, help_text="names of facts that are not there")
    decision = models.CharField(_("decision"), max_length=12, choices=RenewalAnswer.choices, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("decided at"), null=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    new_appointment = models.OneToOneField(
        Appointment, on_delete=models.PROTECT, null=True, related_name="renewed_from"
    )

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["round", "appointment"], name="renewal_once")]
        indexes = [models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="renewal_region")]

    def __str__(self) -> str:
        return f"{self.appointment}"
