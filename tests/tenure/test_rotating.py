"""A rotation round: wishes, one proposal, rings accepted whole, changes and rejections with a reason."""

from datetime import date

import pytest
from tests.posts.factories import make_post, make_programme
from tests.tenure.conftest import refused

from yigang.tenure import domain
from yigang.tenure.domain import Asked, Leaving
from yigang.tenure.enums import ExitKind, ExitReason, MoveState, RotationState, Wish
from yigang.tenure.models import Appointment, RotationMove

pytestmark = pytest.mark.req("M1")
A, B, DAY = "520403100201", "520403100202", date(2020, 7, 1)


@pytest.fixture
def teams(db):
    return make_programme("teams", policy_code="huaihua-team", kind="team", starts=date(2017, 3, 1))


@pytest.fixture
def people(teams, hold):
    """Two villages with two people each, three years there; the county's rotation takes place in July 2020."""
    posts = [
        make_post(teams, f"{village[-1]}-{number}", region_code=village) for village in (A, B) for number in (1, 2)
    ]
    return [
        hold(post, order, f"队员{order}", starts=date(2017, 7, 1), ends=date(2021, 6, 30), region_code=post.region_code)
        for order, post in enumerate(posts, start=1)
    ]  # fmt: skip


@pytest.fixture
def rotation(teams, people, county_manager):
    return domain.open_rotation(teams, "520403000000", "2020 年轮换", on=DAY, actor=county_manager)


def test_wishes_and_needs_decide_who_goes(rotation, people, county_manager):
    domain.record_wish(rotation, people[0], Asked(Wish.LEAVE, B, "照顾老人"), actor=county_manager)
    domain.record_need(rotation, A, 5, "需要懂农技的", actor=county_manager)
    rotation = domain.propose_moves(rotation, actor=county_manager)
    assert rotation.result["optimal"]
    moves = {move.appointment_id: move.to_region for move in rotation.moves.all()}
    assert len(moves) == 2
    assert moves[people[0].pk] == B
    assert "本人愿意轮换：+300" in rotation.moves.get(appointment=people[0]).why
    late = refused(domain.record_wish, rotation, people[1], Asked(Wish.STAY), actor=county_manager)
    assert late.code == "state"


def test_accepting_a_ring_carries_out_its_transfers(rotation, people, county_manager):
    rotation = domain.propose_moves(rotation, actor=county_manager)
    moves = list(rotation.moves.all())
    refusal = refused(domain.accept_moves, moves[:1], actor=county_manager)
    assert refusal.code == "ring"
    domain.accept_moves(moves, actor=county_manager)
    now = Appointment.objects.filter(starts=DAY).values_list("person__name", "region_code")
    assert {village for _name, village in now} == {A, B}
    rotation.refresh_from_db()
    assert rotation.state == RotationState.CLOSED
    assert refused(domain.accept_moves, moves, actor=county_manager).code == "decided_already"


def test_rejecting_or_changing_takes_a_reason(rotation, people, teams, county_manager):
    rotation = domain.propose_moves(rotation, actor=county_manager)
    first, second = rotation.moves.all()
    assert refused(domain.reject_moves, [first], "", actor=county_manager).code == "reason_missing"
    free = make_post(teams, "C-1", region_code="520403101201")
    assert refused(domain.change_move, first, free, " ", actor=county_manager).code == "reason_missing"
    changed = domain.change_move(first, free, "照顾家庭", actor=county_manager)
    assert (changed.state, changed.new_appointment.post) == (MoveState.CHANGED, free)
    domain.reject_moves([second], "原地留任", actor=county_manager)
    assert RotationMove.objects.filter(state=MoveState.REJECTED).count() == 1


def test_each_move_names_who_stays_there_for_the_newcomer_and_for_how_long(rotation, people, county_manager):
    domain.renew(people[3], date(2022, 6, 30), actor=county_manager)
    domain.record_wish(rotation, people[0], Asked(Wish.LEAVE), actor=county_manager)
    domain.record_wish(rotation, people[2], Asked(Wish.LEAVE), actor=county_manager)
    rotation = domain.propose_moves(rotation, actor=county_manager)
    last = {move.to_region: move.why[-1] for move in rotation.moves.all()}
    assert last == {
        A: "队员2留村带新人（在村 3.0 年，至 2021-06-30，共事 365 天）",
        B: "队员4留村带新人（在村 3.0 年，至 2022-06-30，共事 730 天）",
    }  # fmt: skip


def test_nobody_is_moved_when_whoever_was_to_stay_has_left_since(rotation, people, teams, county_manager):
    rotation = domain.propose_moves(rotation, actor=county_manager)
    moves = {move.region_code: move for move in rotation.moves.all()}
    stays = next(one for one in people[:2] if one.pk != moves[A].appointment_id)
    domain.leave(stays, Leaving(ExitKind.LAPSE, ExitReason.MOVED, date(2020, 5, 31), "迁走"), actor=county_manager)
    free = make_post(teams, "C-1", region_code="520403101201")
    assert refused(domain.accept_moves, moves.values(), actor=county_manager).code == "strangers_alone"
    assert refused(domain.change_move, moves[A], free, "照顾家庭", actor=county_manager).code == "strangers_alone"
    assert not Appointment.objects.filter(starts=DAY).exists()
    assert domain.change_move(moves[B], free, "照顾家庭", actor=county_manager).state == MoveState.CHANGED


def test_a_rotation_that_cannot_be_is_explained(teams, hold, county_manager):
    hold(make_post(teams, "A-1"), 1, starts=date(2017, 7, 1), ends=None)
    rotation = domain.open_rotation(teams, "520403000000", "轮换", on=DAY, actor=county_manager)
    refusal = refused(domain.propose_moves, rotation, actor=county_manager)
    assert (refusal.code, "没有熟悉情况的人" in str(refusal)) == ("no_rotation", True)
    assert not RotationMove.objects.exists()


def test_service_in_the_village_counts_over_renewals(teams, hold, county_manager):
    """Two terms of one year and a half: nobody may be moved after the last one alone, both together suffice."""
    for order, village in ((1, A), (2, A), (3, B), (4, B)):
        post = make_post(teams, f"P{order}", region_code=village)
        first = hold(post, order, f"队员{order}", starts=date(2017, 7, 1), ends=date(2018, 12, 31), region_code=village)
        domain.renew(first, date(2021, 6, 30), actor=county_manager)
    rotation = domain.open_rotation(teams, "520403000000", "轮换", on=DAY, actor=county_manager)
    assert domain.propose_moves(rotation, actor=county_manager).result["may_move"] == 4


def test_a_policy_without_the_rule_opens_no_rotation(programme, county_manager):
    named = {"on": DAY, "actor": county_manager}
    assert refused(domain.open_rotation, programme, "520403000000", "轮换", **named).code == "no_rule"
