"""Appeals (申诉) of post holders against a mark or a result."""

from functools import reduce
from operator import or_

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yigang.appraisal.enums import AppealState
from yigang.appraisal.models.closings import PeriodResult
from yigang.appraisal.models.people import Appraisal, Mark, YearResult
from yigang.appraisal.models.points import PointEntry
from yigang.appraisal.models.reviews import ReviewResult
from yigang.foundation.models import RegionCodeField, User
from yigang.people.models import Person

ABOUT = ("mark", "month", "period", "year", "review", "points")
"""What an appeal may be about: the columns of which one is filled."""
_ONE = [Q(**{f"{name}__isnull": name != kind for name in ABOUT}) for kind in ABOUT]


class Appeal(models.Model):
    """Somebody says, once, that a mark or a result is wrong. Nobody decides who made it (`authors`) or wrote the appeal down."""

    region_code = RegionCodeField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="appeals")
    mark = models.OneToOneField(Mark, on_delete=models.PROTECT, null=True, related_name="appeal")
    month = models.OneToOneField(Appraisal, on_delete=models.PROTECT, null=True, related_name="appeal")
    period = models.OneToOneField(PeriodResult, on_delete=models.PROTECT, null=True, related_name="appeal")
    year = models.OneToOneField(YearResult, on_delete=models.PROTECT, null=True, related_name="appeal")
    review = models.OneToOneField(ReviewResult, on_delete=models.PROTECT, null=True, related_name="appeal")
    points = models.OneToOneField(PointEntry, on_delete=models.PROTECT, null=True, related_name="appeal")
    text = models.CharField(_("what is wrong"), max_length=1_000)
    at = models.DateTimeField(_("said at"))
    record = models.UUIDField(null=True, unique=True, help_text="the signed record of the phone that it came in")
    filed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    authors = ArrayField(models.BigIntegerField(), help_text="accounts that made what it is about")
    due_on = models.DateField(_("to be decided by"))
    state = models.CharField(_("state"), max_length=8, choices=AppealState.choices, default=AppealState.OPEN)
    reason = models.CharField(_("reason of the decision"), max_length=500, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("decided at"), null=True)
    carried_at = models.DateTimeField(null=True, help_text="when what follows was put into the next open month")
    carried = models.CharField(_("what followed"), max_length=200, blank=True)

    class Meta:
        ordering = ["-at"]
        verbose_name = _("appeal")
        constraints = [
            models.CheckConstraint(condition=reduce(or_, _ONE), name="appeal_about_one_thing"),
            models.CheckConstraint(
                condition=Q(filed_by=None, record__isnull=False) | Q(filed_by__isnull=False, record=None),
                name="appeal_came_one_way",
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_by=None, decided_at=None)
                | (Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(state="open") & ~Q(reason="")),
                name="appeal_decided_with_reason",
            ),
            models.CheckConstraint(condition=Q(decided_by=None) | ~Q(decided_by=F("filed_by")) | Q(filed_by=None),
                                   name="appeal_not_decided_by_who_filed"),
            models.CheckConstraint(condition=Q(carried_at=None) | Q(state="upheld"), name="only_upheld_appeals_carry"),
            models.CheckConstraint(condition=~Q(text=""), name="appeal_says_what"),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="appeal_region"),
            models.Index(fields=["person", "-at"], name="appeal_person"),
        ]

    def __str__(self) -> str:
        return self.text[:40]
