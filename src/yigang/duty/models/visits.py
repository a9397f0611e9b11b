"""Helpers paired with households (结对帮扶), and the visits they make."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yigang.foundation.models import RegionCodeField, User
from yigang.people.models import Household, Person
from yigang.posts.models import Programme


class Pairing(models.Model):
    """A helper (a post holder, or an official by name and office) answers for a household from a day on.

    `due_on` is the deadline of the next visit that the programme's policy asks for; it moves when a visit is made.
    """

    region_code = RegionCodeField()
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="pairings")
    helper = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="pairings")
    official = models.CharField(_("official"), max_length=60, blank=True)
    office = models.CharField(_("office"), max_length=120, blank=True)
    starts = models.DateField(_("since"))
    ends = models.DateField(_("until"), null=True)
    end_reason = models.CharField(_("why it ended"), max_length=200, blank=True)
    due_on = models.DateField(_("next visit by"), null=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("pairing")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "household"], condition=Q(ends=None), name="one_helper_per_household"
            ),
            models.CheckConstraint(
                condition=Q(helper__isnull=False, official="") | (Q(helper__isnull=True) & ~Q(official="")),
                name="a_post_holder_or_an_official",
            ),
            models.CheckConstraint(condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")), name="pairing_days"),
        ]
        indexes = [
            models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="pairing_region"),
            models.Index(fields=["due_on"], condition=Q(ends=None), name="pairing_due"),
            models.Index(fields=["helper"], condition=Q(ends=None), name="pairing_helper"),
        ]

    def __str__(self) -> str:
        return f"{self.helper_name} – {self.household}"

    @property
    def helper_name(self) -> str:
        return self.helper.name if self.helper else self.official


class Visit(models.Model):
    """Somebody was with a household on a day. It stays when it is taken back. Without `pairing` it is due to nobody."""

    region_code = RegionCodeField()
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="visits")
    pairing = models.ForeignKey(Pairing, on_delete=models.PROTECT, null=True, related_name="visits")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="visits_made")
    day = models.DateField(_("day"))
    text = models.TextField(_("what was talked about"))
    given_fen = models.BigIntegerField(_("given"), default=0)
    latitude = models.FloatField(null=True, help_text="WGS-84 degrees")
    longitude = models.FloatField(null=True, help_text="WGS-84 degrees")
    media = ArrayField(models.CharField(max_length=64), default=list, help_text="sha256 of photos; they may come later")
    record = models.UUIDField(null=True, unique=True)
    entered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", help_text="null: the person, by phone"
    )
    entered_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-day", "-pk"]
        verbose_name = _("visit")
        constraints = [
            models.CheckConstraint(condition=Q(given_fen__gte=0), name="given_not_negative"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawn_reason=""), name="visit_withdrawn_with_a_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="visit_region"),
            models.Index(fields=["pairing", "day"], name="visit_of_pairing"),
            models.Index(fields=["household", "day"], name="visit_of_household"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.household}"
