"""Households with the causes of their poverty, and where villages lie."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yigang.foundation.geo import DegreeField, on_the_map
from yigang.foundation.models import RegionCodeField, User
from yigang.people.enums import (
    PoorKind,
    PovertyCause,
)


class Household(models.Model):
    """People registered together. The unit of poverty measures and of the rule “one post per household”."""

    region_code = RegionCodeField()
    number = models.CharField(_("household number"), max_length=40)
    address = models.CharField(_("address"), max_length=200, blank=True)
    poor_kind = models.CharField(
        _("register of the poor"), max_length=12, choices=PoorKind.choices, default=PoorKind.NONE
    )
    income_fen = models.BigIntegerField(_("income of last year"), null=True)
    longitude = DegreeField(_("longitude"))
    latitude = DegreeField(_("latitude"))

    class Meta:
        constraints = [
            *on_the_map("household"),
            models.UniqueConstraint(fields=["region_code", "number"], name="household_once"),
            models.CheckConstraint(
                condition=Q(income_fen__isnull=True) | Q(income_fen__gte=0), name="household_income_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class HouseholdSize(models.Model):
    """How many belong to a household, dead ones too, and the years in which they died, in order.

    Kept by the database whenever a person comes, moves, dies or is taken out, so that a county's households are counted
    by one join. `width_bucket(year, deaths)` is how many of them had died by the end of a year.
    """

    household = models.OneToOneField(
        Household, on_delete=models.DO_NOTHING, primary_key=True, related_name="size", db_constraint=False
    )
    region_code = RegionCodeField()
    members = models.IntegerField()
    deaths = ArrayField(models.IntegerField(), default=list)

    def __str__(self) -> str:
        return str(self.members)


class VillageCentre(models.Model):
    """Where a village lies, as one point: what distances are counted from while no nearer point is on file."""

    region_code = RegionCodeField(unique=True)
    longitude = DegreeField(_("longitude"))
    latitude = DegreeField(_("latitude"))
    source = models.CharField(_("source"), max_length=120, blank=True)
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["region_code"]
        constraints = [
            *on_the_map("village"),
            models.CheckConstraint(
                condition=Q(longitude__isnull=False, latitude__isnull=False), name="a_centre_is_a_point"
            ),
        ]

    def __str__(self) -> str:
        return str(self.region_code)


class HouseholdCause(models.Model):
    """A cause of poverty; one is the main one, others are secondary."""

    region_code = RegionCodeField()
    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="causes")
    cause = models.CharField(max_length=12, choices=PovertyCause.choices)
    text = models.CharField(max_length=40, help_text="as the source wrote it")
    main = models.BooleanField(default=False)

    class Meta:
        ordering = ["-main", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["household"], condition=Q(main=True), name="one_main_cause"),
            models.UniqueConstraint(fields=["household", "cause"], name="cause_once"),
        ]

    def __str__(self) -> str:
        return self.text
