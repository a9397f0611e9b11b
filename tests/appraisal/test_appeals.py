"""Appeals against points, closed quarters and villagers' reviews: once, in time, about one's own, decided by somebody else."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from tests.appraisal.conftest import open_for
from tests.appraisal.test_points import seal
from tests.appraisal.test_units import refused
from tests.appraisal.year_world import QUARTER, YearWorld
from tests.payment.world import AUGUST, JULY, TOWN, VILLAGE, World

from yigang.appraisal import appealable, appeals, ballots, closings, queries, reviews
from yigang.appraisal.models import Appeal, Mark, PointEntry, ReviewResult
from yigang.appraisal.phone_appeals import AppealBody
from yigang.appraisal.phone_appeals import appeals as from_phone
from yigang.appraisal.points import Given, give_points, take_back_points
from yigang.duty.domain.projections import Accepted
from yigang.foundation import calendar
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden
from yigang.foundation.models import AuditEntry
from yigang.payment.settlement.appealed import carry_appeal

pytestmark = pytest.mark.req("Z11")
WRONG, TRUE = "投诉的那天我在请假。", "请假记录属实"
TENTH = date(2020, 7, 10)


def upheld(appeal: Appeal, actor, points=None) -> Appeal:
    return appeals.decide_appeal(appeal, upheld=True, reason=TRUE, points=points, actor=actor)


@pytest.fixture
def clerk(make_user):
    return make_user(Role.VILLAGE_CLERK, VILLAGE)


class TestPoints:
    @pytest.fixture
    def world(self, town_officer) -> World:
        return World(town_officer)

    @pytest.fixture
    def ranger(self, world):
        return world.hire("王大山")

    @pytest.fixture
    def fine(self, ranger, town_officer) -> PointEntry:
        return give_points(Given(ranger, "complaint", Decimal(2), "群众投诉", TENTH), actor=town_officer)

    def test_an_upheld_appeal_takes_the_points_back(self, ranger, fine, clerk, town_officer, county_manager):
        appeal = appeals.file_appeal(fine, WRONG, actor=clerk)
        assert (appeal.person, appeal.authors, appeal.state) == (ranger.person, [town_officer.pk], "open")
        with refused("own_work"):
            upheld(appeal, town_officer)
        with pytest.raises(DatabaseError), transaction.atomic():
            Appeal.objects.update(state="upheld", reason=TRUE, decided_by=town_officer, decided_at=timezone.now())
        upheld(appeal, county_manager)
        back = PointEntry.objects.get(reverses=fine)
        assert (back.points, back.month, back.reason, back.given_by) == (2, JULY, TRUE, county_manager)
        assert queries.sums_of(ranger.person, 2020).total == 0
        assert carry_appeal(appeal, actor=county_manager) == str(Appeal.objects.get().carried)
        verbs = AuditEntry.objects.order_by("pk").values_list("verb", flat=True)
        assert list(verbs)[-3:] == [
            "appraisal.take_back_points", "appraisal.decide_appeal", "appraisal.carry_appeal"
        ]  # fmt: skip

    def test_of_a_sealed_month_they_count_in_the_next(self, ranger, fine, clerk, county_manager):
        seal(ranger)
        upheld(appeals.file_appeal(fine, WRONG, actor=clerk), county_manager)
        assert PointEntry.objects.get(reverses=fine).month == AUGUST

    def test_a_rejected_one_leaves_them(self, ranger, fine, clerk, county_manager):
        appeal = appeals.file_appeal(fine, WRONG, actor=clerk)
        appeals.decide_appeal(appeal, upheld=False, reason="查实", actor=county_manager)
        assert queries.sums_of(ranger.person, 2020).total == -2
        with refused("nothing"):
            carry_appeal(appeal, actor=county_manager)

    def test_once_and_only_while_they_count(self, fine, clerk, town_officer, county_manager):
        appeal = appeals.file_appeal(fine, WRONG, actor=clerk)
        with refused("appealed"):
            appeals.file_appeal(fine, WRONG, actor=clerk)
        back = take_back_points(fine, "写错了人", actor=town_officer)
        for gone in (fine, back):
            with refused("gone"):
                appeals.file_appeal(gone, WRONG, actor=clerk)
        with refused("taken_back"):
            upheld(appeal, county_manager)
        assert not appealable.offered(fine)

    def test_after_the_term_it_is_too_late(self, fine, clerk):
        fine.given_at = datetime(2020, 8, 3, 4, tzinfo=UTC)
        last = fine.given_at.date() + timedelta(days=15)
        assert appealable.last_day(fine) == last
        with refused("late", last):
            appeals.file_appeal(fine, WRONG, actor=clerk)

    def test_in_december_the_office_has_a_day_before_the_next_year_is_published(self, fine, clerk, monkeypatch):
        def not_known(year, _entered):
            raise calendar.NotPublished(year)

        monkeypatch.setattr(calendar, "_national", not_known)
        assert appeals.file_appeal(fine, WRONG, actor=clerk).due_on > timezone.localdate()

    def test_of_two_who_write_it_down_at_once_the_second_is_told(self, fine, clerk, monkeypatch):
        appeals.file_appeal(fine, WRONG, actor=clerk)
        monkeypatch.setattr(appeals, "appealed_before", lambda target: False)
        with refused("appealed"):
            appeals.file_appeal(fine, WRONG, actor=clerk)
        assert Appeal.objects.get().text == WRONG

    def test_by_another_town_or_a_finance_officer_nothing_is_written_down(self, fine, make_user):
        for actor in (make_user(Role.VILLAGE_CLERK, "520403101201"), make_user(Role.FINANCE, "520403")):
            with pytest.raises(Forbidden):
                appeals.file_appeal(fine, WRONG, actor=actor)

    def test_from_the_phone_only_about_ones_own(self, world, ranger, fine):
        other = world.hire("李小河")
        assert codes(record(other, about=appealable.name_of(fine))) == ["no_result"]
        for unknown in ("points-0", "points-x", "person-1", "points", "points-" + "9" * 20):
            assert codes(record(ranger, about=unknown)) == ["no_result"]
        about = appealable.name_of(fine)
        assert codes(record(ranger, about=about), record(ranger, about=about, number=2)) == [None, "appealed"]
        assert (Appeal.objects.get().points, Appeal.objects.get().filed_by) == (fine, None)


def record(held, *, about: str, number: int = 1) -> Accepted:
    now = timezone.now()
    body = AppealBody("2020-07", WRONG, about)
    return Accepted(UUID(int=number), body, held.person_id, UUID(int=9), VILLAGE, None, now, timezone.localdate(), now)


def codes(*records: Accepted) -> list[str | None]:
    return [None if one is None else one.code for one in from_phone(records)]


class TestQuarter:
    @pytest.fixture
    def result(self, town_officer):
        """Closed by the town officer, with marks that the same officer gave."""
        world = YearWorld(town_officer, policy="zaozhuang-public-welfare")
        world.given(world.judged("全"))
        world.seal()
        asked = closings.asked_for(world.programme, "quarter", QUARTER, TOWN)
        return closings.close(asked, actor=town_officer).results.get()

    def test_it_is_reopened_for_an_upheld_appeal_before_anything_follows(
        self, result, clerk, town_officer, county_manager
    ):
        appeal = appeals.file_appeal(result, WRONG, actor=clerk)
        assert appeal.authors == [town_officer.pk]
        with refused("own_work"):
            upheld(appeal, town_officer)
        upheld(appeal, county_manager)
        with refused("closed", "2023-07"):
            carry_appeal(appeal, actor=county_manager)
        closings.reopen(result.closing, "申诉成立", actor=town_officer)
        assert "2023-07" in carry_appeal(Appeal.objects.get(), actor=county_manager)
        result.closing.refresh_from_db()
        with refused("gone"):
            appeals.file_appeal(result, WRONG, actor=clerk)

    def test_who_gave_a_mark_of_it_decides_no_more_than_who_closed_it(self, result, clerk, make_user):
        giver = make_user(Role.TOWN_OFFICER, TOWN[:9])
        closings.reopen(result.closing, "漏评", actor=giver)
        Mark.objects.create(
            region_code=VILLAGE, appointment=result.appointment, rhythm="day", month=date(2023, 9, 1), name="当日表现",
            value=9, reason="评", given_by=giver,
        )  # fmt: skip
        asked = closings.asked_for(result.closing.programme, "quarter", QUARTER, TOWN)
        anew = closings.close(asked, actor=result.closing.closed_by).results.get()
        appeal = appeals.file_appeal(anew, WRONG, actor=clerk)
        assert set(appeal.authors) == {giver.pk, result.closing.closed_by_id}
        with refused("own_work"):
            upheld(appeal, giver)

    def test_once_in_time_and_by_its_months(self, result, clerk):
        person = result.person
        of = lambda *month: {appealable.kind_of(one) for one in appealable.open_to_appeal(person, date(*month))}  # noqa: E731 - one question, asked of several months
        assert of(2023, 8, 1) == {"month", "period", "mark"}
        assert "period" not in of(2023, 10, 1)
        result.closing.closed_at = datetime(2023, 10, 9, 4, tzinfo=UTC)
        with refused("late", "2023-10-24"):
            appeals.file_appeal(result, WRONG, actor=clerk)
        result.closing.refresh_from_db()
        appeals.file_appeal(result, WRONG, actor=clerk)
        with refused("appealed"):
            appeals.file_appeal(result, WRONG, actor=clerk)
        assert "period" not in of(2023, 8, 1)


class TestReview:
    @pytest.fixture
    def said(self, village, town_officer) -> ReviewResult:
        for number in range(6):
            village.vote(number, *[1] * len(village.ballot(number).holders))
        reviews.close_review(village.review, actor=town_officer)
        return ReviewResult.objects.get(appointment=village.holders[0])

    @pytest.mark.req("Z15")
    def test_an_upheld_appeal_puts_the_mark_right_that_the_review_gave(self, said, clerk, town_officer, county_manager):
        appeal = appeals.file_appeal(said, WRONG, actor=clerk)
        assert appeal.authors == [town_officer.pk]
        with refused("own_work"):
            upheld(appeal, town_officer, Decimal(18))
        for wrong in (None, Decimal("15.50")):
            with refused("points"):
                upheld(appeal, county_manager, wrong)
        with refused("out_of_range"):
            upheld(appeal, county_manager, Decimal("20.01"))
        upheld(appeal, county_manager, Decimal(18))
        given = queries.latest_marks([said.appointment_id], said.review.first)[said.appointment_id, "民主评议"]
        assert (given.value, given.given_by, given.reason) == (18, county_manager, TRUE)
        said.refresh_from_db()
        assert said.value == Decimal("77.50"), "what the villagers said stays as it was"
        with refused("appealed"):
            appeals.file_appeal(given, WRONG, actor=clerk)
        assert not any(one.pk == given.pk for one in appealable.open_to_appeal(appeal.person))

    @pytest.mark.req("Z15")
    def test_who_counted_its_papers_does_not_decide(self, village, clerk, town_officer, make_user):
        counter = make_user(Role.TOWN_OFFICER, TOWN[:9])
        households = list(village.review.slips.values_list("household", flat=True))
        ballots.hand_out_papers(village.review, households, actor=clerk)
        first, last = village.holders
        counts = {first: (5, 0, 0, 1), last: (5, 0, 0, 1)}
        ballots.count_papers(village.review, 6, counts, actor=clerk)
        ballots.confirm_papers(village.review, 6, counts, actor=counter)
        reviews.close_review(village.review, actor=town_officer)
        appeal = appeals.file_appeal(ReviewResult.objects.first(), WRONG, actor=town_officer)
        assert set(appeal.authors) == {clerk.pk, counter.pk, town_officer.pk}
        with refused("own_work"):
            upheld(appeal, counter, Decimal(10))

    def test_without_a_quorum_there_is_no_mark_to_put_right(self, village, clerk, town_officer, county_manager):
        reviews.abandon_review(village.review, "重新组织", actor=town_officer)
        again = open_for(village.programme, town_officer)
        again.slips.update(state="paper")
        reviews.close_review(again, actor=town_officer, without_papers=True)
        said = ReviewResult.objects.filter(review=again).first()
        appeal = appeals.file_appeal(said, WRONG, actor=clerk)
        assert appeals.mark_of(appeal) is None
        upheld(appeal, county_manager)
        assert not Mark.objects.exists()
