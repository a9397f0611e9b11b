"""A town officer computes the month: drafts per town, every figure kept, what is missing named."""

from datetime import date

import pytest
from tests.payment.world import AUGUST, COUNTY, FAR_VILLAGE, HUNG, JULY, OTHER_TOWN, TOWN, VILLAGE

from yigang.foundation import rls
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.foundation.models import AuditEntry
from yigang.payment.enums import Step
from yigang.payment.models import Settlement, SubsidyLine
from yigang.payment.settlement import review
from yigang.payment.settlement.calculate import settle


@pytest.mark.req("P8")
def test_a_full_month_pays_one_twelfth_of_the_year(world, town_officer):
    ranger = world.work(world.hire("王大山"))
    result = settle(world.programme, TOWN, JULY, actor=town_officer)
    line = SubsidyLine.objects.get(appointment=ranger)
    assert (line.state, line.grade, str(line.score), line.amount_fen) == ("settled", "合格", "98.00", 83333)
    assert line.trace["出勤天数"] == 22
    assert (result.people, result.undetermined, result.total_fen) == (1, 0, 83333)
    assert Settlement.objects.get().step == Step.CALCULATED


def test_a_month_without_the_towns_mark_is_held_and_says_so(world, town_officer):
    ranger = world.hire("王大山")
    world.attend(ranger, range(1, 23))
    world.log(ranger, range(1, 23))
    result = settle(world.programme, TOWN, JULY, actor=town_officer)
    line = SubsidyLine.objects.get()
    assert (line.state, line.amount_fen, line.missing) == ("undetermined", None, ["乡镇评定"])
    assert result.undetermined == 1


def test_somebody_without_any_check_in_is_unknown_and_not_absent(world, town_officer):
    ranger = world.hire("李二")
    world.log(ranger, [1])
    world.mark(ranger)
    settle(world.programme, TOWN, JULY, actor=town_officer)
    assert "出勤天数" in SubsidyLine.objects.get().missing


def test_leave_that_nobody_handed_in_is_missing_and_not_none(clerk, town_officer):
    from tests.payment.world import World

    world = World(clerk)
    world.work(world.hire("王大山"))
    settle(world.programme, TOWN, JULY, actor=town_officer)
    assert SubsidyLine.objects.get().state == "undetermined"


def test_a_county_is_computed_town_by_town(world, county_manager):
    world.work(world.hire("王大山", VILLAGE))
    world.work(world.hire("赵远", FAR_VILLAGE))
    result = settle(world.programme, COUNTY, JULY, actor=county_manager)
    assert list(Settlement.objects.order_by("region_code").values_list("region_code", "people", "total_fen")) == [
        (TOWN, 1, 83333),
        (OTHER_TOWN, 1, 83333),
    ]
    assert result.total_fen == 166666


def test_computing_again_replaces_the_draft_and_keeps_what_did_not_change(world, county_manager):
    held = world.hire("王大山")
    world.attend(held, range(1, 23))
    world.log(held, range(1, 23))
    same = world.work(world.hire("赵远", FAR_VILLAGE))
    settle(world.programme, COUNTY, JULY, actor=county_manager)
    untouched = SubsidyLine.objects.get(appointment=same).pk
    world.mark(held)
    result = settle(world.programme, COUNTY, JULY, actor=county_manager)
    assert SubsidyLine.objects.get(appointment=held).amount_fen == 83333
    assert SubsidyLine.objects.get(appointment=same).pk == untouched
    assert result.changed == (Settlement.objects.get(region_code=TOWN).pk,)
    assert result.total_fen == 166666


def test_who_left_the_roster_leaves_the_draft(world, town_officer):
    world.work(world.hire("王大山"))
    mistaken = world.hire("写错")
    settle(world.programme, TOWN, JULY, actor=town_officer)
    SubsidyLine.objects.filter(appointment=mistaken).delete()
    type(mistaken).objects.filter(pk=mistaken.pk).update(starts=AUGUST)
    settle(world.programme, TOWN, JULY, actor=town_officer)
    assert Settlement.objects.get().people == SubsidyLine.objects.count() == 1


def test_one_persons_broken_facts_touch_nobody_else(world, town_officer):
    good = world.work(world.hire("王大山"))
    late = world.work(world.hire("二十日到岗", starts=date(2020, 7, 20)), days=8)
    world.attend(late, range(20, 29))
    settle(world.programme, TOWN, JULY, actor=town_officer)
    assert SubsidyLine.objects.get(appointment=good).amount_fen == 83333
    assert SubsidyLine.objects.get(appointment=late).trace["服务天数"] == 12


@pytest.mark.parametrize("step", [Step.SUBMITTED, Step.APPROVED])
def test_a_month_in_the_countys_hands_is_not_computed_again(world, town_officer, reviewer, step):
    world.work(world.hire("王大山"))
    settle(world.programme, TOWN, JULY, actor=town_officer)
    settlement = Settlement.objects.get()
    review.publish(settlement, on=HUNG, actor=town_officer)
    review.submit(settlement, actor=town_officer)
    if step == Step.APPROVED:
        review.approve(settlement, actor=reviewer)
    with pytest.raises(Refusal) as refused:
        settle(world.programme, TOWN, JULY, actor=town_officer)
    assert refused.value.code == "month_closed"


def test_one_closed_town_does_not_stop_the_county(world, county_manager, town_officer):
    world.work(world.hire("王大山"))
    settle(world.programme, TOWN, JULY, actor=town_officer)
    settlement = Settlement.objects.get()
    review.publish(settlement, on=HUNG, actor=town_officer)
    review.submit(settlement, actor=town_officer)
    world.work(world.hire("赵远", FAR_VILLAGE))
    result = settle(world.programme, COUNTY, JULY, actor=county_manager)
    assert result.closed == (TOWN,)
    assert [Settlement.objects.get(pk=key).region_code for key in result.settlements] == [OTHER_TOWN]


def test_a_draft_begins_its_steps_again_when_it_changes(world, town_officer):
    ranger = world.work(world.hire("王大山"))
    settle(world.programme, TOWN, JULY, actor=town_officer)
    review.publish(Settlement.objects.get(), on=HUNG, actor=town_officer)
    settle(world.programme, TOWN, JULY, actor=town_officer)
    assert Settlement.objects.get().step == Step.PUBLISHED, "nothing changed, the list hangs on"
    world.mark(ranger, "10")
    settle(world.programme, TOWN, JULY, actor=town_officer)
    settlement = Settlement.objects.get()
    assert (settlement.step, settlement.published_at) == (Step.CALCULATED, None)


def test_refusals_name_the_reason(world, town_officer, county_manager):
    with pytest.raises(Refusal) as nobody:
        settle(world.programme, TOWN, JULY, actor=town_officer)
    assert nobody.value.code == "nobody"
    with pytest.raises(Refusal) as village:
        settle(world.programme, VILLAGE, JULY, actor=town_officer)
    assert village.value.code == "below_town"
    with pytest.raises(Refusal) as early:
        settle(world.programme, TOWN, date(2019, 12, 1), actor=town_officer)
    assert early.value.code == "programme_not_running"
    world.programme.policy_code = "no-such-policy"
    with pytest.raises(Refusal) as policy:
        settle(world.programme, TOWN, JULY, actor=town_officer)
    assert policy.value.code == "no_policy"


@pytest.mark.req("P5")
@pytest.mark.parametrize("role", [Role.VILLAGE_CLERK, Role.FINANCE, Role.AUDITOR, Role.LEADER])
def test_other_roles_do_not_compute(world, make_user, role):
    with pytest.raises(Forbidden):
        settle(world.programme, TOWN, JULY, actor=make_user(role, "520403"))


@pytest.mark.req("P5")
def test_a_town_computes_only_itself(world, make_user):
    world.work(world.hire("赵远", FAR_VILLAGE))
    neighbour = make_user(Role.TOWN_OFFICER, "520403100")
    with pytest.raises(Forbidden):
        settle(world.programme, OTHER_TOWN, JULY, actor=neighbour)
    with pytest.raises(Forbidden):
        settle(world.programme, COUNTY, JULY, actor=neighbour)


def test_lines_are_written_under_the_officers_own_scope(world, town_officer):
    world.work(world.hire("王大山"))
    world.work(world.hire("赵远", FAR_VILLAGE))
    with rls.scope(town_officer):
        settle(world.programme, TOWN, JULY, actor=town_officer)
    assert list(Settlement.objects.values_list("region_code", flat=True)) == [TOWN]


def test_the_trail_holds_the_digest_of_what_was_computed(world, town_officer):
    world.work(world.hire("王大山"))
    settle(world.programme, TOWN, JULY, actor=town_officer)
    entry = AuditEntry.objects.get(verb="payment.settle")
    assert entry.after["lines"] == {TOWN: Settlement.objects.get().lines_digest}
