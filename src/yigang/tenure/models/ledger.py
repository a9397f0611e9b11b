"""The ledger of changes (聘用动态调整台账): what happened to appointments, in the order in which it happened."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from yigang.foundation.models import RegionCodeField
from yigang.posts.models import Programme
from yigang.tenure.enums import LedgerKind


class LedgerEntry(models.Model):
    """One change of one appointment. A trigger of the database writes it, nobody else can, and nobody changes it.

    Names are kept as they were then, ids without foreign keys: an entry outlives what it tells of. `before` and `after`
    hold the changed columns of the appointment. `link` is common to the two entries of a transfer.
    """

    region_code = RegionCodeField()
    at = models.DateTimeField(_("entered at"))
    day = models.DateField(_("takes effect"))
    kind = models.CharField(_("change"), max_length=14, choices=LedgerKind.choices)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    appointment_id = models.BigIntegerField()
    person_id = models.BigIntegerField()
    person_name = models.CharField(_("name"), max_length=60)
    post_id = models.BigIntegerField()
    post_number = models.CharField(_("post number"), max_length=40)
    place = models.PositiveSmallIntegerField(_("place of the post"))
    exit_kind = models.CharField(_("kind of exit"), max_length=10, blank=True)
    exit_reason = models.CharField(_("reason of exit"), max_length=16, blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    proposed_by = models.CharField(_("proposed by"), max_length=60, blank=True)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(_("entered or approved by"), max_length=60, blank=True)
    link = models.CharField(max_length=36, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(
                fields=["region_code", "-at"], opclasses=["text_pattern_ops", "timestamptz_ops"], name="ledger_region"
            ),
            models.Index(fields=["-at"], name="ledger_at"),
            models.Index(fields=["person_id"], name="ledger_person"),
            models.Index(fields=["appointment_id"], name="ledger_appointment"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.person_name} {self.get_kind_display()}"
