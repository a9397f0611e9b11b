"""Pay that is held back: whose, from which month on, why, and how it ended. Migration 0007 has the triggers."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yigang.foundation.models import RegionCodeField, User
from yigang.payment.enums import HoldState
from yigang.people.models import Person
from yigang.posts.models import Programme
from yigang.tenure.enums import Delivery


class PayHold(models.Model):
    """While it is live no batch takes up the person's lines of the programme from `from_month` on; what is sealed stays sealed.

    `source` names what it came from in a later chapter, such as `anomaly:12`, for the page that proposed it. `review_by` is the
    day after which those who pay are asked about it every day.
    """

    region_code = RegionCodeField()
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="pay_holds")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="pay_holds")
    from_month = models.DateField(_("held back from"), help_text="a month's first day")
    reason = models.CharField(_("reason"), max_length=300)
    evidence = models.CharField(_("evidence"), max_length=300)
    source = models.CharField(max_length=40, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=HoldState.choices)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(auto_now_add=True)
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField(null=True)
    review_by = models.DateField(_("to be decided by"), null=True)
    told_on = models.DateField(_("told on"), null=True)
    told_how = models.CharField(
        max_length=10, choices=Delivery.choices, blank=True, help_text="empty: read on the phone"
    )
    answer = models.CharField(_("what the person says"), max_length=500, blank=True)
    answered_on = models.DateField(null=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(_("why it ended"), max_length=300, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("held pay")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "person"], condition=Q(state__in=["proposed", "live"]), name="one_hold_at_a_time"
            ),
            models.CheckConstraint(condition=Q(from_month__day=1), name="hold_from_a_first_day"),
            models.CheckConstraint(condition=~Q(reason="") & ~Q(evidence=""), name="hold_has_a_reason_and_evidence"),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "declined"], set_by=None, set_at=None, review_by=None)
                | Q(state__in=["live", "lifted"], set_by__isnull=False, set_at__isnull=False, review_by__isnull=False),
                name="hold_is_set_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "live"], ended_by=None, ended_at=None, ended_because="")
                | Q(state__in=["lifted", "declined"], ended_by__isnull=False, ended_at__isnull=False)
                & ~Q(ended_because=""),
                name="hold_ends_with_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state="lifted") | ~Q(ended_by=F("set_by")), name="hold_is_lifted_by_another"
            ),
        ]
        indexes = [
            models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="hold_region"),
            models.Index(fields=["source"], condition=~Q(source=""), name="hold_source"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.from_month:%Y-%m}"
