"""Telephones on which inspectors begin visits and write visit sheets."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yigang.foundation.models import RegionCodeField, User


class SheetPhone(models.Model):
    """One account on one telephone, by a token of which only the digest is kept. It opens visits
    of the own group alone: those of the week, and those that have begun.

    `account_mark` is of the account's password when the token was given: a new password ends every token.
    """

    region_code = RegionCodeField()
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="sheet_phones")
    name = models.CharField(_("telephone"), max_length=80, blank=True)
    token_digest = models.BinaryField(unique=True, help_text="SHA-256 of the token")
    account_mark = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("telephone for visit sheets")
        constraints = [models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="sheet_phone_lasts")]
        indexes = [models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="sheet_phone_region")]

    def __str__(self) -> str:
        return f"{self.user} {self.name}"
