"""The pool is kept by rule: who is in, who is not and why, who cannot be told, and since when."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from tests.posts.factories import make_programme
from tests.recruitment.pool.world import in_pool, labour
from tests.recruitment.world import SECOND, TOWN, make_world

from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.foundation.models import AuditEntry
from yigang.people.enums import PoorKind
from yigang.recruitment.enums import PoolState
from yigang.recruitment.models import PoolEntry, PoolMember, PoolRun
from yigang.recruitment.pool.renew import last_renewed, renew_pool
from yigang.recruitment.tasks import renew_pools
from yigang.tenure.domain import Terms, appoint

JUNE, JULY = date(2020, 6, 15), date(2020, 7, 15)


@pytest.fixture
def world(make_user):
    return make_world(make_user, heads=(1, 1))


def renew(world, on=JUNE, **named):
    return renew_pool(world.programme, actor=world.county, on=on, **named)


def member(person) -> PoolMember:
    return PoolMember.objects.get(person=person)


@pytest.mark.req("P3")
def test_everybody_of_the_region_is_asked_and_told_why(world):
    """Five people: one meets the rule, two fail a clause, one has no fact about ability, one lives in another county."""
    ready = in_pool(world, "王入库")
    old = in_pool(world, "李超龄", birth=date(1955, 1, 1))
    rich = in_pool(world, "张非贫")
    rich.household.poor_kind = PoorKind.NONE
    rich.household.save()
    unknown = world.person("赵未核实")
    in_pool(world, "钱外县", region_code="520402100201")
    run = renew(world)
    assert (run.people, run.waiting, run.undetermined, run.changed) == (4, 1, 1, 4)
    assert (member(ready).state, member(ready).since, member(ready).why) == (PoolState.IN, JUNE, "")
    assert (member(ready).score, member(ready).score_why) == (30, "六类人员 0 + 家庭人均收入 30 = 30.00")
    assert (member(old).state, member(old).why) == (PoolState.OUT, "须年满18周岁、不超过60周岁（年龄 65）")
    assert member(rich).why == "须为建档立卡贫困人口（建档立卡 否）"
    assert (member(unknown).state, member(unknown).missing) == (PoolState.UNDETERMINED, ["劳动能力"])
    assert member(unknown).why == "劳动能力：缺少劳动能力"
    assert AuditEntry.objects.filter(verb="recruitment.renew_pool").count() == 1


def test_asking_again_changes_nothing(world):
    in_pool(world, "王入库")
    renew(world)
    again = renew(world, on=date(2020, 6, 20))
    assert again.changed == 0
    assert PoolEntry.objects.count() == 1
    assert member(world.people[0]).since == JUNE


@pytest.mark.req("P3")
def test_who_takes_a_post_leaves_the_pool_and_the_history_says_when(world):
    person = in_pool(world, "王入库")
    renew(world)
    appoint(person, world.posts[0], Terms(date(2020, 7, 1)), actor=world.town)
    renew(world, on=JULY)
    assert (member(person).state, member(person).since, member(person).why) == (
        PoolState.OUT, JULY, "本人已在岗（本人在岗 是）",
    )  # fmt: skip
    assert list(PoolEntry.objects.values_list("day", "state")) == [(JUNE, "in"), (JULY, "out")]


@pytest.mark.parametrize(
    ("column", "value", "why"),
    [("died_on", date(2020, 7, 1), "已故"), ("region_code", "520402100201", "户籍不在本项目所在地")],
)
def test_who_died_or_moved_away_leaves_the_pool(world, column, value, why):
    person = in_pool(world, "王入库")
    renew(world)
    setattr(person, column, value)
    person.save()
    renew(world, on=JULY)
    assert (member(person).state, member(person).why) == (PoolState.OUT, why)


def test_an_income_that_nobody_knows_leaves_somebody_in_without_points(world):
    person = in_pool(world, "王入库", income=None)
    renew(world)
    assert (member(person).state, member(person).score) == (PoolState.IN, None)
    assert member(person).score_why == "缺少家庭年收入"


def test_a_town_renews_its_own_part(world):
    here = in_pool(world, "王本镇")
    there = in_pool(world, "李外镇", region_code="520403101201")
    run = renew_pool(world.programme, actor=world.town, region_code=f"{TOWN}000", on=JUNE)
    assert run.people == 1
    assert not PoolMember.objects.filter(person=there).exists()
    assert last_renewed(world.programme, here.region_code) == JUNE
    assert last_renewed(world.programme, there.region_code) is None
    with pytest.raises(Forbidden):
        renew_pool(world.programme, actor=world.town, on=JUNE)


def test_refused_without_a_rule_into_the_future_backwards_and_by_a_village(world, make_user):
    in_pool(world, "王入库")
    renew(world, on=JULY)
    before = list(PoolMember.objects.values())
    for on, code in ((JUNE, "backwards"), (date(2099, 1, 1), "future")):
        with pytest.raises(Refusal) as caught:
            renew(world, on=on)
        assert caught.value.code == code
    other = make_programme("rural", policy_code="rural-post-400", kind="public_welfare")
    with pytest.raises(Refusal) as caught:
        renew_pool(other, actor=world.county)
    assert caught.value.code == "no_pool"
    with pytest.raises(Forbidden):
        renew_pool(world.programme, actor=make_user(Role.VILLAGE_CLERK, SECOND), on=JULY)
    assert list(PoolMember.objects.values()) == before


def test_history_can_only_be_added_to(world):
    labour(world, world.person("王入库"))
    renew(world)
    with pytest.raises(DatabaseError), transaction.atomic():
        PoolEntry.objects.update(why="改写")


@pytest.mark.req("P3")
def test_every_pool_is_renewed_by_itself_once_a_day(world, caplog):
    """One programme keeps a pool, one has ended, one has a policy without a pool; the last cannot go back before its run."""
    ready = in_pool(world, "王入库")
    make_programme("ended", ends=date(2020, 12, 31))
    make_programme("rural", policy_code="rural-post-400")
    renew_pools(0)
    run = PoolRun.objects.get()
    assert (run.programme, run.day, run.by, run.waiting) == (world.programme, timezone.localdate(), None, 1)
    assert member(ready).state == PoolState.IN
    entry = AuditEntry.objects.get(verb="recruitment.renew_pool")
    assert (entry.actor_id, entry.region_code) == (None, world.programme.region_code)
    renew_pools(3600)
    assert PoolRun.objects.count() == 1
    assert not caplog.records


def test_a_day_that_an_official_has_renewed_is_left_alone_and_a_later_one_refuses_the_night(world, caplog):
    in_pool(world, "王入库")
    renew_pool(world.programme, actor=world.county)
    renew_pools(0)
    assert PoolRun.objects.get().by == world.county
    PoolRun.objects.update(region_code=f"{TOWN}000", day=timezone.localdate() + timedelta(days=1))
    renew_pools(0)
    assert PoolRun.objects.count() == 1
    assert "was not renewed" in caplog.text


def test_the_worker_asks_every_hour_and_never_twice_at_a_time():
    (periodic,) = [one for (name, _id), one in app.periodic_registry.periodic_tasks.items() if name == renew_pools.name]
    assert periodic.cron == "10 * * * *"
    assert periodic.task.queueing_lock == "recruitment.renew_pools"
