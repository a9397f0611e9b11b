"""Post kinds are data; service stations are places from which posts are led."""

import pytest
from tests.people.factories import VILLAGE
from tests.posts.factories import make_post, make_programme

from yigang.foundation.errors import Forbidden, Refusal
from yigang.posts import domain, queries
from yigang.posts.domain import KindRecord, PostRecord, StationRecord
from yigang.posts.models import Post, PostKind, ServiceStation


@pytest.mark.req("Z14")
@pytest.mark.req("Z7")
def test_the_kinds_and_the_five_role_names_of_the_sources_are_loaded(db):
    kinds = list(PostKind.objects.all())
    assert len(kinds) > 10
    roles = {kind.role for kind in kinds} - {""}
    assert roles == {"守护员", "保障员", "保洁员", "先锋员", "守门员"}
    assert all(kind.duties and kind.cites for kind in kinds)


@pytest.mark.req("Z7")
def test_a_post_finds_its_kind_by_name_or_by_another_name(county_manager):
    programme = make_programme()
    ranger = domain.save_post(
        programme, PostRecord(VILLAGE, "H1", "护林员", ["巡护", "河道清理"]), actor=county_manager
    )
    other = domain.save_post(programme, PostRecord(VILLAGE, "H2", "河湖管理", ["巡护"]), actor=county_manager)
    strange = domain.save_post(programme, PostRecord(VILLAGE, "H3", "光伏电站看护"), actor=county_manager)
    assert (ranger.category.code, other.category.code, strange.category) == ("forest-guard", "river-keeper", None)
    assert queries.unlisted_kinds("520403") == [("光伏电站看护", 1)]


def test_an_office_adds_a_kind_and_posts_called_so_belong_to_it(county_manager):
    post = make_post(make_programme(), kind="光伏电站看护")
    kind = domain.save_kind(
        KindRecord("solar", "光伏看护", duties=["看护"], aliases=["光伏电站看护"]), actor=county_manager
    )
    assert Post.objects.get(pk=post.pk).category == kind
    again = domain.save_kind(KindRecord("solar", "光伏看护", role="看护员", duties=["看护"]), actor=county_manager)
    assert (again.pk, again.role) == (kind.pk, "看护员")


def test_a_name_belongs_to_one_kind(county_manager, town_officer):
    with pytest.raises(Refusal) as caught:
        domain.save_kind(KindRecord("rangers", "护林", aliases=["护林员"]), actor=county_manager)
    assert (caught.value.code, caught.value.field) == ("name_taken", "aliases")
    with pytest.raises(Refusal):
        domain.save_kind(KindRecord("x", " "), actor=county_manager)
    with pytest.raises(Forbidden):
        domain.save_kind(KindRecord("x", "水库看护"), actor=town_officer)


@pytest.mark.req("Z5")
def test_a_station_is_a_place_with_posts(town_officer):
    record = StationRecord(
        "520403100000", "红加绿·益起行驿站", "古城南门", "106.25", "26.40", "0851-34221234", "8:00–18:00"
    )
    station = domain.save_station(record, actor=town_officer)
    post = domain.attach_post(make_post(make_programme()), station, actor=town_officer)
    assert list(station.posts.all()) == [post]
    assert domain.attach_post(post, None, actor=town_officer).station is None


@pytest.mark.req("Z5")
def test_a_station_needs_a_name_an_address_a_true_position_and_is_there_once(town_officer, make_user):
    good = {"region_code": "520403100000", "name": "益起行", "address": "古城"}
    for changes, code in (
        ({"name": ""}, "station_incomplete"),
        ({"address": " "}, "station_incomplete"),
        ({"longitude": "26", "latitude": "106"}, "swapped"),
    ):
        with pytest.raises(Refusal) as caught:
            domain.save_station(StationRecord(**{**good, **changes}), actor=town_officer)
        assert caught.value.code == code
    station = domain.save_station(StationRecord(**good), actor=town_officer)
    with pytest.raises(Refusal):
        domain.save_station(StationRecord(**good), actor=town_officer)
    domain.save_station(StationRecord(**good, phone="1"), station=station, actor=town_officer)
    with pytest.raises(Forbidden):
        domain.save_station(StationRecord("520403101000", "别镇", "x"), actor=town_officer)
    assert ServiceStation.objects.count() == 1


@pytest.mark.req("Z5")
def test_a_post_is_not_led_from_another_county(county_manager):
    elsewhere = ServiceStation.objects.create(region_code="520402000000", name="远", address="西秀区")
    with pytest.raises(Refusal) as caught:
        domain.attach_post(make_post(make_programme()), elsewhere, actor=county_manager)
    assert caught.value.code == "other_county"
