"""The ledger of points (积分): what was given to whom for what, and what was taken back. Rows are only ever added."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yigang.appraisal.enums import PointKind
from yigang.duty.models import Incident, WorkResult
from yigang.foundation.models import RegionCodeField, StoredFile, User
from yigang.people.models import Person
from yigang.tenure.models import Appointment


class PointEntry(models.Model):
    """Points given for one clause of the policy on one day. The sum of a person's entries is what he has.

    `points` are what the entry does to the sum: a debit is negative, an entry that takes another back has the other sign.
    `evidence` names what shows it (`incident:7`, `result:3`, `file:<digest>`), so that it counts once for a clause; without
    any, a clause counts once a day. The database keeps both rules, and that nothing is taken back twice.
    """

    region_code = RegionCodeField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="points")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="points")
    kind = models.CharField(_("kind"), max_length=6, choices=PointKind.choices)
    clause = models.CharField(_("clause"), max_length=30, help_text="the policy's code for it")
    label = models.CharField(_("for what"), max_length=40, help_text="the clause's name when it was given")
    points = models.DecimalField(_("points"), max_digits=6, decimal_places=2)
    reason = models.CharField(_("reason"), max_length=200)
    day = models.DateField(_("day"), help_text="on which it happened")
    month = models.DateField(_("counts in"), help_text="first day of the month in which it counts")
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, null=True, related_name="+")
    result = models.ForeignKey(WorkResult, on_delete=models.PROTECT, null=True, related_name="+")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    evidence = models.CharField(max_length=80, blank=True)
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reversed_by")
    policy_digest = models.CharField(max_length=64)
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("points")
        constraints = [
            models.CheckConstraint(condition=Q(month__day=1), name="points_month_is_first_day"),
            models.CheckConstraint(condition=~Q(reason=""), name="points_have_reason"),
            models.CheckConstraint(
                condition=Q(kind="debit", reverses=None, points__lt=0)
                | (~Q(kind="debit") & Q(reverses=None, points__gt=0))
                | Q(kind="debit", reverses__isnull=False, points__gt=0)
                | (~Q(kind="debit") & Q(reverses__isnull=False, points__lt=0)),
                name="points_have_their_sign",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="points_person"),
            models.Index(fields=["appointment", "month"], name="points_month"),
            models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="points_region"),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.points:+}"
