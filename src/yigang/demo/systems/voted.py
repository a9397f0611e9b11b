"""Villagers' reviews: one that is counted and gives a month its mark, and one in which households are voting now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.utils import timezone

from yigang.appraisal import ballots, reviews
from yigang.appraisal.enums import Period
from yigang.appraisal.models import Review
from yigang.appraisal.reviews import Asked
from yigang.demo.bring import Staff, acting
from yigang.foundation.models import User
from yigang.posts.models import Programme

HANDED, BACK = 4, 3
"""Papers given to households that do not vote by telephone, and those that came back."""
WORDS = (0, 0, 1, 0, 2, 1, 0, 4)
"""What households choose one after the other, as places among the words; the last is “cannot say”."""
ON_PAPER = (BACK - 1, 1, 0, 0, 0)
"""What the papers say of everybody: how many for each word, and for none."""


def count(programme: Programme, month: date, staff: Staff) -> Review:
    """The first village about a month: some vote by code, some on papers that the clerk counts and the town counts again."""
    officer, clerk = staff.officer_of(programme.region_code), staff.clerk_of(programme.region_code[:9])
    review, codes = _open(programme, 0, Period.MONTH, month, officer)
    with acting(clerk):
        papers = [slip.household_id for slip in review.slips.order_by("household__number")[:HANDED]]
        ballots.hand_out_papers(review, papers, actor=clerk)
        counts = dict.fromkeys(ballots.candidates(review), ON_PAPER)
        ballots.count_papers(review, BACK, counts, actor=clerk)
    _vote(codes[HANDED:])
    with acting(officer):
        ballots.confirm_papers(review, BACK, counts, actor=officer)
        return reviews.close_review(review, actor=officer)


def begin(programme: Programme, month: date, staff: Staff) -> Review:
    """The second village about the year of that month: every slip is printed, and less than half of the households have voted."""
    review, codes = _open(programme, 1, Period.YEAR, month.replace(month=1), staff.officer_of(programme.region_code))
    _vote(codes[: (len(codes) - 1) // 2])
    return review


def _open(
    programme: Programme, place: int, period: Period, first: date, officer: User
) -> tuple[Review, list[str]]:  # fmt: skip
    """A review from today on for as many days as the policy gives, with the codes on its slips in the order of the households."""
    today = timezone.localdate()
    with acting(officer):
        village = sorted(set(programme.appointments.values_list("region_code", flat=True)))[place]
        last = today + timedelta(days=reviews.rule_for(programme, first)[0].days - 1)
        review = reviews.open_review(Asked(programme, village, period, first, today, last), actor=officer)
        printed = ballots.print_slips(review.slips.all(), review, actor=officer)
    return review, [code for _slip, code in printed]


def _vote(codes: Iterable[str]) -> None:
    """Each household by its own code, signed in as nobody."""
    for household, code in enumerate(codes):
        ballot = ballots.ballot_of(code)
        words = {held.pk: WORDS[(3 * household + place) % len(WORDS)] for place, held in enumerate(ballot.holders)}
        ballots.cast(ballot, words)
