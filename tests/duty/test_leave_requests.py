"""Leave asked for under the policy, decided level by level, counted in the month, cancelled and returned from."""

from datetime import date, datetime, timedelta, timezone

import pytest
from django.db import IntegrityError, transaction
from tests.duty.conftest import OTHER_TOWN_VILLAGE, VILLAGE

from yigang.duty import domain, facts, leave_account
from yigang.duty.domain import LeaveAsked, LeaveTerms
from yigang.duty.enums import LeaveKind, LeaveState
from yigang.duty.models import Leave, LeaveDecision, LeaveRequest
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.foundation.facts import Selection
from yigang.foundation.models import AuditEntry
from yigang.people.models import Person

CHINA = timezone(timedelta(hours=8))
pytestmark = pytest.mark.req("H4")


def july(day: int, hour: int = 8) -> datetime:
    return datetime(2020, 7, day, hour, tzinfo=CHINA)


@pytest.fixture
def person(hold) -> Person:
    return hold("张大山")


@pytest.fixture
def clerk(make_user):
    return make_user(Role.VILLAGE_CLERK, VILLAGE)


@pytest.fixture
def ask(person, clerk):
    """`ask(10, 12)`: personal leave from the 10th to the 12th of July 2020, asked for on the 6th."""

    def ask(first: int, last: int, kind: LeaveKind = LeaveKind.PERSONAL, **more) -> LeaveRequest:
        said = {"reason": "家中有事", "at": july(6), **more}
        days = date(2020, 7, first), date(2020, 7, last)
        return domain.ask_leave(person, LeaveAsked(kind, *days, **said), actor=clerk)

    return ask


def counted(programme) -> list[tuple]:
    """Leave as the engine reads it for July."""
    selection = Selection(programme.pk, "520403", date(2020, 7, 1), date(2020, 7, 31))
    return facts.leaves(selection).select("kind", "start", "end", "approved").rows()


def test_up_to_three_days_the_town_decides_and_the_leave_counts(ask, programme, town_officer, county_manager):
    request = ask(10, 12)
    assert (request.levels, request.waits_for, request.return_by) == (["town"], "town", date(2020, 7, 13))
    assert counted(programme) == []
    done = domain.decide_leave(request, approve=True, actor=town_officer)
    assert (done.state, done.waits_for, done.leave.approved_by) == (LeaveState.APPROVED, "", town_officer.name)
    assert counted(programme) == [("personal", date(2020, 7, 10), date(2020, 7, 12), True)]
    assert [entry.verb for entry in AuditEntry.objects.order_by("sequence")][-2:] == [
        "duty.ask_leave",
        "duty.decide_leave",
    ]
    with pytest.raises(Refusal) as caught:
        domain.decide_leave(request, approve=False, reason="改主意", actor=county_manager)
    assert caught.value.code == "decided"


def test_longer_leave_goes_level_by_level(hold, programme, clerk, town_officer, county_manager):
    programme.policy_code = "huaihua-team"
    programme.save()
    person = hold("李队员")
    asked = LeaveAsked(LeaveKind.ANNUAL, date(2020, 7, 6), date(2020, 7, 10), "年休假", at=july(1))
    request = domain.ask_leave(person, asked, actor=clerk)
    assert request.levels == ["town", "county"]
    with pytest.raises(Forbidden):
        domain.decide_leave(request, approve=True, actor=clerk)
    first = domain.decide_leave(request, approve=True, actor=town_officer)
    assert (first.state, first.waits_for, Leave.objects.count()) == (LeaveState.ASKED, "county", 0)
    with pytest.raises(Forbidden):
        domain.decide_leave(request, approve=True, actor=town_officer)
    done = domain.decide_leave(request, approve=True, actor=county_manager)
    assert done.leave.approved_by == f"{town_officer.name}、{county_manager.name}"


def test_nobody_decides_what_he_entered_and_nobody_decides_twice(
    person, programme, town_officer, county_manager, make_user
):
    asked = LeaveAsked(LeaveKind.SICK, date(2020, 7, 6), date(2020, 7, 7), "感冒", at=july(6))
    request = domain.ask_leave(person, asked, actor=town_officer)
    with pytest.raises(Refusal) as caught:
        domain.decide_leave(request, approve=True, actor=town_officer)
    assert caught.value.code == "own_request"
    forged = {"request": request, "region_code": VILLAGE, "level": "town", "approved": True}
    with pytest.raises(IntegrityError, match="author_does_not_decide"), transaction.atomic():
        LeaveDecision.objects.create(author=town_officer, by=town_officer, **forged)
    with pytest.raises(Forbidden):
        domain.decide_leave(request, approve=True, actor=make_user(Role.TOWN_OFFICER, OTHER_TOWN_VILLAGE[:9]))
    domain.decide_leave(request, approve=True, actor=county_manager)  # above the town, for an officer who entered it
    assert Leave.objects.count() == 1


@pytest.mark.req("H4")
def test_an_officer_who_holds_a_post_does_not_decide_his_own_leave(person, programme, town_officer, county_manager):
    """Told by the phone number, or by the name where a number is missing; of the same name with another number is another."""
    request = domain.ask_leave(
        person, LeaveAsked(LeaveKind.SICK, date(2020, 7, 6), date(2020, 7, 7), "感冒", at=july(6)), actor=county_manager
    )
    person.phone = "13985000001"
    person.save()
    terms = domain.LeaveTerms(LeaveKind.SICK, date(2020, 8, 3), date(2020, 8, 4), "本人")
    for name, phone in (("某人", "13985000001"), (person.name, "")):
        town_officer.name, town_officer.phone = name, phone
        for verb in (
            lambda: domain.decide_leave(request, approve=True, actor=town_officer),
            lambda: domain.enter_leave(person, terms, actor=town_officer),
        ):
            with pytest.raises(Refusal) as caught:
                verb()
            assert caught.value.code == "own_case"
    town_officer.name, town_officer.phone = person.name, "13985000002"
    assert domain.decide_leave(request, approve=True, actor=town_officer).state == LeaveState.APPROVED


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"last": 17}, "leave_each"), ({"kind": LeaveKind.OTHER}, "leave_kind"), ({"reason": " "}, "reason"),
        ({"stand_in": "他弟弟"}, "leave_stand_in"), ({"last": 9}, "period"), ({"at": july(11)}, "leave_late"),
        ({"kind": LeaveKind.SICK, "last": 14}, "leave_paper"), ({"first": 8}, "overlap"),
    ],
)  # fmt: skip
def test_what_the_policy_forbids_is_refused_in_its_words(ask, person, town_officer, change, code):
    granted = LeaveTerms(LeaveKind.SICK, date(2020, 7, 7), date(2020, 7, 8), "王医生")
    domain.enter_leave(person, granted, actor=town_officer)
    with pytest.raises(Refusal) as caught:
        ask(**{"first": 10, "last": 12, **change})
    assert caught.value.code == code
    assert (LeaveRequest.objects.count(), bool(str(caught.value))) == (0, True)
    assert ask(10, 12).pk


def test_leave_in_pieces_is_one_leave_and_the_year_has_thirty_days(ask, person, town_officer):
    ask(1, 4, at=datetime(2020, 6, 30, tzinfo=CHINA))
    with pytest.raises(Refusal) as caught:
        ask(5, 8, at=july(5))
    assert caught.value.code == "leave_each", "four days and four that adjoin them are eight"
    ask(5, 7, at=july(5))
    for month in (3, 4):  # leave that came in by other ways counts too
        domain.enter_leave(
            person,
            LeaveTerms(LeaveKind.PERSONAL, date(2020, month, 1), date(2020, month, 10), "李主任"),
            actor=town_officer,
        )
    account = leave_account.account(person.pk, ask(20, 21).programme, 2020)
    personal = next(one for one in account.kinds if one.kind == LeaveKind.PERSONAL)
    assert (personal.taken, personal.open, personal.left, account.together_left) == (20, 9, 1, 1)
    with pytest.raises(Refusal) as caught:
        ask(25, 26)
    assert (caught.value.code, caught.value.params) == ("leave_year", {"limit": 30, "left": 1})
    assert ask(25, 25).pk


def test_offline_time_is_kept_beside_the_arrival(ask):
    request = ask(10, 11, at=july(9, 6))
    assert request.asked_at == july(9, 6)
    assert request.arrived_at > request.asked_at + timedelta(days=365)


def test_back_early_shortens_the_evidence_and_frees_the_days(ask, programme, clerk, town_officer):
    request = domain.decide_leave(ask(10, 12), approve=True, actor=town_officer)
    with pytest.raises(Refusal) as caught:
        domain.report_return(request, on=date(2020, 7, 9), actor=clerk)
    assert caught.value.code == "not_begun"
    back = domain.report_return(request, on=date(2020, 7, 12), actor=clerk)
    assert (back.last, back.asked_last, back.returned_on) == (date(2020, 7, 11), date(2020, 7, 12), date(2020, 7, 12))
    assert counted(programme) == [("personal", date(2020, 7, 10), date(2020, 7, 11), True)]
    assert ask(12, 12).pk
    never = domain.decide_leave(ask(20, 21), approve=True, actor=town_officer)
    assert domain.report_return(never, on=date(2020, 7, 20), actor=clerk).state == LeaveState.CANCELLED
    assert len(counted(programme)) == 1


def test_cancelled_before_it_begins_it_never_was(ask, programme, clerk, town_officer):
    request = domain.decide_leave(ask(10, 12), approve=True, actor=town_officer)
    with pytest.raises(Refusal) as caught:
        domain.cancel_leave(request, reason="不去了", actor=clerk, at=july(10))
    assert caught.value.code == "begun"
    gone = domain.cancel_leave(request, reason="不去了", actor=clerk, at=july(9))
    assert (gone.state, counted(programme)) == (LeaveState.CANCELLED, [])
    refused = domain.decide_leave(ask(10, 12), approve=False, reason="人手不够", actor=town_officer)
    with pytest.raises(Refusal):
        domain.cancel_leave(refused, reason="不去了", actor=clerk)
    assert refused.state == LeaveState.REFUSED
