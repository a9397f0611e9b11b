"""Verbs about a villagers' review as a whole: opened for a village and a period, closed with its tally, or abandoned."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.appraisal import queries
from yigang.appraisal.access import RUN_REVIEW
from yigang.appraisal.ballots import refuse_over
from yigang.appraisal.domain import GivenMark, give_marks
from yigang.appraisal.enums import Period, Slip, Undecided
from yigang.appraisal.models import Review, ReviewBox, ReviewResult, ReviewSlip
from yigang.foundation import audit
from yigang.foundation.access import require
from yigang.foundation.arrays import Bigints
from yigang.foundation.errors import Refusal
from yigang.foundation.locks import hold
from yigang.foundation.models import User
from yigang.foundation.statements import run
from yigang.people.models import Household, Person
from yigang.policy.model import Mark as MarkRule
from yigang.policy.review import FEWEST, ReviewRule, part_of, review_rule, value_of
from yigang.policy.rhythms import party_word
from yigang.posts.models import Programme
from yigang.posts.rules import policy_file, policy_from, text_on
from yigang.tenure.models import Appointment

MONTHS = {Period.MONTH: 1, Period.QUARTER: 3, Period.YEAR: 12}
"""The rhythms in which a village can be asked."""
PARTY = "review"
"""Whose mark it is, as policies write it."""
EMPTY_BOX = """
INSERT INTO appraisal_reviewbox (region_code, review_id, appointment_id, choice, count)
SELECT %s, %s, appointment, choice, 0 FROM unnest(%s::bigint[]) AS appointment, generate_series(0, %s) AS choice
"""


@dataclass(frozen=True)
class Asked:
    """What a review is to be about: a village, a programme, a period, and the days of voting."""

    programme: Programme
    village: str
    period: Period
    first: date
    opens: date
    closes: date

    @property
    def last(self) -> date:
        month = self.first.year * 12 + self.first.month - 1 + MONTHS[self.period]
        return date(month // 12, month % 12 + 1, 1) - timedelta(days=1)


def rule_for(programme: Programme, day: date) -> tuple[ReviewRule, str]:
    """What the text in force on a day says of villagers' reviews, and its digest."""
    version = text_on(policy_from(policy_file(programme.policy_code)), day)
    rule = review_rule(version.text)
    if rule is None:
        raise Refusal(
            _("The policy of %(programme)s asks no village for a review on %(day)s."), {"programme": programme, "day": day},
            code="no_review", field="programme",
        )  # fmt: skip
    return rule, version.digest


@transaction.atomic
def open_review(asked: Asked, *, actor: User) -> Review:
    """Ask a village: everybody who held a post there in the period, one slip for each of its households."""
    require(actor, RUN_REVIEW, asked.village)
    rule, digest = rule_for(asked.programme, asked.first)
    _refuse_days(asked)
    holders, households = _holders(asked), _households(asked.village)
    if not holders or not households:
        raise Refusal(
            _("There are %(holders)d people in posts and %(households)d households there in this period; both are needed."),
            {"holders": len(holders), "households": len(households)}, code="nobody", field="village",
        )  # fmt: skip
    review = Review.objects.create(
        region_code=asked.village, programme=asked.programme, period=asked.period, first=asked.first, mark=rule.mark,
        choices=[[choice.name, str(choice.points)] for choice in rule.choices], asked=holders, entitled=len(households),
        needed=rule.ballots_needed(len(households)), opens=asked.opens, closes=asked.closes, policy_digest=digest,
        opened_by=actor,
    )  # fmt: skip
    ReviewSlip.objects.bulk_create(
        (ReviewSlip(region_code=asked.village, review=review, household_id=each) for each in households),
        batch_size=1_000,
    )
    run(EMPTY_BOX, [asked.village, review.pk, Bigints(holders), len(rule.choices)])
    after = audit.snapshot(review, ["programme_id", "period", "first", "opens", "closes", "entitled", "needed"])
    audit.record("appraisal.open_review", review, actor=actor, after=after)
    return review


def _refuse_days(asked: Asked) -> None:
    if asked.period not in MONTHS or asked.first.day != 1 or (asked.first.month - 1) % MONTHS[asked.period]:
        raise Refusal(_("No such period begins on %(day)s."), {"day": asked.first}, code="period", field="first")
    if asked.closes < asked.opens or asked.closes < timezone.localdate():
        raise Refusal(
            _("The last day of voting must not lie before the first, nor in the past."), code="dates", field="closes"
        )
    running = Review.objects.filter(
        programme=asked.programme, region_code=asked.village, period=asked.period, first=asked.first, abandoned=""
    ).first()
    if running is not None:
        raise Refusal(
            _("%(review)s was opened for this village before."), {"review": running}, code="twice", field="first"
        )


def _holders(asked: Asked) -> list[int]:
    """Who held a post of the programme in the village on a day of the period, and is alive."""
    held = Appointment.objects.filter(
        Q(ends=None) | Q(ends__gte=asked.first), programme=asked.programme, region_code=asked.village,
        starts__lte=asked.last, person__died_on=None,
    )  # fmt: skip
    return list(held.order_by("pk").values_list("pk", flat=True))


def _households(village: str) -> list[int]:
    """Households of the village with somebody alive."""
    alive = Person.objects.filter(household=OuterRef("pk"), died_on=None)
    return list(
        Household.objects.filter(Exists(alive), region_code=village).order_by("pk").values_list("pk", flat=True)
    )


@transaction.atomic
def close_review(review: Review, *, actor: User, without_papers: bool = False) -> Review:
    """End the voting and count. With enough ballots the box is opened and its result kept and handed to the period's marks;
    with too few it stays shut, and the result is undetermined.

    `without_papers` says that fewer papers came back than are counted.
    """
    require(actor, RUN_REVIEW, review.region_code)
    review = hold(Review.objects.filter(pk=review.pk)).select_related("programme").get()
    refuse_over(review)
    _refuse_early(review)
    _close(review, actor, _papers_in_the_box(review, without_papers=without_papers))
    results = _results(review)
    ReviewResult.objects.bulk_create(results)
    _hand_on(review, results, actor)
    after = {
        "voted": review.voted,
        "needed": review.needed,
        "determined": sum(one.value is not None for one in results),
    }
    audit.record("appraisal.close_review", review, actor=actor, after=after)
    return review


@transaction.atomic
def abandon_review(review: Review, reason: str, *, actor: User) -> Review:
    """Give a review up, for a reason; its box stays shut for ever, and the village may be asked anew."""
    require(actor, RUN_REVIEW, review.region_code)
    review = hold(Review.objects.filter(pk=review.pk)).get()
    refuse_over(review)
    if not reason.strip():
        raise Refusal(_("Say why the review is given up."), code="reason_missing", field="reason")
    review.abandoned = reason.strip()[:200]
    _close(review, actor, _counted_papers(review))
    audit.record("appraisal.abandon_review", review, actor=actor, after={"reason": review.abandoned})
    return review


def _refuse_early(review: Review) -> None:
    waiting = review.slips.filter(state=Slip.OPEN).count()
    if timezone.localdate() <= review.closes and waiting:
        raise Refusal(
            _("%(count)d households may vote until %(day)s."), {"count": waiting, "day": review.closes}, code="runs",
            remedy=_("Close the review on the day after."),
        )  # fmt: skip


def _papers_in_the_box(review: Review, *, without_papers: bool) -> int:
    handed, counted = review.slips.filter(state=Slip.PAPER).count(), _counted_papers(review)
    if handed and not counted and not (without_papers or handed < FEWEST):
        raise Refusal(
            _("%(count)d papers were handed out and are not counted by two people yet."), {"count": handed}, code="papers",
            remedy=_("Enter the count and have it confirmed, or say that fewer than %(least)d came back.") % {"least": FEWEST},
        )  # fmt: skip
    return counted


def _counted_papers(review: Review) -> int:
    papers = getattr(review, "papers", None)
    return papers.ballots if papers is not None and papers.confirmed_by_id else 0


def _close(review: Review, actor: User, papers: int) -> None:
    review.voted = review.slips.filter(state=Slip.VOTED).count() + papers
    review.closed_by, review.closed_at = actor, timezone.now()
    review.save(update_fields=["voted", "closed_by", "closed_at", "abandoned"])


def _results(review: Review) -> list[ReviewResult]:
    """One for each post holder; what the box holds of him, where it may be opened."""
    box: dict[int, list[int]] = defaultdict(list)
    for held, count in (
        ReviewBox.objects.filter(review=review).order_by("choice").values_list("appointment_id", "count")
    ):
        box[held].append(count)
    return [_result(review, held, box.get(held)) for held in review.asked]


def _result(review: Review, held: int, counts: list[int] | None) -> ReviewResult:
    value = None if counts is None else value_of([Decimal(points) for _name, points in review.choices], counts)
    missing = Undecided.QUORUM if counts is None else "" if value is not None else Undecided.NOBODY
    return ReviewResult(
        region_code=review.region_code, review=review, appointment_id=held, counts=counts, value=value, missing=missing
    )


def mark_asked(review: Review) -> str:
    """The policy's name of the mark that this review gives; empty when the policy asks the villagers for none."""
    asked = _rule(review)
    return asked.name if asked else ""


def _rule(review: Review) -> MarkRule | None:
    rules = queries.mark_rules(review.programme, review.first, review.period).values()
    return next((rule for rule in rules if party_word(rule.mark) == party_word(PARTY)), None)


def _hand_on(review: Review, results: list[ReviewResult], actor: User) -> None:
    """Give the mark that the policy asks of the villagers for this period; whoever is undetermined gets none."""
    asked = _rule(review)
    if asked is None:
        return
    held = Appointment.objects.in_bulk([one.appointment_id for one in results])
    most = Decimal(asked.most.numerator) / asked.most.denominator
    reason = _now("%(review)s: %(voted)d of %(entitled)d households voted") % {
        "review": review, "voted": review.voted, "entitled": review.entitled,
    }  # fmt: skip
    given = [
        GivenMark(held[one.appointment_id], asked.name, part_of(one.value, most), reason)
        for one in results if one.value is not None
    ]  # fmt: skip
    if given:
        give_marks(review.programme, review.first, given, actor=actor, rhythm=review.period)
