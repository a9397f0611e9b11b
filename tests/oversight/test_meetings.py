"""Meetings: due by the policy, written down once, corrected by a new entry, followed up on the rectification list."""

import threading
from datetime import date, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, connections, transaction
from django.utils import timezone
from tests.duty.conftest import CHINA, evidence, punch
from tests.oversight.meeting_world import (
    COUNTY,
    FRIDAY,
    MONDAY,
    OTHER,
    TOWN,
    VILLAGE,
    World,
    held,
    make_meeting_world,
    minutes,
)
from tests.tenure.conftest import refused

from yigang.duty import domain as duty
from yigang.duty.enums import Table
from yigang.foundation import rls
from yigang.foundation.domain import store_file
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.foundation.models import AuditEntry
from yigang.oversight import domain
from yigang.oversight import meetings as asked
from yigang.oversight.before_meeting import before_meeting
from yigang.oversight.domain import Point
from yigang.oversight.enums import MeetingState, RectificationState
from yigang.oversight.models import Meeting, Rectification

pytestmark = pytest.mark.req("T10")
MAY = (date(2021, 5, 1), date(2021, 5, 31))


@pytest.fixture
def world(tmp_path, monkeypatch, db, make_user) -> World:
    return make_meeting_world(tmp_path, monkeypatch, make_user)


def states(today: date, prefix: str = "520403") -> dict[tuple[str, str, date], str]:
    return {
        (one.rule.name, one.region_code, one.first): one.state(today).value for one in asked.slots([prefix], *MAY)
    }  # fmt: skip


@pytest.mark.usefixtures("world")
class TestDue:
    def test_each_level_meets_where_people_are_in_post(self):
        """The quarter was due in April, before the programme began: the county's first is July's."""
        found = asked.slots(["520403"], date(2021, 5, 1), date(2021, 7, 31))
        assert {one.first for one in found if one.rule.code == "quarterly"} == {date(2021, 7, 1)}
        assert {(one.rule.name, one.region_code) for one in found} == {
            ("周了解", VILLAGE), ("周了解", OTHER), ("月听取", TOWN), ("季调度", COUNTY),
        }  # fmt: skip

    def test_a_meeting_is_ahead_due_overdue_missed(self):
        """The town's month is due by its fifth working day: 1 to 5 May 2021 are off, Saturday the 8th is worked."""
        (slot,) = [one for one in asked.slots(["520403"], *MAY) if one.rule.code == "monthly"]
        assert slot.until == date(2021, 5, 11)
        days = [date(2021, 4, 30), date(2021, 5, 11), date(2021, 5, 12), date(2021, 6, 1)]
        assert [slot.state(day).value for day in days] == ["ahead", "due", "overdue", "missed"]

    def test_what_was_held_stands_there_and_late_is_said(self, world):
        held(world)
        assert states(FRIDAY)["周了解", VILLAGE, MONDAY] == MeetingState.HELD
        held(world, date(2021, 5, 29))
        assert states(date(2021, 5, 31))["周了解", VILLAGE, date(2021, 5, 24)] == MeetingState.LATE

    def test_the_level_above_is_told_until_the_next_period_ends(self):
        (slot,) = [one for one in asked.slots([VILLAGE], MONDAY, FRIDAY) if one.rule.code == "weekly"]
        told = [asked.told_above(slot, MONDAY + timedelta(days=number)) for number in (4, 5, 6, 7, 13, 14)]
        assert told == [False, True, True, True, True, False]

    def test_nothing_is_asked_before_the_programme_or_after_its_end(self, world):
        world.programme.ends = date(2021, 5, 20)
        world.programme.save()
        weeks = [first for name, _place, first in states(FRIDAY, VILLAGE) if name == "周了解"]
        assert weeks == [date(2021, 5, 3), date(2021, 5, 10)]

    def test_a_village_where_nobody_serves_any_more_does_not_meet(self, world):
        world.programme.appointments.filter(region_code=OTHER).update(ends=date(2021, 5, 12))
        weeks = [first for name, place, first in states(FRIDAY) if (name, place) == ("周了解", OTHER)]
        assert weeks == [date(2021, 5, 3), date(2021, 5, 10)]

    def test_a_year_whose_calendar_is_not_known_makes_nobody_late_early(self, world):
        county = asked.County(COUNTY)
        rule = asked.rule_of(world.programme, "monthly", date(2021, 5, 1))
        assert county.until(rule, date(2099, 3, 1)) == date(2099, 3, 31)

    def test_the_questions_are_as_many_for_two_villages_as_for_one(self, django_assert_num_queries):
        for prefix in ("520403", VILLAGE):
            with django_assert_num_queries(4):
                asked.slots([prefix], *MAY)


class TestHeld:
    def test_a_meeting_is_kept_with_what_lay_before_it(self, world):
        row = held(world)
        assert (row.name, row.first, row.last, row.part, row.present) == ("周了解", MONDAY, date(2021, 5, 23), 1, 8)
        assert row.figures["open_points"] == 0
        entry = AuditEntry.objects.get(verb="oversight.hold_meeting")
        assert (entry.actor_id, entry.region_code) == (world.clerk.pk, VILLAGE)

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"on": date(2021, 5, 24)}, "period"),
            ({"on": date(2021, 5, 16)}, "period"),
            ({"on": timezone.localdate() + timedelta(days=1)}, "future"),
            ({"chair": " "}, "chair"),
            ({"text": "\n"}, "minutes"),
            ({"present": 0}, "present"),
        ],
    )
    def test_what_cannot_be_is_refused(self, world, change, code):
        entry = minutes(**change)
        assert refused(
            domain.hold_meeting, world.programme, VILLAGE, "weekly", MONDAY, entry, actor=world.clerk
        ).code == code  # fmt: skip
        assert not Meeting.objects.exists()

    def test_a_period_that_is_none_and_a_place_of_another_level_are_refused(self, world):
        for place, code, first, why in (
            (VILLAGE, "weekly", FRIDAY, "no_rule"),
            (VILLAGE, "daily", MONDAY, "no_rule"),
            (VILLAGE, "weekly", date(2015, 12, 28), "no_rule"),
            (VILLAGE, "monthly", date(2021, 5, 1), "region"),
        ):
            assert (
                refused(domain.hold_meeting, world.programme, place, code, first, minutes(), actor=world.clerk).code
                == why
            )

    def test_an_ended_programme_meets_no_more(self, world):
        world.programme.ends = date(2021, 5, 20)
        world.programme.save()
        assert refused(held, world).code == "programme_ended"
        assert held(world, date(2021, 5, 20)).part == 1

    def test_nobody_writes_for_another_village_or_another_level(self, world, make_user):
        for actor in (
            make_user(Role.VILLAGE_CLERK, OTHER), world.officer, world.county, make_user(Role.INSPECTOR, "520403"),
        ):  # fmt: skip
            with pytest.raises(Forbidden):
                domain.hold_meeting(world.programme, VILLAGE, "weekly", MONDAY, minutes(), actor=actor)
        assert not Meeting.objects.exists()

    def test_once_for_a_period_and_place_unless_it_continues_a_named_one(self, world):
        row = held(world)
        assert refused(held, world).code == "held_already"
        more = domain.hold_meeting(
            world.programme, VILLAGE, "weekly", MONDAY, minutes(), actor=world.clerk, continues=row
        )  # fmt: skip
        assert (more.part, more.continues) == (2, row)
        other = held(world, date(2021, 5, 28))
        for continues, on in ((other, FRIDAY), (row, MONDAY)):
            assert refused(
                domain.hold_meeting, world.programme, VILLAGE, "weekly", MONDAY, minutes(on), actor=world.clerk,
                continues=continues,
            ).code == "continues"  # fmt: skip

    def test_other_villages_do_not_see_it(self, world, make_user):
        held(world)
        with rls.scope(make_user(Role.VILLAGE_CLERK, OTHER)):
            assert not Meeting.objects.exists()
        with rls.scope(world.officer):
            assert Meeting.objects.exists()


class TestCorrected:
    def test_a_correction_is_a_new_entry_that_names_the_old_one(self, world):
        scan = store_file(
            b"%PDF-1.4", name="签到.pdf", region_code=VILLAGE, actor=world.clerk, content_type="application/pdf"
        )  # fmt: skip
        old = held(world, file=scan)
        new = domain.correct_meeting(old, minutes(present=9), "少记一人", actor=world.clerk)
        assert (new.corrects, new.present, new.file, new.reason) == (old, 9, scan, "少记一人")
        assert list(asked.standing()) == [new]
        assert refused(domain.correct_meeting, old, minutes(), "再改", actor=world.clerk).code == "corrected_already"
        assert refused(domain.correct_meeting, new, minutes(), " ", actor=world.clerk).code == "reason_missing"
        assert states(FRIDAY)["周了解", VILLAGE, MONDAY] == MeetingState.HELD

    def test_the_parts_of_a_meeting_keep_their_order(self, world):
        tuesday, thursday = date(2021, 5, 18), date(2021, 5, 20)
        first = held(world, tuesday)
        more = domain.hold_meeting(
            world.programme, VILLAGE, "weekly", MONDAY, minutes(thursday), actor=world.clerk, continues=first
        )  # fmt: skip
        early, late = minutes(MONDAY), minutes(FRIDAY)
        assert refused(domain.correct_meeting, more, early, "记错日子", actor=world.clerk).code == "continues"
        assert refused(domain.correct_meeting, first, late, "记错日子", actor=world.clerk).code == "continues"
        assert domain.correct_meeting(more, late, "记错日子", actor=world.clerk).on == FRIDAY
        assert domain.correct_meeting(first, early, "记错日子", actor=world.clerk).on == MONDAY

    def test_nothing_is_changed_or_deleted_in_place(self, world):
        row = held(world)
        for statement in ("UPDATE oversight_meeting SET minutes = '无'", "DELETE FROM oversight_meeting"):
            with (
                pytest.raises(DatabaseError, match="only ever added"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement)
        row.refresh_from_db()
        assert row.minutes.startswith("通报")

    def test_the_database_holds_a_correction_to_its_period(self, world):
        row = held(world)
        row.pk, row.corrects_id, row.reason, row.first = None, row.pk, "移到别的周", date(2021, 5, 10)
        row.last, row.until, row.on = date(2021, 5, 16), date(2021, 5, 14), date(2021, 5, 12)
        with pytest.raises(IntegrityError, match="keeps programme, place and period"), transaction.atomic():
            row.save(force_insert=True)


def point(world: World, **changes: object) -> Point:
    return Point(**{
        "region_code": VILLAGE, "finding": "三组水沟未清", "unit": "村委会", "owner": "李主任", "found_on": FRIDAY,
        "due": date(2021, 5, 28), **changes,
    })  # fmt: skip


class TestFollowedUp:
    def test_a_follow_up_is_put_right_and_accepted_by_another(self, world):
        row = held(world)
        (made,) = domain.follow_up(row, [point(world)], actor=world.clerk)
        domain.correct_meeting(row, minutes(present=9), "少记一人", actor=world.clerk)
        domain.put_right(made, "水沟已清", actor=world.officer)
        closed = domain.close_point(made, "现场看过", actor=world.county)
        assert closed.state == RectificationState.CLOSED
        assert list(asked.follow_ups(asked.standing().get())) == [closed]

    def test_the_clerk_reports_what_the_village_s_meeting_asked_for_and_no_other_point(self, world):
        (made,) = domain.follow_up(held(world), [point(world, owner="", owner_account=world.clerk)], actor=world.clerk)
        (found,) = domain.open_points(world.programme, [point(world)], actor=world.county)
        domain.put_right(made, "水沟已清", actor=world.clerk)
        with pytest.raises(Forbidden):
            domain.put_right(found, "已整改", actor=world.clerk)
        with pytest.raises(Forbidden):
            domain.close_point(made, "看过", actor=world.clerk)
        assert domain.close_point(made, "现场看过", actor=world.county).state == RectificationState.CLOSED

    def test_only_who_holds_the_meeting_asks_within_its_place_on_the_newest_entry(self, world):
        row = held(world)
        with pytest.raises(Forbidden):
            domain.follow_up(row, [point(world)], actor=world.officer)
        assert refused(domain.follow_up, row, [point(world, region_code=OTHER)], actor=world.clerk).code == "region"
        assert refused(domain.follow_up, row, [point(world, owner=" ")], actor=world.clerk).code == "missing"
        domain.correct_meeting(row, minutes(), "改", actor=world.clerk)
        row = Meeting.objects.get(pk=row.pk)
        assert refused(domain.follow_up, row, [point(world)], actor=world.clerk).code == "corrected_already"
        assert not Rectification.objects.exists()

    def test_what_went_wrong_since_the_last_meeting_lies_before_the_next(self, world):
        domain.follow_up(held(world, date(2021, 5, 12)), [point(world, found_on=date(2021, 5, 12), due=date(2021, 5, 17))],
                         actor=world.clerk)  # fmt: skip
        rule = asked.rule_of(world.programme, "weekly", MONDAY)
        before = before_meeting(world.programme, VILLAGE, rule, MONDAY, FRIDAY)
        assert (before.since, before.open_points, before.overdue_points) == (date(2021, 5, 12), 1, 1)
        assert before.points == ((date(2021, 5, 17), "三组水沟未清"),)
        elsewhere = before_meeting(world.programme, OTHER, rule, MONDAY, FRIDAY)
        assert (elsewhere.since, elsewhere.open_points) == (date(2021, 5, 10), 0)

    def test_a_quarter_looks_over_all_its_months(self, world):
        """A day missed in May and one in September; the meeting of July had none before it."""
        for day in (date(2021, 5, 20), date(2021, 9, 2)):
            when = datetime(day.year, day.month, day.day, 8, tzinfo=CHINA)
            missed = punch("岗员1", when, result="not_signed", source="SYSTEM")
            entry = evidence(Table.CHECK_INS, [missed], days=(day, day), programme_id=world.programme.pk)
            duty.take_in(entry, actor=world.county)
        rule = asked.rule_of(world.programme, "quarterly", date(2021, 7, 1))
        before = before_meeting(world.programme, COUNTY, rule, date(2021, 7, 1), date(2021, 9, 30))
        assert before.since == date(2021, 5, 1)
        assert (before.absentees, before.absent_people) == ((("岗员1", 2),), 1)


@pytest.mark.usefixtures("committed_db")
def test_two_who_write_it_down_at_the_same_moment_leave_one(tmp_path, monkeypatch, make_user):
    world = make_meeting_world(tmp_path, monkeypatch, make_user)
    begun, outcome = threading.Event(), []

    def second() -> None:
        try:
            with rls.everywhere("the test's second clerk"):
                begun.set()
                outcome.append(held(world).pk)
        except Refusal as refusal:
            outcome.append(refusal.code)
        finally:
            connections.close_all()

    thread = threading.Thread(target=second)
    with transaction.atomic():
        held(world)
        thread.start()
        assert begun.wait(30)
    thread.join(30)
    assert outcome == ["held_already"]
    assert Meeting.objects.count() == 1
