"""The villagers' review: one secret ballot per household, by code or on paper; a quorum; a tally that any order gives."""

import threading
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.appraisal.conftest import make_village, open_for
from tests.appraisal.test_units import refused

from yigang.appraisal import ballots, reviews
from yigang.appraisal.enums import Slip
from yigang.appraisal.models import Mark, Review, ReviewBox, ReviewPapers, ReviewResult, ReviewSlip
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.foundation.models import AuditEntry
from yigang.policy.review import FEWEST, Choice, ReviewRule, value_of

GOOD, FAIR, BAD, NONE = range(4)


@pytest.fixture
def clerk(make_user):
    return make_user(Role.VILLAGE_CLERK, "520403100201")


@pytest.mark.req("Z15", "Z5")
def test_three_of_six_households_vote_and_the_month_gets_its_mark(village, town_officer):
    """Nobody is asked about a member of the own household; whoever cannot say lowers nobody's mean."""
    assert [len(village.ballot(n).holders) for n in (0, 1, 5)] == [1, 2, 1]
    village.vote(0, FAIR)
    village.vote(1, GOOD, BAD)
    village.vote(2, FAIR, NONE)
    for number in (3, 4, 5):
        with refused("runs", 3 if number == 3 else 6 - number):
            reviews.close_review(village.review, actor=town_officer)
        village.vote(number, *[NONE] * len(village.ballot(number).holders))
    closed = reviews.close_review(village.review, actor=town_officer)
    assert (closed.voted, closed.needed, closed.decided) == (6, 3, True)
    first, last = [ReviewResult.objects.get(appointment=held) for held in village.holders]
    assert (first.counts, first.value) == ([1, 1, 0, 3], Decimal("88.75"))
    assert (last.counts, last.value) == ([0, 1, 1, 3], Decimal("38.75"))
    assert set(Mark.objects.values_list("appointment", "name", "value")) == {
        (first.appointment_id, "民主评议", Decimal("17.75")), (last.appointment_id, "民主评议", Decimal("7.75")),
    }  # fmt: skip


@pytest.mark.req("Z15")
def test_a_household_votes_once_by_code_or_on_paper(village, clerk, town_officer):
    """The database says so, also to a ballot that was laid out before."""
    laid_out = village.ballot(1)
    village.vote(1, GOOD, GOOD)
    with refused("used"):
        village.ballot(1)
    with refused("used"):
        ballots.cast(laid_out, {held.pk: BAD for held in laid_out.holders})
    by_code, waiting = village.ballot(2), village.ballot(3)
    households = [slip.household_id for slip in village.review.slips.order_by("pk")]
    with refused("used", 1):
        ballots.hand_out_papers(village.review, households[1:3], actor=clerk)
    assert ballots.hand_out_papers(village.review, households[2:3], actor=clerk) == 1
    with refused("used"):
        ballots.cast(by_code, {held.pk: GOOD for held in by_code.holders})
    with refused("incomplete"):
        ballots.cast(waiting, {village.holders[0].pk: GOOD})
    ballots.print_slips(village.review.slips.filter(household=households[3]), village.review, actor=town_officer)
    with refused("unknown"):
        ballots.cast(waiting, {held.pk: GOOD for held in waiting.holders})
    with pytest.raises(DatabaseError), transaction.atomic():
        ReviewSlip.objects.filter(household=households[1]).update(state=Slip.OPEN)
    with pytest.raises(DatabaseError), transaction.atomic():
        ReviewSlip.objects.filter(household=households[4]).update(state=Slip.VOTED)
    for wrong in ("", "123", village.codes[5][::-1]):
        with refused("unknown"):
            ballots.ballot_of(wrong)


@pytest.mark.req("Z15")
def test_papers_count_by_the_word_of_two_people(village, clerk, town_officer):
    first, last = village.holders
    households = list(village.review.slips.values_list("household", flat=True))
    ballots.hand_out_papers(village.review, households[:4], actor=clerk)
    counts = {first: (3, 0, 0, 1), last: (1, 1, 1, 1)}
    for papers, said, why in ((2, counts, "papers"), (5, counts, "papers"), (3, counts, "does_not_sum")):
        with refused(why):
            ballots.count_papers(village.review, papers, said, actor=clerk)
    with refused("does_not_sum", "户主6"):
        ballots.count_papers(village.review, 4, {first: counts[first]}, actor=clerk)
    ballots.count_papers(village.review, 4, counts, actor=clerk)
    with refused("same_person"):
        ballots.confirm_papers(village.review, 4, counts, actor=clerk)
    other = {first: (2, 1, 0, 1), last: counts[last]}
    fewer = {first: (3, 0, 0, 0), last: (1, 1, 1, 0)}
    for papers, said, why in ((3, fewer, "counts_differ"), (4, other, "counts_differ"), (4, fewer, "does_not_sum")):
        with refused(why):
            ballots.confirm_papers(village.review, papers, said, actor=town_officer)
    with pytest.raises(Refusal, match=first.person.name) as differs:
        ballots.confirm_papers(village.review, 4, other, actor=town_officer)
    assert last.person.name not in str(differs.value), "only whose counts differ is named"
    ballots.confirm_papers(village.review, 4, counts, actor=town_officer)
    with refused("no_papers"):
        ballots.confirm_papers(village.review, 4, counts, actor=town_officer)
    with refused("in_the_box"):
        ballots.count_papers(village.review, 4, counts, actor=clerk)
    for change in ({"ballots": 5}, {"counts": {}}):
        with pytest.raises(DatabaseError), transaction.atomic():
            ReviewPapers.objects.update(**change)
    village.vote(4, GOOD, GOOD)
    village.vote(5, GOOD)
    closed = reviews.close_review(village.review, actor=town_officer)
    assert closed.voted == 6
    assert [one.counts for one in closed.results.all()] == [[5, 0, 0, 1], [2, 1, 1, 1]]


@pytest.mark.req("Z15")
def test_below_the_quorum_nothing_is_laid_open_and_nobody_gets_a_mark(village, clerk, town_officer, make_user):
    village.vote(1, GOOD, GOOD)
    village.vote(2, BAD, BAD)
    assert not ReviewBox.objects.exists(), "who serves sees no box while it is shut"
    ballots.hand_out_papers(
        village.review, village.review.slips.filter(state=Slip.OPEN).values_list("household", flat=True), actor=clerk
    )
    with refused("papers", 4):
        reviews.close_review(village.review, actor=town_officer)
    with pytest.raises(Forbidden):
        reviews.close_review(village.review, actor=clerk)
    with pytest.raises(Forbidden):
        reviews.close_review(village.review, actor=make_user(Role.TOWN_OFFICER, "520403101"))
    closed = reviews.close_review(village.review, actor=town_officer, without_papers=True)
    assert (closed.voted, closed.decided) == (2, False)
    assert {(one.value, one.counts, one.missing) for one in closed.results.all()} == {(None, None, "quorum")}
    assert not Mark.objects.exists()
    assert not ReviewBox.objects.exists()
    for change in (lambda: ReviewBox.objects.update(count=9), lambda: Review.objects.update(voted=6)):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    with refused("shut"):
        reviews.close_review(village.review, actor=town_officer)
    with refused("twice"):
        open_for(village.programme, town_officer)


def test_a_review_that_was_given_up_stays_shut_and_may_be_held_anew(village, town_officer):
    for number in (1, 2, 3):
        village.vote(number, GOOD, GOOD)
    with refused("reason_missing"):
        reviews.abandon_review(village.review, " ", actor=town_officer)
    reviews.abandon_review(village.review, "村民小组合并", actor=town_officer)
    assert not ReviewBox.objects.exists()
    with refused("shut"):
        village.ballot(0)
    assert open_for(village.programme, town_officer).entitled == 6


@pytest.mark.req("Z15")
def test_nothing_kept_joins_a_household_to_what_it_said(village, town_officer):
    """All counts of a review are of one row version, whatever the last ballot chose; no entry and no column says when or what."""
    before = AuditEntry.objects.count()
    for number, choices in ((1, (GOOD, BAD)), (2, (FAIR, NONE)), (3, (BAD, GOOD))):
        village.vote(number, *choices)
    assert AuditEntry.objects.count() == before
    Review.objects.update(voted=3, closed_by=town_officer, closed_at=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT xmin::text), count(*) FROM appraisal_reviewbox")
        assert cursor.fetchone() == (1, 8)
    told = {
        (table, column)
        for table in ("appraisal_reviewslip", "appraisal_reviewbox")
        for column in (one.name for one in connection.introspection.get_table_description(connection.cursor(), table))
    }
    assert told == {
        *(("appraisal_reviewslip", name) for name in ("id", "region_code", "review_id", "household_id", "digest", "state")),
        *(("appraisal_reviewbox", name) for name in ("id", "region_code", "review_id", "appointment_id", "choice", "count")),
    }  # fmt: skip


@pytest.mark.req("Z15")
def test_one_code_on_two_connections_is_one_ballot(committed_db, asking_policy, make_user):
    village = make_village(asking_policy, make_user(Role.TOWN_OFFICER, "520403100"), households=3)
    ballot, outcomes, together = village.ballot(1), [], threading.Barrier(2)

    def send() -> None:
        together.wait()
        try:
            ballots.cast(ballot, {held.pk: GOOD for held in ballot.holders})
            outcomes.append("taken")
        except ValueError as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["taken", "used"]


COUNTS = st.lists(st.integers(0, 300), min_size=4, max_size=4)
POINTS = [Decimal(100), Decimal("77.5"), Decimal(0)]


@given(COUNTS, COUNTS)
@pytest.mark.req("Z15")
def test_a_value_lies_between_the_words_and_counts_add_up(one, other):
    """Ballots may come in any order and in any heaps: the box only adds. No value where nobody chose a word."""
    both = [a + b for a, b in zip(one, other, strict=True)]
    value = value_of(POINTS, both)
    assert (value is None) == (sum(both[:3]) == 0)
    if value is not None:
        assert POINTS[-1] <= value <= POINTS[0]
        assert value == value_of(POINTS, [count * 7 for count in both[:3]] + [0]), "who cannot say changes nothing"


@given(st.integers(1, 5000), st.fractions(0, 1).filter(bool))
def test_a_quorum_is_a_share_and_never_so_few_that_a_count_tells_who(entitled, share):
    rule = ReviewRule("民主评议", (Choice("好", Decimal(20)), Choice("差", Decimal(0))), share, 7, "")
    needed = rule.ballots_needed(entitled)
    assert needed >= max(FEWEST, share * entitled)
    assert needed == FEWEST or needed - 1 < share * entitled
