"""Village-stationed teams and the units that send them."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yigang.foundation.models import RegionCodeField
from yigang.people.models import Person
from yigang.posts.models import Programme
from yigang.tenure.models.appointment import Appointment


class SendingUnit(models.Model):
    """An office or company that sends people into villages."""

    region_code = RegionCodeField()
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=40, blank=True)
    contact = models.CharField(_("contact"), max_length=60, blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("sending unit")
        constraints = [models.UniqueConstraint(fields=["region_code", "name"], name="sending_unit_once")]

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    """A team in a village (`region_code`), sent by a unit, for as long as it is there."""

    region_code = RegionCodeField()
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="teams")
    name = models.CharField(_("name"), max_length=120)
    unit = models.ForeignKey(
        SendingUnit, on_delete=models.PROTECT, related_name="teams", verbose_name=_("sending unit")
    )
    starts = models.DateField(_("first day"))
    ends = models.DateField(_("last day"), null=True)
    ended_why = models.CharField(_("ended because"), max_length=200, blank=True)

    class Meta:
        ordering = ["region_code", "name"]
        verbose_name = _("team")
        constraints = [
            models.UniqueConstraint(fields=["programme", "region_code", "name"], name="team_once"),
            models.CheckConstraint(condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")), name="team_days"),
        ]
        indexes = [
            models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="team_region"),
            GinIndex(fields=["name"], opclasses=["gin_trgm_ops"], name="team_name_trigram"),
        ]

    def __str__(self) -> str:
        return self.name


class TeamMember(models.Model):
    """A post holder in a team for some days; one team at a time, one leader at a time."""

    region_code = RegionCodeField()
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="members")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    leader = models.BooleanField(_("leader"), default=False)
    starts = models.DateField(_("first day"))
    ends = models.DateField(_("last day"), null=True)
    days = models.GeneratedField(
        expression=models.Func(F("starts"), F("ends"), models.Value("[]"), function="daterange"),
        output_field=DateRangeField(),
        db_persist=True,
    )

    class Meta:
        ordering = ["-leader", "starts"]
        verbose_name = _("team member")
        constraints = [
            models.CheckConstraint(condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")), name="member_days"),
            ExclusionConstraint(
                name="one_team_at_a_time",
                expressions=[("person", RangeOperators.EQUAL), ("days", RangeOperators.OVERLAPS)],
            ),
            ExclusionConstraint(
                name="one_leader_at_a_time",
                expressions=[("team", RangeOperators.EQUAL), ("days", RangeOperators.OVERLAPS)],
                condition=Q(leader=True),
            ),
        ]
        indexes = [models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="member_region")]

    def __str__(self) -> str:
        return f"{self.person}"
