"""Programmes and posts: the county sets them up, the policy says what may be collected and why."""

from datetime import date

import pytest
from tests.people.factories import VILLAGE, make_person
from tests.posts.factories import make_post, make_programme

from yigang.foundation import rls
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.foundation.models import AuditEntry
from yigang.posts import domain, queries
from yigang.posts.domain import PostRecord
from yigang.posts.enums import ProgrammeKind
from yigang.posts.models import Post
from yigang.tenure.models import Appointment

COUNTY_CODE = "520403000000"


def create(actor, **changes):
    named = {
        "name": "护林员", "kind": ProgrammeKind.RANGER, "region_code": COUNTY_CODE, "policy_code": "pingba-ranger",
        "starts": date(2020, 7, 1), "actor": actor, **changes,
    }  # fmt: skip
    return domain.create_programme("rangers", **named)


def test_a_programme_may_collect_what_its_policy_names_a_legal_basis_for_and_no_more(county_manager):
    programme = create(county_manager)
    assert (
        programme.capabilities.items()
        >= {"check_in": "森林防火巡护属应急职责", "track": "森林防火巡护属应急职责"}.items()
    )
    assert "face_match" not in programme.capabilities
    assert AuditEntry.objects.get(verb="posts.create_programme").after["policy_code"] == "pingba-ranger"


def test_a_day_before_the_first_text_of_the_policy_is_refused(county_manager):
    with pytest.raises(Refusal) as caught:
        create(county_manager, starts=date(2019, 1, 1))
    assert caught.value.code == "policy_unusable"


@pytest.mark.parametrize("policy_code", ["nowhere", "../pingba-ranger"])
def test_a_programme_needs_a_policy_that_exists(county_manager, policy_code):
    with pytest.raises(Refusal) as caught:
        create(county_manager, policy_code=policy_code)
    assert caught.value.code == "no_policy"


def test_a_programmes_code_is_given_once(county_manager):
    create(county_manager)
    with pytest.raises(Refusal) as caught:
        create(county_manager)
    assert caught.value.code == "known"


@pytest.mark.req("P5")
def test_a_town_sets_up_neither_programmes_nor_posts(make_user, town_officer):
    programme = make_programme()
    with pytest.raises(Forbidden):
        create(town_officer)
    with pytest.raises(Forbidden):
        domain.save_post(programme, PostRecord(VILLAGE, "H001", "护林员"), actor=town_officer)


@pytest.mark.req("Z7")
def test_a_post_has_a_number_a_kind_several_duties_and_at_least_one_place(county_manager):
    programme = make_programme()
    record = PostRecord(VILLAGE, "H001", "护林员", duties=["巡护", "防火"], head_count=2)
    post = domain.save_post(programme, record, actor=county_manager)
    assert (post.duties, post.head_count) == (["巡护", "防火"], 2)
    for wrong in (
        PostRecord(VILLAGE, " ", "护林员"),
        PostRecord(VILLAGE, "H2", ""),
        PostRecord(VILLAGE, "H2", "护", (), 0),
    ):
        with pytest.raises(Refusal):
            domain.save_post(programme, wrong, actor=county_manager)
    assert domain.save_post(programme, PostRecord(VILLAGE, "H001", "保洁员"), actor=county_manager).pk == post.pk


def test_a_post_cannot_shrink_below_its_holders(county_manager):
    post = make_post(make_programme(), head_count=2)
    for place in (1, 2):
        Appointment.objects.create(
            region_code=VILLAGE, person=make_person(f"张{place}", place), post=post, programme=post.programme,
            place=place, starts=date(2020, 7, 1),
        )  # fmt: skip
    with pytest.raises(Refusal) as caught:
        domain.change_head_count(post, 1, actor=county_manager)
    assert caught.value.code == "places_held"
    assert domain.change_head_count(post, 3, actor=county_manager).head_count == 3
    assert queries.with_holders(Post.objects.all(), date(2020, 8, 1)).get().free == 1
    assert queries.with_holders(Post.objects.all(), date(2020, 6, 1)).get().free == 3


def test_towns_see_the_countys_programme(town_officer, make_user):
    programme = make_programme()
    with rls.scope(town_officer):
        assert queries.programme_by_code(programme.code) == programme
    with rls.scope(make_user(Role.TOWN_OFFICER, "520402100")):
        assert queries.programme_by_code(programme.code) is None
