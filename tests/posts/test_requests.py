"""Requests for posts: from a village's wish to a post, through three people and within a quota."""

import threading
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.people.factories import VILLAGE
from tests.posts.factories import make_programme

from yigang.foundation import rls
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.foundation.models import AuditEntry, User
from yigang.posts import domain, queries
from yigang.posts.costs import yearly_cost
from yigang.posts.domain import QuotaRecord, RequestRecord
from yigang.posts.enums import Asker, RequestState
from yigang.posts.models import Post, PostKind, PostRequest, Quota, RequestStep

COUNTY_CODE = "520403000000"
YUAN = 100


class World:
    """A programme whose place costs 10,000 yuan a year, a quota, and one account for each part."""

    def __init__(self, make_user):
        self.programme = make_programme()
        self.clerk = make_user(Role.VILLAGE_CLERK, VILLAGE)
        self.town = make_user(Role.TOWN_OFFICER, VILLAGE[:9])
        self.county = make_user(Role.COUNTY_MANAGER, "520403")
        self.quota = self.allow(10, 100_000)

    def allow(self, places, yuan, *, fund="省级衔接资金", **changes):
        values = {"region_code": COUNTY_CODE, "year": 2021, **changes}
        record = QuotaRecord(fund=fund, head_count=places, budget_fen=yuan * YUAN, **values)
        return domain.save_quota(self.programme, record, actor=self.county)

    def record(self, **changes):
        values = {
            "region_code": VILLAGE, "asker": Asker.VILLAGE, "asker_name": "芝麻村村委会",
            "category": PostKind.objects.get(code="forest-guard"), "duties": ["森林防火", "河道清理"],
            "place": "后山林区", "longitude": "106.2561", "latitude": "26.4056", "head_count": 2,
            "minutes_per_day": 240, "reason": "防火期无人巡护", "year": 2021, "abilities": ["会骑摩托车"], **changes,
        }  # fmt: skip
        return RequestRecord(**values)

    def ask(self, **changes) -> PostRequest:
        request = domain.save_request(self.programme, self.record(**changes), actor=self.clerk)
        return domain.submit_request(request, actor=self.clerk)

    def checked(self, **changes) -> PostRequest:
        return domain.check_request(self.ask(**changes), text="情况属实", actor=self.town)


@pytest.fixture
def world(make_user):
    return World(make_user)


def refused(call, *args, **named) -> Refusal:
    with pytest.raises(Refusal) as caught:
        call(*args, **named)
    return caught.value


@pytest.mark.req("Z7")
def test_an_approved_request_makes_its_posts_with_all_that_was_asked(world):
    [post] = domain.approve_request(world.checked(), world.quota, text="同意", actor=world.county)
    assert (post.head_count, post.duties, post.months) == (2, ["森林防火", "河道清理"], list(range(1, 13)))
    assert (post.category.role, post.abilities, post.place) == ("守护员", ["会骑摩托车"], "后山林区")
    assert post.request.cost_fen == 2 * 10_000 * YUAN
    steps = [(step.get_state_display(), step.by_id) for step in queries.path_of(post.request)]
    assert [by for _state, by in steps] == [world.clerk.pk, world.clerk.pk, world.town.pk, world.county.pk]
    verbs = AuditEntry.objects.filter(verb__startswith="posts.").values_list("verb", flat=True)
    assert {"posts.submit_request", "posts.check_request", "posts.approve_request", "posts.save_post"} <= set(verbs)


@pytest.mark.req("Z7")
def test_the_cost_of_a_place_is_the_sum_of_the_policys_months_and_says_so(world):
    whole = yearly_cost(world.programme, 2021)
    assert whole.fen == 10_000 * YUAN
    assert whole.in_words() == "管护补助：833.33 × 11 + 833.37 × 1 = 10,000.00"
    winter = yearly_cost(world.programme, 2021, [1, 2, 12])
    assert winter.fen == 2 * 83_333 + 83_337
    assert refused(yearly_cost, world.programme, 2011).code == "no_cost"


@pytest.mark.req("Z7")
def test_a_season_costs_only_its_months(world):
    [post] = domain.approve_request(world.checked(months=[3, 2]), world.quota, actor=world.county)
    assert post.months == [2, 3]
    assert post.request.cost_fen == 2 * 2 * 83_333


@pytest.mark.req("Z7")
def test_places_beyond_the_quota_are_refused_and_nothing_is_made(world):
    domain.approve_request(world.checked(head_count=9), world.quota, actor=world.county)
    second = world.checked(head_count=2)
    assert refused(domain.approve_request, second, world.quota, actor=world.county).code == "quota_places"
    second.refresh_from_db()
    assert (second.state, Post.objects.count()) == (RequestState.CHECKED, 1)
    domain.approve_request(world.checked(head_count=1), world.quota, actor=world.county)
    [standing] = queries.standings([world.quota])
    assert (standing.places, standing.left, standing.left_fen, standing.waiting) == (10, 0, 0, 2)


@pytest.mark.req("Z7")
def test_money_beyond_the_quota_is_refused_in_yuan(world):
    poor = world.allow(10, 15_000, fund="村级资金")
    refusal = refused(domain.approve_request, world.checked(), poor, actor=world.county)
    assert refusal.code == "quota_budget"
    assert "20,000.00" in str(refusal)


def test_a_quota_of_another_year_programme_or_town_is_refused(world):
    request = world.checked()
    for other in (
        world.allow(10, 100_000, year=2022),
        world.allow(10, 100_000, region_code="520403101000", fund="高峰镇"),
    ):
        assert refused(domain.approve_request, request, other, actor=world.county).code == "other_quota"
    town = world.allow(10, 100_000, region_code="520403100000", fund="白云镇")
    assert queries.quotas_for(request) == [town, world.quota]


def test_a_quota_is_not_set_below_what_is_approved(world):
    domain.approve_request(world.checked(), world.quota, actor=world.county)
    assert refused(world.allow, 1, 100_000).code == "below_approved"
    assert refused(world.allow, 10, 19_999).code == "below_approved"
    assert world.allow(2, 20_000).head_count == 2


@pytest.mark.req("Z7")
def test_the_database_refuses_what_a_program_might_forget(world):
    request = world.checked(head_count=11)
    wrong = {"state": "approved", "quota": world.quota, "decided_by": world.county, "cost_fen": 1}
    with pytest.raises(IntegrityError, match="has 10 places"), transaction.atomic():
        PostRequest.objects.filter(pk=request.pk).update(**wrong)
    for same in (world.clerk, world.town):
        with pytest.raises(IntegrityError, match="approver_is_a_third"), transaction.atomic():
            PostRequest.objects.filter(pk=request.pk).update(head_count=1, **{**wrong, "decided_by": same})


@pytest.mark.req("Z7")
def test_who_wrote_or_checked_a_request_does_not_decide_about_it(world, make_user):
    colleague = make_user(Role.TOWN_OFFICER, VILLAGE[:9])
    mine = domain.save_request(world.programme, world.record(), actor=world.town)
    domain.submit_request(mine, actor=world.town)
    assert refused(domain.check_request, mine, actor=world.town).code == "author"
    domain.check_request(mine, actor=colleague)
    with pytest.raises(Forbidden):
        domain.approve_request(mine, world.quota, actor=colleague)
    assert domain.approve_request(mine, world.quota, actor=world.county)


def test_a_county_that_asks_needs_a_colleague_to_approve(world, make_user):
    asked = domain.save_request(world.programme, world.record(asker=Asker.DEPARTMENT), actor=world.county)
    domain.check_request(domain.submit_request(asked, actor=world.county), actor=world.town)
    assert refused(domain.approve_request, asked, world.quota, actor=world.county).code == "author"
    other = make_user(Role.COUNTY_MANAGER, "520403")
    assert domain.approve_request(asked, world.quota, actor=other)


def test_a_request_sent_back_is_written_anew_and_comes_again(world):
    request = world.ask()
    assert refused(domain.send_request_back, request, reason=" ", actor=world.town).code == "reason_missing"
    domain.send_request_back(request, reason="人数偏多", actor=world.town)
    request = domain.save_request(world.programme, world.record(head_count=1), request=request, actor=world.clerk)
    domain.check_request(domain.submit_request(request, actor=world.clerk), actor=world.town)
    back = domain.send_request_back(request, reason="地点不明", actor=world.county)
    assert (back.state, back.checked_by) == (RequestState.DRAFT, None)
    assert [step.text for step in queries.path_of(request) if step.sent_back] == ["人数偏多", "地点不明"]


def test_a_refusal_ends_a_request_with_its_reason(world):
    request = world.checked()
    domain.refuse_request(request, reason="与护林站职责重复", actor=world.county)
    assert refused(domain.approve_request, request, world.quota, actor=world.county).code == "other_state"
    assert refused(domain.submit_request, request, actor=world.clerk).code == "other_state"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"duties": []}, "duties_missing"),
        ({"reason": " "}, "reason_missing"),
        ({"head_count": 0}, "head_count"),
        ({"minutes_per_day": 800}, "hours"),
        ({"months": [13]}, "months"),
        ({"longitude": "26.4", "latitude": "106.2"}, "swapped"),
        ({"longitude": "106.2", "latitude": ""}, "half_a_position"),
        ({"longitude": "2.35", "latitude": "48.85"}, "not_in_china"),
        ({"longitude": "东经106", "latitude": "26.4"}, "not_a_degree"),
        ({"longitude": "nan", "latitude": "26.4"}, "not_a_degree"),
    ],
)
def test_an_incomplete_request_is_refused_and_not_kept(world, changes, code):
    assert refused(domain.save_request, world.programme, world.record(**changes), actor=world.clerk).code == code
    assert not PostRequest.objects.exists()
    assert domain.save_request(world.programme, world.record(longitude="", latitude=""), actor=world.clerk).pk


def test_another_village_neither_asks_nor_sees(world, make_user):
    request = world.ask()
    stranger = make_user(Role.VILLAGE_CLERK, "520403101201")
    with pytest.raises(Forbidden):
        domain.save_request(world.programme, world.record(), actor=stranger)
    with rls.scope(stranger):
        assert not PostRequest.objects.filter(pk=request.pk).exists()
        assert Quota.objects.count() == 1, "a county's target is seen below it"


def test_the_steps_of_a_request_are_never_rewritten(world):
    world.ask()
    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
        RequestStep.objects.update(text="x")


@pytest.mark.req("Z7")
@pytest.mark.parametrize(
    ("places", "yuan", "code"), [(3, 100_000, "quota_places"), (10, 39_999, "quota_budget")], ids=["places", "money"]
)
def test_of_two_officers_approving_at_once_one_is_told_that_nothing_is_left(
    committed_db, make_user, places, yuan, code
):
    world = World(make_user)
    world.quota = world.allow(places, yuan)
    officers = [world.county, make_user(Role.COUNTY_MANAGER, "520403")]
    requests = [world.checked(head_count=2), world.checked(head_count=2)]
    answers, start = [], threading.Barrier(2)

    def approve(request, officer):
        try:
            actor = User.objects.get(pk=officer.pk)
            start.wait(10)
            with rls.scope(actor):
                domain.approve_request(request, world.quota, actor=actor)
            answers.append("approved")
        except Refusal as refusal:
            answers.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=approve, args=pair) for pair in zip(requests, officers, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["approved", code]
    assert Post.objects.count() == 1
    [standing] = queries.standings([world.quota])
    assert (standing.places, standing.fen, standing.waiting) == (2, 20_000 * YUAN, 2)


@pytest.mark.req("Z7")
def test_what_is_left_is_the_same_for_the_village_the_town_and_the_county(world):
    kinds = list(PostKind.objects.order_by("name")[:2])
    domain.approve_request(world.checked(head_count=3, category=kinds[0]), world.quota, actor=world.county)
    elsewhere = world.record(region_code="520403101201", head_count=4, category=kinds[1])
    asked = domain.save_request(world.programme, elsewhere, actor=world.county)
    domain.submit_request(asked, actor=world.county)
    expected = [(kinds[0].name, 3, 30_000 * YUAN, 0), (kinds[1].name, 0, 0, 4)]
    for reader in (world.clerk, world.town, world.county):
        with rls.scope(reader):
            [standing] = queries.standings(queries.quotas_around(reader.prefixes[0], 2021))
            seen = PostRequest.objects.count()
        assert [(one.kind, one.places, one.fen, one.waiting) for one in standing.kinds] == expected
        assert (standing.left, standing.left_fen, standing.waiting) == (7, 70_000 * YUAN, 4)
        assert seen == (2 if reader is world.county else 1), "only the sums are everybody's"
    with rls.scope(world.clerk):
        assert queries.quotas_around(VILLAGE, 2022) == []


@pytest.mark.req("Z7")
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(asked=st.lists(st.integers(1, 6), max_size=6), places=st.integers(0, 12), yuan=st.integers(0, 120))
def test_whatever_is_asked_no_quota_is_ever_exceeded(make_user, asked, places, yuan):
    with transaction.atomic():
        world = World(make_user)
        quota = world.allow(places, yuan * 1000, fund=f"基金{places}-{yuan}")
        for count in asked:
            request = world.checked(head_count=count)
            left = queries.standings([quota])[0]
            fits = count <= left.left and count * 10_000 * YUAN <= left.left_fen
            if fits:
                domain.approve_request(request, quota, actor=world.county)
            else:
                refused(domain.approve_request, request, quota, actor=world.county)
        standing = queries.standings([quota])[0]
        assert standing.left >= 0
        assert standing.left_fen >= 0
        assert sum(post.head_count for post in Post.objects.all()) == standing.places
        transaction.set_rollback(True)


def test_a_position_far_from_all_others_of_the_county_asks_for_a_look(world):
    assert queries.far_away((Decimal("106.25"), Decimal("26.40")), VILLAGE) is None
    domain.approve_request(world.checked(), world.quota, actor=world.county)
    assert queries.far_away((Decimal("106.30"), Decimal("26.40")), VILLAGE) is None
    assert queries.far_away((Decimal("110.30"), Decimal("26.40")), VILLAGE) > 350
