"""The week's plan: what everybody may know of it, and what is kept from all but the group until a visit begins."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yigang.foundation.models import RegionCodeField, User
from yigang.oversight.enums import InspectionKind, InspectionState
from yigang.posts.models import Programme


class Plan(models.Model):
    """That a week was drawn, and the digest by which it can be checked. It says neither where nor who.

    `seed` is empty until the week is over; before that it lies encrypted.
    """

    region_code = RegionCodeField()
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="inspection_plans")
    week = models.DateField(_("week from"), help_text="a Monday")
    commitment = models.CharField(_("digest kept before the draw"), max_length=64, unique=True)
    seed_cipher = models.BinaryField()
    seed = models.CharField(_("seed"), max_length=64, blank=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("drawn by"))
    made_at = models.DateTimeField(_("drawn at"), auto_now_add=True)
    revealed_at = models.DateTimeField(_("laid open at"), null=True)

    class Meta:
        ordering = ["-week", "-pk"]
        verbose_name = _("inspection plan")
        constraints = [
            models.UniqueConstraint(fields=["programme", "region_code", "week"], name="plan_once_a_week"),
            models.CheckConstraint(condition=Q(week__iso_week_day=1), name="plan_week_is_a_monday"),
            models.CheckConstraint(
                condition=Q(seed="", revealed_at=None) | (~Q(seed="") & Q(revealed_at__isnull=False)),
                name="plan_seed_is_laid_open",
            ),
        ]
        indexes = [models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="plan_region")]

    def __str__(self) -> str:
        return f"{self.programme} {self.week}"


class Secret(models.Model):
    """A row that the database shows to the accounts in `known_to` only, until `open_at` is set."""

    known_to = ArrayField(models.BigIntegerField(), help_text="accounts that know of it before it is open")
    open_at = models.DateTimeField(_("known to others since"), null=True)

    class Meta:
        abstract = True


class PlanList(Secret):
    """The frozen list that was drawn from, as `draw.text_of` writes it. Open when the week is over."""

    region_code = RegionCodeField()
    plan = models.OneToOneField(Plan, on_delete=models.PROTECT, related_name="list")
    text = models.TextField()

    def __str__(self) -> str:
        return str(self.plan)


class Group(Secret):
    """Who goes together in a week. Open when the week is over."""

    region_code = RegionCodeField()
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="groups")
    number = models.PositiveSmallIntegerField(_("group"))
    members = ArrayField(models.BigIntegerField(), help_text="accounts")

    class Meta:
        ordering = ["plan", "number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="group_once")]

    def __str__(self) -> str:
        return str(self.number)


class Inspection(Secret):
    """One visit of a village. Open when it begins, or when the week is over."""

    region_code = RegionCodeField()
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="inspections")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="inspections")
    number = models.PositiveSmallIntegerField(_("number"), help_text="in the order of the draw")
    kind = models.CharField(_("kind"), max_length=12, choices=InspectionKind.choices)
    state = models.CharField(_("state"), max_length=8, choices=InspectionState.choices, default=InspectionState.PLANNED)

    class Meta:
        ordering = ["plan", "number"]
        verbose_name = _("inspection")
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="inspection_once"),
            models.UniqueConstraint(fields=["plan", "region_code"], name="village_once_a_week"),
            models.CheckConstraint(
                condition=Q(state="planned") | Q(open_at__isnull=False), name="inspection_begun_is_open"
            ),
        ]
        indexes = [models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="inspection_region")]

    def __str__(self) -> str:
        return f"{self.plan.week} {self.number}"
