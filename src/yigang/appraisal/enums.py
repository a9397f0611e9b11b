"""Choices about appraisal."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Period(models.TextChoices):
    """The rhythms of appraisal (日考核 月考核 季考核 年总评)."""

    DAY = "day", _("Daily")
    MONTH = "month", _("Monthly")
    QUARTER = "quarter", _("Quarterly")
    YEAR = "year", _("Yearly")


class FindingKind(models.TextChoices):
    ABSENT = "absent", _("Absent without cause")


class PointKind(models.TextChoices):
    """The three kinds of points (正向积分、负面扣分、奖励赋分)."""

    CREDIT = "credit", _("Credit points")
    DEBIT = "debit", _("Debit points")
    AWARD = "award", _("Award points")


class Slip(models.TextChoices):
    """What became of a household's right to vote."""

    OPEN = "open", _("Has not voted")
    VOTED = "voted", _("Voted by its code")
    PAPER = "paper", _("Was given a paper")


class Undecided(models.TextChoices):
    """Why a review says nothing of somebody."""

    QUORUM = "quorum", _("Too few households voted")
    NOBODY = "nobody", _("Nobody chose a word")


class AppealState(models.TextChoices):
    OPEN = "open", _("To be decided")
    UPHELD = "upheld", _("Appeal upheld")
    REJECTED = "rejected", _("Appeal rejected")
