"""How a post holder gets in: a code on a slip from the village clerk, or a password of one's own."""

from django.db import models
from django.db.models import F, Q

from yigang.duty.models.devices import Device
from yigang.foundation.models import RegionCodeField, User
from yigang.people.models import Person


class SignInCode(models.Model):
    """A code that opens the phone app once. It is shown when it is made and kept as a keyed digest only."""

    region_code = RegionCodeField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="signin_codes")
    digest = models.BinaryField(help_text="of person and code together, under the index key")
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    used_on = models.ForeignKey(Device, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, help_text="a newer code took its place")

    class Meta:
        ordering = ["-issued_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(used_at=None, withdrawn_at=None), name="one_open_code"
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("issued_at")), name="code_is_good_for_a_while"),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True, used_on__isnull=True)
                | Q(used_at__isnull=False, used_on__isnull=False),
                name="code_used_on_a_phone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.issued_at:%Y-%m-%d}"


class PhoneAccess(models.Model):
    """Wrong tries of a person, the lock that follows from them, and the password, if one was set."""

    region_code = RegionCodeField()
    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="phone_access")
    password = models.CharField(max_length=128, blank=True)
    password_set_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.person)
