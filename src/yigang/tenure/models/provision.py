"""What post holders must have learned and what they are given besides pay."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yigang.foundation.models import RegionCodeField, StoredFile, User
from yigang.people.models import Person
from yigang.posts.models import Programme
from yigang.tenure.enums import ProvisionKind


class Certificate(models.Model):
    """Training that a person has passed. Without a programme it holds for every one."""

    region_code = RegionCodeField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="certificates")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, null=True, related_name="+")
    subject = models.CharField(_("subject"), max_length=120)
    hours = models.DecimalField(_("hours"), max_digits=5, decimal_places=1, null=True)
    issuer = models.CharField(_("issuing office"), max_length=120, blank=True)
    issued_on = models.DateField(_("issued on"))
    valid_until = models.DateField(_("valid until"), null=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-issued_on"]
        verbose_name = _("certificate")
        constraints = [
            models.UniqueConstraint(fields=["person", "subject", "issued_on"], name="certificate_once"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("issued_on")), name="certificate_days"
            ),
        ]
        indexes = [models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="certificate_region")]

    def __str__(self) -> str:
        return f"{self.subject} {self.issued_on}"


class Provision(models.Model):
    """Insurance, gear, uniform, badge, medical check or rest leave given to a person; cost in fen to a named fund."""

    region_code = RegionCodeField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="provisions")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=10, choices=ProvisionKind.choices)
    item = models.CharField(_("what"), max_length=80)
    number = models.CharField(_("policy or serial number"), max_length=60, blank=True)
    issued_on = models.DateField(_("given on"))
    valid_until = models.DateField(_("valid until"), null=True)
    cost_fen = models.BigIntegerField(_("cost"), default=0)
    fund = models.CharField(_("fund"), max_length=80, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    batch = models.CharField(max_length=36, blank=True, help_text="common to what was given out at once")
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-issued_on"]
        verbose_name = _("provision")
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "item", "issued_on"], name="provision_once"),
            models.CheckConstraint(condition=Q(cost_fen__gte=0), name="provision_cost_not_negative"),
            models.CheckConstraint(condition=Q(cost_fen=0) | ~Q(fund=""), name="provision_cost_has_fund"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("issued_on")), name="provision_days"
            ),
        ]
        indexes = [
            models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="provision_region"),
            models.Index(fields=["valid_until"], name="provision_valid_until"),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.issued_on}"
