"""公示 → 复核: published, handed in, approved by somebody else, or sent back."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from tests.payment.world import COUNTY, HUNG, JULY, TOWN

from yigang.foundation.calendar import NotPublished
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.foundation.models import AuditEntry, CalendarOverride
from yigang.payment.enums import Step
from yigang.payment.models import Settlement
from yigang.payment.settlement import review
from yigang.payment.settlement.calculate import settle


@pytest.fixture
def draft(world, town_officer) -> Settlement:
    world.work(world.hire("王大山"))
    settle(world.programme, TOWN, JULY, actor=town_officer)
    return Settlement.objects.get()


def test_a_month_goes_from_the_village_to_the_county_to_approval(draft, town_officer, reviewer):
    assert review.publish(draft, on=HUNG, actor=town_officer).step == Step.PUBLISHED
    assert review.submit(draft, actor=town_officer).step == Step.SUBMITTED
    approved = review.approve(draft, actor=reviewer)
    assert (approved.step, approved.approver) == (Step.APPROVED, reviewer)
    verbs = list(AuditEntry.objects.order_by("sequence").values_list("verb", flat=True))
    assert verbs == ["payment.settle", "payment.publish", "payment.submit", "payment.approve"]


def test_no_step_is_skipped(draft, town_officer, reviewer):
    with pytest.raises(Refusal) as early:
        review.submit(draft, actor=town_officer)
    assert early.value.code == "wrong_step"
    with pytest.raises(Refusal):
        review.approve(draft, actor=reviewer)


def test_the_author_does_not_approve(world, county_manager, town_officer):
    world.work(world.hire("王大山"))
    settle(world.programme, TOWN, JULY, actor=county_manager)
    draft = Settlement.objects.get()
    review.publish(draft, on=HUNG, actor=town_officer)
    review.submit(draft, actor=town_officer)
    with pytest.raises(Refusal) as refused:
        review.approve(draft, actor=county_manager)
    assert refused.value.code == "approver_is_author"


@pytest.mark.parametrize("field", ["author", "submitted_by"])
def test_the_database_refuses_an_approver_who_is_the_author(draft, town_officer, field):
    with pytest.raises(IntegrityError), transaction.atomic():
        Settlement.objects.filter(pk=draft.pk).update(**{field: town_officer, "approver": town_officer})


def test_the_database_refuses_an_approval_by_nobody(draft):
    with pytest.raises(IntegrityError), transaction.atomic():
        Settlement.objects.filter(pk=draft.pk).update(step=Step.APPROVED)


def test_a_month_sent_back_is_collected_anew(draft, town_officer, reviewer):
    review.publish(draft, on=HUNG, actor=town_officer)
    review.submit(draft, actor=town_officer)
    with pytest.raises(Refusal) as unsaid:
        review.send_back(draft, " ", actor=reviewer)
    assert unsaid.value.code == "no_reason"
    back = review.send_back(draft, "三人日志不全", actor=reviewer)
    assert (back.step, back.returned_reason, back.submitted_by) == (Step.COLLECTING, "三人日志不全", None)
    settle(draft.programme, TOWN, JULY, actor=town_officer)
    assert Settlement.objects.get().step == Step.CALCULATED


@pytest.mark.req("P5")
@pytest.mark.parametrize(
    ("verb", "role"),
    [("publish", Role.VILLAGE_CLERK), ("submit", Role.COUNTY_MANAGER), ("approve", Role.TOWN_OFFICER)],
)
def test_each_step_belongs_to_its_level(draft, make_user, verb, role):
    with pytest.raises(Forbidden):
        getattr(review, verb)(draft, actor=make_user(role, "520403"))


class TestHanging:
    """公示期: the list hangs seven working days before the month goes to the county."""

    @pytest.fixture
    def hung(self, draft, town_officer, monkeypatch):
        """Hung on Friday 2020-09-25, before the National Day holiday; `on` is the day it is now."""
        published = review.publish(draft, on=date(2020, 9, 25), actor=town_officer)

        def today(day: date):
            monkeypatch.setattr(review, "timezone", SimpleNamespace(now=timezone.now, localdate=lambda: day))
            return published

        return today

    def test_one_day_early_is_refused_with_the_day_on_which_it_is_over(self, hung, town_officer):
        """27 September is worked for the holiday of 1 to 8 October; so are 28 to 30 September, 9, 10 and 12 October."""
        with pytest.raises(Refusal) as refused:
            review.submit(hung(date(2020, 10, 12)), actor=town_officer)
        assert refused.value.code == "still_hanging"
        assert refused.value.params == {"days": 7, "last": date(2020, 10, 12), "next": date(2020, 10, 13)}
        assert Settlement.objects.get().step == Step.PUBLISHED

    def test_after_the_last_day_it_goes(self, hung, town_officer):
        assert review.submit(hung(date(2020, 10, 13)), actor=town_officer).step == Step.SUBMITTED

    def test_a_day_that_the_county_works_shortens_the_term_by_one(self, hung, town_officer):
        CalendarOverride.objects.create(region_code=COUNTY, date=date(2020, 10, 8), working=True, name="防火值班")
        with pytest.raises(Refusal):
            review.submit(hung(date(2020, 10, 10)), actor=town_officer)
        assert review.submit(hung(date(2020, 10, 11)), actor=town_officer).step == Step.SUBMITTED

    def test_a_policy_without_a_notice_period_asks_for_none(self, hung, town_officer, monkeypatch):
        monkeypatch.setattr("yigang.payment.settlement.hanging.period_of", lambda _settlement: None)
        assert review.submit(hung(date(2020, 9, 25)), actor=town_officer).step == Step.SUBMITTED

    def test_a_year_without_a_published_calendar_is_refused_not_guessed(self, draft, town_officer):
        published = review.publish(draft, actor=town_officer)
        Settlement.objects.filter(pk=published.pk).update(published_at=datetime(2031, 1, 6, 4, tzinfo=UTC))
        with pytest.raises(NotPublished):
            review.submit(published, actor=town_officer)

    @pytest.mark.parametrize("day", [date(2999, 1, 1), date(2020, 6, 30)])
    def test_a_list_was_not_hung_tomorrow_nor_before_its_month(self, draft, town_officer, day):
        with pytest.raises(Refusal) as refused:
            review.publish(draft, on=day, actor=town_officer)
        assert refused.value.code == "hung_when"
        assert Settlement.objects.get().step == Step.CALCULATED

    def test_the_trail_keeps_the_day_it_was_hung(self, draft, town_officer):
        review.publish(draft, on=HUNG, actor=town_officer)
        assert AuditEntry.objects.get(verb="payment.publish").after["published_at"].startswith("2020-09-01")
