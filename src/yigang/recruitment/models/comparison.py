"""Registers that offices hand in for comparison, and what comparing a round with them has found."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yigang.foundation.models import RegionCodeField, StoredFile, User
from yigang.recruitment.comparison.enums import HitEffect, HitState


class ComparisonRegister(models.Model):
    """A register as an office handed it in, true on one day. Its rows can be forgotten; what it was stays on file."""

    region_code = RegionCodeField()
    kind = models.CharField(_("register"), max_length=30)
    as_of = models.DateField(_("as of"))
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    digest = models.CharField(max_length=64, help_text="of the rows, whatever their order and the file's form")
    rows = models.PositiveIntegerField(_("rows"))
    faulty = models.PositiveIntegerField(_("rows without a usable number"), default=0)
    doubled = models.PositiveIntegerField(_("numbers of several people"), default=0)
    loaded_at = models.DateTimeField(_("handed in"), auto_now_add=True)
    loaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["kind", "-as_of", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["region_code", "kind", "digest"], condition=Q(forgotten_at__isnull=True), name="register_once"
            ),
        ]
        indexes = [models.Index(fields=["kind", "-as_of"], name="register_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.as_of}"


class ComparisonRow(models.Model):
    """One line of a register. The identity number lies encrypted, and as a keyed index when it is whole."""

    region_code = RegionCodeField()
    register = models.ForeignKey(ComparisonRegister, on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField(help_text="as the table program numbers it")
    identity_index = models.BinaryField(null=True)
    identity_cipher = models.BinaryField(null=True)
    faulty_cipher = models.BinaryField(
        null=True, help_text="a number that cannot be right, as it was written; encrypted"
    )
    fault = models.CharField(
        max_length=12, blank=True, help_text="what is wrong with the number; empty when it is whole"
    )
    name = models.CharField(_("name"), max_length=60)
    birth = models.DateField(_("date of birth"), null=True)
    lives = models.CharField(max_length=12, blank=True, help_text="region code of the row, as long as it is known")
    born = models.CharField(max_length=6, blank=True, help_text="region with which the number begins")
    card_index = models.BinaryField(null=True)
    card_cipher = models.BinaryField(null=True)
    detail = models.CharField(_("details"), max_length=300, blank=True)

    class Meta:
        ordering = ["register", "number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(identity_index__isnull=True) | Q(identity_cipher__isnull=False, fault=""),
                name="only_a_whole_number_is_indexed",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Comparison(models.Model):
    """A round compared with the registers of one moment, each by its day and digest."""

    region_code = RegionCodeField()
    round = models.ForeignKey("recruitment.Round", on_delete=models.PROTECT, related_name="comparisons")
    day = models.DateField(_("compared on"))
    registers = models.JSONField(
        help_text="kind, register, as_of, digest, rows, days old; kinds without a register too"
    )
    applicants = models.PositiveIntegerField(_("applicants"))
    found = models.PositiveIntegerField(_("hits"))
    fresh = models.PositiveIntegerField(_("new hits"))
    digest = models.CharField(max_length=64, help_text="of what was compared and what was found")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("compared"), auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["round", "-id"], name="comparison_of_round")]

    def __str__(self) -> str:
        return f"{self.round} {self.day}"


class ComparisonHit(models.Model):
    """Somebody in a register who is, or may be, an applicant (or lives with one). A question until a person decides."""

    region_code = RegionCodeField()
    application = models.ForeignKey("recruitment.Application", on_delete=models.PROTECT, related_name="hits")
    kind = models.CharField(_("register"), max_length=30)
    kind_name = models.CharField(max_length=60)
    means = models.CharField(max_length=120)
    effect = models.CharField(_("effect"), max_length=6, choices=HitEffect.choices)
    exact = models.BooleanField(_("by number"))
    likeness = models.DecimalField(_("likeness"), max_digits=4, decimal_places=3)
    parts = models.JSONField(default=dict, help_text="how name, birth date, place and number agree")
    via = models.CharField(_("through"), max_length=60, blank=True, help_text="the household member who was found")
    seen = models.JSONField(default=dict, help_text="what the register says, masked")
    register = models.ForeignKey(ComparisonRegister, on_delete=models.PROTECT, null=True, related_name="hits")
    row_id = models.BigIntegerField(null=True, help_text="the register's line; it may be deleted meanwhile")
    fingerprint = models.CharField(max_length=64)
    first_in = models.ForeignKey(Comparison, on_delete=models.PROTECT, related_name="new_hits")
    last_in = models.ForeignKey(Comparison, on_delete=models.PROTECT, related_name="hits")
    gone = models.BooleanField(default=False, help_text="not found any more when the round was compared last")
    state = models.CharField(_("state"), max_length=10, choices=HitState.choices, default=HitState.OPEN)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("decided"), null=True)

    class Meta:
        ordering = ["application", "-exact", "-likeness", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["application", "fingerprint"], name="hit_once"),
            models.CheckConstraint(
                condition=Q(state=HitState.OPEN)
                | (Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(reason="")),
                name="a_hit_is_decided_by_somebody",
            ),
            models.CheckConstraint(condition=Q(likeness__gte=0, likeness__lte=1), name="likeness_from_0_to_1"),
            models.CheckConstraint(condition=Q(exact=True) | Q(likeness__lt=1), name="only_a_number_is_certain"),
        ]
        indexes = [
            models.Index(fields=["state", "-likeness", "id"], name="hit_state"),
            models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="hit_region"),
        ]

    def __str__(self) -> str:
        return f"{self.kind_name} {self.application}"
