"""Phones, and who is signed in on them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yigang.foundation.models import RegionCodeField, User
from yigang.people.models import Person


class Device(models.Model):
    """A phone with the public half of the key it signs with; the other half never leaves it.

    Looked up before anybody is known, so it has no region: who may see it follows from its logins.
    """

    id = models.UUIDField(primary_key=True)
    key = models.BinaryField(help_text="public key on P-256, uncompressed point of 65 bytes")
    name = models.CharField(_("name"), max_length=80, blank=True)
    first_seen = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    revoked_reason = models.CharField(_("why it is revoked"), max_length=200, blank=True)

    class Meta:
        ordering = ["first_seen"]
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_at=None) | ~Q(revoked_reason=""), name="device_revoked_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(self.id)


class DeviceLogin(models.Model):
    """One person on one phone, by a token of which only the digest is kept. A new sign-in is a new row."""

    region_code = RegionCodeField()
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="logins")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="device_logins")
    token_digest = models.BinaryField(unique=True, help_text="SHA-256 of the token")
    created_at = models.DateTimeField(auto_now_add=True)
    last_seen = models.DateTimeField(auto_now_add=True, help_text="to about ten minutes")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="device_login_region")]

    def __str__(self) -> str:
        return f"{self.person} {self.device}"
