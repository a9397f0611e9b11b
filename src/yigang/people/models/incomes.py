"""What a household lives on (家庭收入台账): figures of a year, the line they are held against, and the plan to get above it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yigang.foundation.models import RegionCodeField, User

KINDS = ("wage_fen", "business_fen", "property_fen", "transfer_fen", "cost_fen")
"""The figures that a year needs; pay from a post is no part of them, it is known from what was paid."""


class IncomeYear(models.Model):
    """A household's figures of a calendar year, in fen. Null is what nobody has said; zero is a figure."""

    region_code = RegionCodeField()
    household = models.ForeignKey("people.Household", on_delete=models.CASCADE, related_name="incomes")
    year = models.PositiveSmallIntegerField(_("year of the figures"))
    wage_fen = models.BigIntegerField(_("wages without the post"), null=True)
    business_fen = models.BigIntegerField(_("farming and business"), null=True)
    property_fen = models.BigIntegerField(_("property"), null=True)
    transfer_fen = models.BigIntegerField(_("transfers"), null=True)
    cost_fen = models.BigIntegerField(_("costs of farming and business"), null=True)
    source = models.CharField(_("source"), max_length=120, blank=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-year"]
        verbose_name = _("income of a household")
        constraints = [
            models.UniqueConstraint(fields=["household", "year"], name="income_year_once"),
            models.CheckConstraint(condition=Q(year__gte=2000, year__lte=2100), name="income_year_is_a_year"),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{kind}__isnull": True}) | Q(**{f"{kind}__gte": 0}), name=f"{kind}_not_negative"
                )
                for kind in KINDS
            ),
        ]

    def __str__(self) -> str:
        return f"{self.household} {self.year}"


class WarningLine(models.Model):
    """The line of a year (监测线): net income per head below it is looked into. Set by the county, from a document."""

    region_code = RegionCodeField()
    year = models.PositiveSmallIntegerField(_("year of the figures"))
    per_head_fen = models.BigIntegerField(_("warning line per head"))
    source = models.CharField(_("source"), max_length=120)
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-year"]
        verbose_name = _("warning line")
        constraints = [
            models.UniqueConstraint(fields=["region_code", "year"], name="warning_line_once"),
            models.CheckConstraint(condition=Q(per_head_fen__gt=0), name="warning_line_positive"),
            models.CheckConstraint(condition=~Q(source=""), name="warning_line_has_a_source"),
        ]

    def __str__(self) -> str:
        return str(self.year)


class ReliefPlan(models.Model):
    """How a household gets out of poverty: what is done, who answers for it, until when. One is open at a time."""

    region_code = RegionCodeField()
    household = models.ForeignKey("people.Household", on_delete=models.PROTECT, related_name="plans")
    measures = models.CharField(_("what is done"), max_length=500)
    owner = models.CharField(_("who answers for it"), max_length=60)
    due_on = models.DateField(_("until"))
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    done_on = models.DateField(_("finished on"), null=True)
    result = models.CharField(_("what came of it"), max_length=200, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("plan to leave poverty")
        constraints = [
            models.UniqueConstraint(fields=["household"], condition=Q(done_on=None), name="one_open_plan"),
            models.CheckConstraint(condition=~Q(measures="") & ~Q(owner=""), name="plan_says_what_and_who"),
            models.CheckConstraint(condition=Q(done_on__isnull=True) | ~Q(result=""), name="finished_with_a_result"),
        ]

    def __str__(self) -> str:
        return self.measures
