"""The villagers' review (民主评议): who may vote, who has, and a box of counts. No table holds a ballot.

`docs/decisions/0030-secret-ballots.md` says how that is kept secret, and against whom.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yigang.appraisal.enums import Period, Slip, Undecided
from yigang.foundation.models import RegionCodeField, User
from yigang.people.models import Household
from yigang.policy.review import FEWEST
from yigang.policy.rhythms import Rhythm
from yigang.posts.models import Programme
from yigang.tenure.models import Appointment


class Review(models.Model):
    """One village asks its households about the post holders of a programme and a period.

    What the policy said when it was opened is kept, `choices` as `[[word, points of a hundred], …]` from good to bad, and how
    many ballots make it count. A later text does not change a review that runs.
    """

    region_code = RegionCodeField()
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    period = models.CharField(_("rhythm of the review"), max_length=8, choices=Period.choices)
    first = models.DateField(_("first day"), help_text="of the period judged")
    mark = models.CharField(_("mark"), max_length=40, help_text="the policy's name for the review, such as 民主评议")
    choices = models.JSONField()
    asked = ArrayField(models.BigIntegerField(), help_text="the appointments that it is about")
    entitled = models.PositiveIntegerField(_("households entitled"))
    needed = models.PositiveIntegerField(_("ballots needed"))
    opens = models.DateField(_("first day of voting"))
    closes = models.DateField(_("last day of voting"))
    policy_digest = models.CharField(max_length=64)
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(auto_now_add=True)
    voted = models.PositiveIntegerField(_("households that voted"), null=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(_("closed at"), null=True)
    abandoned = models.CharField(_("abandoned because"), max_length=200, blank=True)

    class Meta:
        ordering = ["-first", "region_code"]
        verbose_name = _("village review")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "region_code", "period", "first"], condition=Q(abandoned=""), name="review_once"
            ),
            models.CheckConstraint(condition=Q(closes__gte=F("opens")), name="review_days"),
            models.CheckConstraint(condition=Q(needed__gte=FEWEST, entitled__gte=1), name="review_quorum"),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None, voted=None, abandoned="")
                | Q(closed_at__isnull=False, closed_by__isnull=False, voted__isnull=False),
                name="review_closed_whole",
            ),
        ]
        indexes = [models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="review_region")]

    def __str__(self) -> str:
        last = Rhythm(self.period, "", None).last_of(self.first)
        span = f"{self.first:%Y-%m}" if last.month == self.first.month else f"{self.first:%Y-%m}–{last:%Y-%m}"
        return f"{self.mark} {span}"

    @property
    def decided(self) -> bool:
        """Whether enough households voted for the box to be opened."""
        return self.voted is not None and not self.abandoned and self.voted >= self.needed


class ReviewSlip(models.Model):
    """That a household may vote, and whether it has: by its code, or with a paper. Neither when nor what."""

    region_code = RegionCodeField()
    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="slips")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="+")
    digest = models.BinaryField(null=True, unique=True, help_text="of the code on the slip; none until it is printed")
    state = models.CharField(_("state"), max_length=6, choices=Slip.choices, default=Slip.OPEN)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["review", "household"], name="one_slip_per_household")]

    def __str__(self) -> str:
        return str(self.household_id)


class ReviewBox(models.Model):
    """How many chose a word for a post holder. Every ballot writes all rows of its review anew, so that none shows what was
    added; the serving role cannot read them before enough have voted and the review is closed.
    """

    region_code = RegionCodeField()
    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="box")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    choice = models.PositiveSmallIntegerField(
        help_text="place of the word in the review; the one after the last is none"
    )
    count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["review", "appointment", "choice"], name="box_once")]

    def __str__(self) -> str:
        return f"{self.appointment_id} {self.choice}"


class ReviewPapers(models.Model):
    """The papers of a review as one person counted them; they go into the box when a second one has counted the same."""

    region_code = RegionCodeField()
    review = models.OneToOneField(Review, on_delete=models.PROTECT, related_name="papers")
    ballots = models.PositiveIntegerField(_("papers in the box"))
    counts = models.JSONField(help_text="appointment → how many for each word, and at the end for none")
    counted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    counted_at = models.DateTimeField(auto_now=True)
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ballots__gte=FEWEST), name="papers_not_too_few"),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("counted_by")), name="papers_counted_by_two"
            ),
        ]

    def __str__(self) -> str:
        return str(self.ballots)


class ReviewResult(models.Model):
    """What a closed review says of one post holder. Never changed."""

    region_code = RegionCodeField()
    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="results")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="review_results")
    counts = ArrayField(models.PositiveIntegerField(), null=True, help_text="for each word, and at the end for none")
    value = models.DecimalField(_("points"), max_digits=7, decimal_places=2, null=True, help_text="of a hundred")
    missing = models.CharField(max_length=8, choices=Undecided.choices, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["review", "appointment"], name="review_result_once"),
            models.CheckConstraint(
                condition=Q(value=None, missing__gt="") | Q(value__isnull=False, missing="", counts__isnull=False),
                name="review_result_or_why_not",
            ),
            models.CheckConstraint(
                condition=~Q(missing="quorum") | Q(counts=None), name="no_counts_below_the_quorum"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.value or self.missing)
