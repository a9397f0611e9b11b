"""A sealed month and the roster: its days stay, latecomers are told of the way to their pay, an undo stops before it."""

from datetime import date

import pytest
from django.utils import timezone
from tests.exchange.roster.conftest import OTHER_TOWN, TOWN, codes, row
from tests.exchange.roster.test_roster import database

from yigang.exchange import domain
from yigang.exchange.roster.sealed import SealedMonths
from yigang.foundation.errors import Refusal
from yigang.payment.enums import LineState, Step
from yigang.payment.models import Settlement, SubsidyLine
from yigang.tenure.models import Appointment


@pytest.fixture
def seal(programme, make_user, county_manager):
    """`seal(7)` closes July 2020 of the town for good, with a line for everybody in post."""

    def seal(month: int, town: str = TOWN) -> Settlement:
        first = date(2020, month, 1)
        made = Settlement.objects.create(
            region_code=town, programme=programme, month=first, step=Step.APPROVED, approver=county_manager
        )
        held = Appointment.objects.filter(region_code__startswith=town[:9], starts__lte=date(2020, month, 28))
        SubsidyLine.objects.bulk_create(
            SubsidyLine(
                region_code=one.region_code, settlement=made, appointment=one, person_id=one.person_id, month=first,
                state=LineState.SETTLED, amount_fen=83333, trace={},
            )
            for one in held.exclude(ends__lt=first)
        )  # fmt: skip
        made.step, made.sealed_at = Step.SEALED, timezone.now()
        made.save()
        return made

    return seal


@pytest.mark.parametrize(
    ("changes", "column"),
    [({"starts": date(2020, 7, 15)}, "starts"), ({"starts": date(2020, 6, 1)}, None),
     ({"ends": date(2020, 7, 20)}, "ends"), ({"ends": date(2020, 6, 30), "starts": date(2020, 6, 1)}, None),
     ({"ends": date(2020, 7, 31)}, None), ({"ends": date(2022, 6, 30)}, None)],
)  # fmt: skip
def test_days_of_a_sealed_month_stay(apply, bring, seal, county_manager, changes, column):
    """Only a change that moves a day of July itself is refused, in its row and column, and nothing is done."""
    apply([row(1), row(2)])
    seal(7)
    before = database()
    found = bring([row(1, **changes), row(2, phone="13911112222")])
    assert codes(found)[:1] == ([(2, "sealed")] if column else codes(found)[:1])
    if column:
        problem = next(each for each in found.problems if each["code"] == "sealed")
        assert (problem["field"], "2020-07" in problem["message"], bool(problem["remedy"])) == (column, True, True)
        with pytest.raises(Refusal):
            domain.apply(found, actor=county_manager)
        assert database() == before
    else:
        assert (2, "sealed") not in codes(found)


def test_a_month_sealed_between_look_and_import_stops_the_import(apply, bring, seal, county_manager):
    apply([row(1), row(2)])
    found = bring([row(1, ends=date(2020, 7, 20)), row(2, phone="13911112222"), row(3)])
    assert not found.counts["errors"]
    seal(7)
    before = database()
    with pytest.raises(Refusal) as refused:
        domain.apply(found, actor=county_manager)
    assert refused.value.code == "data_changed"
    assert database() == before


def test_another_towns_seal_does_not_matter(apply, bring, seal):
    apply([row(1)])
    seal(7, OTHER_TOWN)
    assert not codes(bring([row(1, ends=date(2020, 7, 20))]))


def test_a_latecomer_to_a_sealed_month_is_taken_with_a_warning(apply, bring, seal):
    """Paper comes late: the appointment is taken, and the person who imports is told how July is paid."""
    apply([row(1)])
    seal(7)
    seal(8)
    found = bring([row(1), row(2)])
    assert codes(found, "warning") == [(3, "sealed_before")]
    problem = next(each for each in found.problems if each["code"] == "sealed_before")
    assert "2020-07、2020-08" in problem["message"]
    assert not codes(found)


def test_undo_stops_before_a_month_sealed_since(apply, seal, county_manager):
    apply([row(1), row(2)])
    done = apply([row(1, ends=date(2020, 7, 20)), row(2, phone="13911112222")])
    seal(7)
    before = database()
    with pytest.raises(Refusal) as refused:
        domain.undo(done, reason="传错文件", actor=county_manager)
    assert refused.value.code == "sealed_since"
    assert "2020-07" in str(refused.value)
    assert database() == before


def test_undo_stops_before_lines_of_people_whom_the_import_added(apply, seal, county_manager):
    done = apply([row(1)])
    seal(7)
    with pytest.raises(Refusal) as refused:
        domain.undo(done, reason="传错文件", actor=county_manager)
    assert refused.value.code == "built_on"


def test_undo_of_what_no_sealed_month_was_judged_by_goes_through(apply, seal, county_manager):
    apply([row(1)])
    before = database()
    done = apply([row(1, agreement="PB-新", ends=date(2021, 12, 31), phone="13911112222")])
    seal(7)
    domain.undo(done, reason="传错文件", actor=county_manager)
    assert database() == before


def test_spans_that_share_no_day_differ_by_both(programme, seal):
    seal(7)
    months = SealedMonths.of(programme)
    july, later = (date(2020, 7, 1), date(2020, 7, 31)), (date(2020, 9, 1), date(2020, 9, 30))
    assert months.reached(TOWN, july, later) == date(2020, 7, 1)
    assert months.reached(TOWN, july, july) is None
    assert months.reached(OTHER_TOWN, july, later) is None
