"""Units that a policy judges by a card of points (百分制考核表): who is bound to them, their points, their rankings."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yigang.foundation.models import RegionCodeField, User
from yigang.people.models import Person
from yigang.posts.models import Programme, ServiceStation
from yigang.tenure.models import SendingUnit, Team


class Unit(models.Model):
    """A village, station, team or sending unit that a card of a programme's policy judges."""

    region_code = RegionCodeField()
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="units")
    card = models.CharField(_("card"), max_length=60, help_text="the policy's name for it, such as 村居百分制考核")
    name = models.CharField(_("name"), max_length=120)
    station = models.ForeignKey(ServiceStation, on_delete=models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+")
    sending_unit = models.ForeignKey(SendingUnit, on_delete=models.PROTECT, null=True, related_name="+")
    active = models.BooleanField(_("judged"), default=True)

    class Meta:
        ordering = ["region_code", "name"]
        verbose_name = _("unit")
        constraints = [
            models.UniqueConstraint(fields=["programme", "card", "region_code", "name"], name="unit_once"),
        ]
        indexes = [models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="unit_region")]

    def __str__(self) -> str:
        return self.name


class BoundMember(models.Model):
    """Somebody whose awards and penalties are those of a unit (捆绑考核), for some days."""

    region_code = RegionCodeField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="bound")
    name = models.CharField(_("name"), max_length=60)
    role = models.CharField(_("role"), max_length=40, help_text="as the policy's card names it")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    starts = models.DateField(_("first day"))
    ends = models.DateField(_("last day"), null=True)

    class Meta:
        ordering = ["role", "name"]
        verbose_name = _("bound person")
        constraints = [
            models.CheckConstraint(condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")), name="bound_days"),
            models.CheckConstraint(condition=~Q(name=""), name="bound_has_name"),
        ]
        indexes = [models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="bound_region")]

    def __str__(self) -> str:
        return f"{self.role} {self.name}"


class UnitPoints(models.Model):
    """Points of one item for a unit and a period of a ranking. The newest of an item counts; all are kept."""

    region_code = RegionCodeField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="points")
    ranking = models.CharField(_("ranking"), max_length=40)
    first = models.DateField(help_text="first day of the period")
    item = models.CharField(_("item"), max_length=60)
    points = models.DecimalField(_("points"), max_digits=6, decimal_places=2)
    reason = models.CharField(_("reason"), max_length=200)
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(points__gte=0), name="unit_points_not_negative"),
            models.CheckConstraint(condition=~Q(reason=""), name="unit_points_have_reason"),
        ]
        indexes = [models.Index(fields=["unit", "ranking", "first", "item", "-id"], name="unit_points_newest")]

    def __str__(self) -> str:
        return f"{self.item} {self.points}"


class OwnTask(models.Model):
    """Whether a bound person did the task of their own in a period. The newest word counts."""

    region_code = RegionCodeField()
    member = models.ForeignKey(BoundMember, on_delete=models.PROTECT, related_name="tasks")
    ranking = models.CharField(max_length=40)
    first = models.DateField()
    done = models.BooleanField(_("done"))
    reason = models.CharField(_("reason"), max_length=200)
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="own_task_has_reason")]

    def __str__(self) -> str:
        return self.reason


class Ranking(models.Model):
    """A closed ranking of the units of a region over a period, by the policy of its last day.

    Its lines and shares are never changed. One that was wrong is taken back with a reason and closed anew.
    """

    region_code = RegionCodeField()
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    card = models.CharField(_("card"), max_length=60)
    name = models.CharField(_("ranking"), max_length=40)
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    policy_digest = models.CharField(max_length=64)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(auto_now_add=True)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(_("taken back at"), null=True)
    withdrawn_why = models.CharField(_("taken back because"), max_length=200, blank=True)

    class Meta:
        ordering = ["-last", "region_code"]
        verbose_name = _("ranking")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "card", "name", "region_code", "first"], condition=Q(withdrawn_at=None),
                name="ranking_once",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_why="")),
                name="ranking_taken_back_why",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="ranking_region")]

    def __str__(self) -> str:
        return f"{self.name} {self.first:%Y-%m}–{self.last:%Y-%m}"


class RankingLine(models.Model):
    """Where a unit stands; one that was left out has no place and says why. `fen`: award, or below 0 penalty."""

    region_code = RegionCodeField()
    ranking = models.ForeignKey(Ranking, on_delete=models.PROTECT, related_name="lines")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="lines")
    score = models.DecimalField(_("score"), max_digits=6, decimal_places=2, null=True)
    place = models.PositiveSmallIntegerField(_("place"), null=True)
    together = models.PositiveSmallIntegerField(default=1)
    fen = models.BigIntegerField(_("amount"), default=0)
    flag = models.CharField(_("flag"), max_length=40, blank=True)
    left_out = models.CharField(_("left out because"), max_length=200, blank=True)

    class Meta:
        ordering = ["place", "region_code"]
        constraints = [
            models.UniqueConstraint(fields=["ranking", "unit"], name="ranking_line_once"),
            models.CheckConstraint(
                condition=Q(place__isnull=False, left_out="") | (Q(place=None, fen=0) & ~Q(left_out="")),
                name="ranking_line_placed_or_left_out",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.unit}"


class RankingShare(models.Model):
    """What a bound person gets of a unit's place, or a department's head of the whole plan (`line` empty)."""

    region_code = RegionCodeField()
    ranking = models.ForeignKey(Ranking, on_delete=models.PROTECT, related_name="shares")
    line = models.ForeignKey(RankingLine, on_delete=models.PROTECT, null=True, related_name="shares")
    member = models.ForeignKey(BoundMember, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(_("name"), max_length=60)
    role = models.CharField(_("role"), max_length=40)
    fen = models.BigIntegerField(_("amount"))
    why = models.CharField(_("because"), max_length=20)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["ranking", "member"], name="ranking_share_once")]

    def __str__(self) -> str:
        return f"{self.role} {self.name}"
