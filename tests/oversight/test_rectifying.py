"""The rectification list: an owner and a deadline, evidence, another one's acceptance; brought to mind and passed on."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.oversight.conftest import VILLAGES, days_ago
from tests.tenure.conftest import refused

from yigang.foundation.domain import store_file
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden
from yigang.foundation.many import ManyRefused
from yigang.oversight import domain
from yigang.oversight.domain import Point
from yigang.oversight.enums import RectificationState
from yigang.oversight.models import Rectification, RectificationStep
from yigang.people.models import Kinship

pytestmark = pytest.mark.req("T9", "M6")


@pytest.fixture
def point(programme, today) -> Point:
    return Point(
        VILLAGES[0], "值班室无人，巡护日志缺六月", "白云镇党委", "李镇长", today, due=today + timedelta(days=10)
    )


@pytest.fixture
def row(programme, point, inspectors) -> Rectification:
    return domain.open_points(programme, [point], actor=inspectors[0])[0]


def story(row: Rectification) -> list[str]:
    return list(row.steps.values_list("deed", flat=True))


def test_a_point_is_put_right_with_evidence_and_struck_off_by_another(row, town_officer, inspectors):
    file = store_file(
        b"%PDF-1.4", name="值班表.pdf", region_code=row.region_code, actor=town_officer, content_type="application/pdf"
    )
    domain.put_right(row, "补齐日志，排定值班表", files=[file], actor=town_officer)
    closed = domain.close_point(row, "现场复查属实", actor=inspectors[1])
    assert (closed.state, closed.closed_by, story(row)) == ("closed", inspectors[1], ["opened", "handed_in", "closed"])
    assert row.files.get().file == file


def test_whoever_reported_it_as_put_right_does_not_accept_it(row, county_manager):
    domain.put_right(row, "已整改", actor=county_manager)
    assert refused(domain.close_point, row, actor=county_manager).code == "same_person"
    assert refused(domain.send_back, row, "不够", actor=county_manager).code == "same_person"
    with pytest.raises(IntegrityError, match="accepted_by_another"), transaction.atomic():
        Rectification.objects.update(state="closed", closed_on=days_ago(0), closed_by=county_manager)


def test_what_is_not_enough_goes_back_and_what_comes_back_is_opened_with_a_new_deadline(
    row, town_officer, inspectors, today
):
    domain.put_right(row, "已整改", actor=town_officer)
    assert domain.send_back(row, "只补了三天", actor=inspectors[0]).state == RectificationState.OPEN
    domain.put_right(row, "全部补齐", actor=town_officer)
    domain.close_point(row, actor=inspectors[0])
    assert refused(domain.reopen_point, row, "又缺", days_ago(1), actor=inspectors[0]).code == "due"
    assert refused(domain.reopen_point, row, " ", today, actor=inspectors[0]).code == "reason_missing"
    again = domain.reopen_point(row, "八月又缺", today + timedelta(days=5), actor=inspectors[0])
    assert (again.state, again.due, again.closed_on) == ("open", today + timedelta(days=5), None)
    assert story(row)[-1] == "reopened"


def test_deadlines_are_the_policy_s_working_days(programme):
    """Ten working days after 24 September 2020: the National Day holiday lies between, two weekend days are worked."""
    assert domain.deadline(programme, date(2020, 9, 24)) == date(2020, 10, 14)


def test_a_point_is_brought_to_mind_once_and_passed_on_once(row, today):
    assert domain.remind(today) == (0, 0)
    assert domain.remind(row.due - timedelta(days=3)) == (1, 0)
    assert domain.remind(row.due) == (0, 0)
    assert domain.remind(row.due + timedelta(days=1)) == (0, 1)
    assert domain.remind(row.due + timedelta(days=2)) == (0, 0)
    assert story(row) == ["opened", "reminded", "escalated"]


def test_nobody_opens_or_closes_what_his_own_kin_did(programme, held, point, row, inspectors, town_officer):
    domain.put_right(row, "已整改", actor=town_officer)
    Kinship.objects.create(
        region_code=VILLAGES[0], person=held[0].person, official=inspectors[0].name, office="督查专员", relation="叔侄"
    )
    assert refused(domain.open_points, programme, [point], actor=inspectors[0]).code == "own_village"
    assert refused(domain.close_point, row, actor=inspectors[0]).code == "own_village"
    domain.close_point(row, actor=inspectors[1])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"finding": " "}, "missing"),
        ({"owner": ""}, "missing"),
        ({"unit": "部" * 121}, "missing"),
        ({"found_on": days_ago(-1), "due": None}, "future"),
        ({"due": days_ago(1)}, "due"),
        ({"region_code": "520402100201"}, "region"),
    ],
)
def test_a_faulty_point_keeps_the_whole_list_out(programme, point, make_user, change, code):
    inspector = make_user(Role.INSPECTOR, "5204")
    assert refused(domain.open_points, programme, [point, replace(point, **change)], actor=inspector).code == code
    assert Rectification.objects.count() == 0


def test_a_county_whose_code_ends_in_zero_does_not_reach_into_the_next(programme, point):
    programme.region_code = "520110000000"
    domain.refuse_point(programme, replace(point, region_code="520110100201"))
    assert refused(domain.refuse_point, programme, replace(point, region_code="520111100201")).code == "region"


def test_many_are_closed_or_none(programme, point, inspectors, town_officer):
    rows = domain.open_points(programme, [point, point, point], actor=inspectors[0])
    for each in rows[:2]:
        domain.put_right(each, "已整改", actor=town_officer)
    with pytest.raises(ManyRefused):
        domain.close_points(rows, actor=inspectors[0])
    assert Rectification.objects.filter(state="closed").count() == 0
    assert len(domain.close_points(rows[:2], actor=inspectors[0])) == 2


def test_a_list_that_was_worked_on_is_not_taken_back(row, inspectors, town_officer):
    domain.put_right(row, "已整改", actor=town_officer)
    assert refused(domain.take_back_points, [row], "导错了", actor=inspectors[0]).code == "worked_on"


def test_whoever_may_not_is_refused(row, programme, point, town_officer, inspectors):
    with pytest.raises(Forbidden):
        domain.open_points(programme, [point], actor=town_officer)
    with pytest.raises(Forbidden):
        domain.close_point(row, actor=town_officer)
    with pytest.raises(Forbidden):
        domain.put_right(row, "x", actor=inspectors[0])
    assert RectificationStep.objects.count() == 1
