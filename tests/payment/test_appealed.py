"""Appeals: once, in time, decided by somebody else; what an upheld one is worth stands in the next open month."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from tests.appraisal.test_units import refused
from tests.payment.test_adjusting import close  # noqa: F401 - a fixture
from tests.payment.world import AUGUST, JULY, VILLAGE

from yigang.appraisal import appealable, appeals
from yigang.appraisal.models import Appeal, Appraisal, Mark, PointEntry
from yigang.appraisal.phone_appeals import AppealBody
from yigang.appraisal.phone_appeals import appeals as from_phone
from yigang.appraisal.points import Given, give_points
from yigang.duty.domain.projections import Accepted
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden
from yigang.payment.models import SubsidyLine
from yigang.payment.settlement.appealed import carry_appeal

WRONG = "七月我有二十二天在岗，评定偏低。"


@pytest.fixture
def judge(make_user):
    """A town officer who neither gave marks nor computed the month."""
    return make_user(Role.TOWN_OFFICER, "520403100")


@pytest.fixture
def ranger(world):
    """Wrote no log, was there on twenty days, and failed by the mark."""
    held = world.hire("王大山")
    world.attend(held, range(1, 21))
    world.mark(held, "0")
    return held


def record(ranger, text: str = WRONG, month: str = "2020-07", number: int = 1) -> Accepted:
    now = timezone.now()
    return Accepted(
        UUID(int=number),
        AppealBody(month, text),
        ranger.person_id,
        UUID(int=9),
        VILLAGE,
        None,
        now,
        timezone.localdate(),
        now,
    )


@pytest.mark.req("Z5", "Z11")
def test_an_upheld_appeal_gives_the_right_mark_and_the_difference_comes_with_the_next_month(
    world, close, ranger, town_officer, judge  # noqa: F811 - the fixture
):  # fmt: skip
    sealed = close(world)
    mark = Mark.objects.get()
    before = sealed.lines.get().amount_fen
    appeal = appeals.file_appeal(mark, WRONG, actor=judge)
    assert (appeal.person, appeal.authors) == (ranger.person, [world.clerk.pk])
    with refused("own_entry"):
        appeals.decide_appeal(appeal, upheld=True, reason="属实", points=Decimal(18), actor=judge)
    for points in (None, Decimal(0)):
        with refused("points"):
            appeals.decide_appeal(appeal, upheld=True, reason="属实", points=points, actor=town_officer)
    with refused("out_of_range"):
        appeals.decide_appeal(appeal, upheld=True, reason="属实", points=Decimal(21), actor=town_officer)
    with refused("reason_missing"):
        appeals.decide_appeal(appeal, upheld=False, reason=" ", actor=town_officer)
    appeals.decide_appeal(appeal, upheld=True, reason="巡护记录属实", points=Decimal(18), actor=town_officer)
    appeal.refresh_from_db()
    assert (appeal.state, appeal.decided_by) == ("upheld", town_officer)
    said = carry_appeal(appeal, actor=town_officer)
    added = SubsidyLine.objects.get(corrects__appointment=ranger)
    assert added.settlement.month == AUGUST
    assert before + added.amount_fen == 83333
    assert "巡护记录属实" in added.reason
    assert said == Appeal.objects.get().carried
    with refused("nothing"):
        carry_appeal(appeal, actor=town_officer, amount_fen=100)
    with refused("decided"):
        appeals.decide_appeal(appeal, upheld=False, reason="再看", actor=town_officer)


@pytest.mark.req("Z11")
def test_nobody_decides_about_own_work_and_the_database_says_so_too(
    world, close, ranger, town_officer, reviewer, judge, make_user  # noqa: F811 - the fixture
):  # fmt: skip
    close(world)
    result = Appraisal.objects.get()
    clerk = make_user(Role.VILLAGE_CLERK, VILLAGE)
    appeal = appeals.file_appeal(result, WRONG, actor=clerk)
    assert set(appeal.authors) == {world.clerk.pk, town_officer.pk, reviewer.pk}
    for author in (town_officer, reviewer):
        with refused("own_work"):
            appeals.decide_appeal(appeal, upheld=True, reason="属实", actor=author)
    for other in (clerk, make_user(Role.TOWN_OFFICER, "520403101")):
        with pytest.raises(Forbidden):
            appeals.decide_appeal(appeal, upheld=True, reason="属实", actor=other)
    decision = {"state": "upheld", "reason": "属实", "decided_at": timezone.now()}
    for wrong in ({**decision, "decided_by": town_officer}, {**decision, "decided_by": clerk}, {"state": "upheld"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Appeal.objects.update(**wrong)
    mark = Mark.objects.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        Appeal.objects.create(
            region_code=VILLAGE, person=ranger.person, mark=mark, text=WRONG, at=timezone.now(), filed_by=clerk, authors=[],
            due_on=timezone.localdate(),
        )  # fmt: skip
    appeals.decide_appeal(appeal, upheld=True, reason="多扣了", actor=judge)
    with refused("same"):
        carry_appeal(Appeal.objects.get(), actor=judge)
    assert "12.00" in carry_appeal(Appeal.objects.get(), actor=judge, amount_fen=1200)


@pytest.mark.req("Z11")
def test_from_the_phone_once_in_time_and_about_a_sealed_month(world, close, ranger):  # noqa: F811 - the fixture
    codes = lambda *records: [None if one is None else one.code for one in from_phone(records)]  # noqa: E731 - short
    assert codes(record(ranger)) == ["no_result"]
    close(world)
    assert codes(record(ranger, "不对"), record(ranger, month="2020-13")) == ["text", "month"]
    assert codes(record(ranger), record(ranger, number=2)) == [None, "appealed"]
    appeal = Appeal.objects.get()
    assert (appeal.record, appeal.filed_by, appeal.person) == (UUID(int=1), None, ranger.person)
    assert appealable.open_to_appeal(ranger.person) == [Mark.objects.get()]


@pytest.mark.req("Z3", "Z11")
def test_points_of_a_sealed_month_count_in_the_next_and_money_follows_only_as_it_is_written(
    world, close, ranger, town_officer, judge  # noqa: F811 - the fixture
):  # fmt: skip
    fines = [
        give_points(Given(ranger, "complaint", Decimal(2), "群众投诉", JULY.replace(day=day)), actor=town_officer)
        for day in (3, 4)
    ]
    sealed = close(world)
    told, paid = (appeals.file_appeal(fine, WRONG, actor=town_officer) for fine in fines)
    for appeal in (told, paid):
        appeals.decide_appeal(appeal, upheld=True, reason="不属实", actor=judge)
    assert set(PointEntry.objects.filter(reverses__in=fines).values_list("month", flat=True)) == {AUGUST}
    carry_appeal(told, actor=judge)
    assert not SubsidyLine.objects.filter(kind="adjustment").exists()
    assert "20.00" in carry_appeal(paid, actor=judge, amount_fen=2000)
    added = SubsidyLine.objects.get(kind="adjustment")
    assert (added.corrects.settlement, added.settlement.month, added.amount_fen) == (sealed, AUGUST, 2000)


@pytest.mark.req("Z11")
def test_nobody_but_who_may_adjust_carries_an_appeal(world, close, ranger, town_officer, judge, make_user):  # noqa: F811 - the fixture
    close(world)
    appeal = appeals.file_appeal(Mark.objects.get(), WRONG, actor=town_officer)
    appeals.decide_appeal(appeal, upheld=True, reason="属实", points=Decimal(18), actor=judge)
    for actor in (make_user(Role.VILLAGE_CLERK, VILLAGE), make_user(Role.TOWN_OFFICER, "520403101")):
        with pytest.raises(Forbidden):
            carry_appeal(appeal, actor=actor)
    assert Appeal.objects.get().carried_at is None


@pytest.mark.req("Z11")
def test_after_the_last_day_it_is_too_late_and_the_day_is_named(world, ranger, judge):
    mark = Mark.objects.get()
    given = datetime(2020, 8, 3, 4, tzinfo=UTC)
    mark.given_at = given
    last = appealable.last_day(mark)
    assert last == given.date() + timedelta(days=15)
    with refused("late", last):
        appeals.file_appeal(mark, WRONG, actor=judge)
