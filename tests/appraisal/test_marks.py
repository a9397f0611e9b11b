"""A person judges: within the policy's points, with a reason, added and never changed, many at once or none."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from tests.payment.world import AUGUST, FAR_VILLAGE, JULY, World

from yigang.appraisal import facts
from yigang.appraisal.domain import GivenMark, MarksRefused, give_mark, give_marks
from yigang.appraisal.forms import read_pasted
from yigang.appraisal.models import Appraisal, Mark
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.foundation.facts import Selection
from yigang.foundation.models import AuditEntry

TOWNSHIP = "乡镇评定"


@pytest.fixture
def world(town_officer) -> World:
    return World(town_officer)


@pytest.fixture
def july(world) -> Selection:
    return Selection(world.programme.pk, "520403", JULY, date(2020, 7, 31))


def test_a_mark_is_kept_with_who_and_why(world, town_officer):
    ranger = world.hire("王大山")
    mark = give_mark(ranger, JULY, TOWNSHIP, Decimal("17.5"), "巡护认真", actor=town_officer)
    assert (mark.value, mark.given_by, mark.reason) == (Decimal("17.5"), town_officer, "巡护认真")
    assert AuditEntry.objects.get(verb="appraisal.give_mark").after["value"] == "17.5"


def test_the_latest_mark_counts_and_the_one_before_is_kept(world, town_officer, july):
    ranger = world.hire("王大山")
    give_mark(ranger, JULY, TOWNSHIP, Decimal(12), "初评", actor=town_officer)
    give_mark(ranger, JULY, TOWNSHIP, Decimal(15), "复核后更正", actor=town_officer)
    assert facts.marks(july).rows() == [(ranger.pk, TOWNSHIP, Decimal("15.00"))]
    assert Mark.objects.count() == 2
    with pytest.raises(DatabaseError), transaction.atomic():
        Mark.objects.update(value=20)


@pytest.mark.parametrize(
    ("value", "reason", "name", "code"),
    [
        ("20.01", "好", TOWNSHIP, "out_of_range"),
        ("-0.01", "差", TOWNSHIP, "out_of_range"),
        ("1.005", "好", TOWNSHIP, "out_of_range"),
        ("10", "  ", TOWNSHIP, "no_reason"),
        ("10", "好", "县级评定", "unknown_mark"),
    ],
)
def test_a_mark_that_the_policy_does_not_allow_is_refused(world, town_officer, value, reason, name, code):
    with pytest.raises(Refusal) as refused:
        give_mark(world.hire("王大山"), JULY, name, Decimal(value), reason, actor=town_officer)
    assert refused.value.code == code
    assert ("0 到 20 之间" in str(refused.value)) == (code == "out_of_range"), "no 2E+1"
    assert not Mark.objects.exists()


def test_nobody_is_judged_for_a_month_out_of_post(world, town_officer):
    left = world.hire("已离岗", ends=date(2020, 6, 30))
    with pytest.raises(Refusal) as refused:
        give_mark(left, JULY, TOWNSHIP, Decimal(10), "好", actor=town_officer)
    assert refused.value.code == "not_in_post"


def test_many_marks_are_given_all_or_none_and_each_refusal_names_its_row(world, town_officer):
    first, second = world.hire("王大山"), world.hire("李二")
    given = [GivenMark(first, TOWNSHIP, Decimal(18), "好", 1), GivenMark(second, TOWNSHIP, Decimal(28), "好", 2)]
    with pytest.raises(MarksRefused) as refused:
        give_marks(world.programme, JULY, given, actor=town_officer)
    assert [problem.row for problem in refused.value.problems] == [2]
    assert not Mark.objects.exists()


@pytest.mark.req("P5")
def test_a_town_judges_its_own_people_and_a_village_not_for_the_town(world, town_officer, make_user):
    ranger, foreign = world.hire("王大山"), world.hire("外乡人", FAR_VILLAGE)
    with pytest.raises(Forbidden):
        give_mark(foreign, JULY, TOWNSHIP, Decimal(10), "好", actor=town_officer)
    with pytest.raises(Forbidden):
        give_mark(ranger, JULY, TOWNSHIP, Decimal(10), "好", actor=make_user(Role.VILLAGE_CLERK, "520403100201"))


class TestPasted:
    """A column copied out of a workbook: name or post number, points, and a reason where it differs."""

    def test_names_and_post_numbers_are_found(self, world):
        first, second = world.hire("王大山"), world.hire("李二")
        pasted = f"王 大山\t18\n\n{second.post.number}\t１２.５\t迟到\n"
        given = read_pasted(pasted, [first, second], name=TOWNSHIP, reason="月评")
        assert [(one.appointment, one.value, one.reason, one.row) for one in given] == [
            (first, Decimal(18), "月评", 1),
            (second, Decimal("12.5"), "迟到", 3),
        ]

    def test_what_cannot_be_read_is_refused_row_by_row(self, world):
        people = [world.hire("王大山"), world.hire("张伟"), world.hire("张伟")]
        with pytest.raises(MarksRefused) as refused:
            read_pasted("赵无\t18\n张伟\t18\n王大山\t很好\n", people, name=TOWNSHIP, reason="月评")
        found = [(one.row, one.code) for one in refused.value.problems]
        assert found == [(1, "unknown_person"), (2, "same_name"), (3, "not_points")]


def test_findings_of_the_year_are_read_for_the_people_of_the_programme(world, july):
    ranger = world.hire("王大山")
    world.find_absent(ranger, date(2020, 3, 4))
    world.find_absent(ranger, date(2020, 8, 4))
    assert facts.findings(july).rows() == [(ranger.person_id, date(2020, 3, 4), "absent")]


def test_history_is_read_for_whoever_failed_the_month_before(world):
    passed, failed = world.hire("王大山"), world.hire("李二")
    for appointment, month, good in ((passed, 6, False), (passed, 7, True), (failed, 6, True), (failed, 7, False)):
        Appraisal.objects.create(
            region_code=appointment.region_code, appointment=appointment, period="month", first=date(2020, month, 1),
            grade="合格" if good else "不合格", passed=good, policy_digest="",
        )  # fmt: skip
    selection = Selection(world.programme.pk, "520403", AUGUST, date(2020, 8, 31))
    assert facts.appraisals(selection).rows() == [
        (failed.pk, "2020-06", "合格", True),
        (failed.pk, "2020-07", "不合格", False),
    ]
