"""Requests, quotas, stations and kinds in the browser."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.console.conftest import make_post, make_programme

from yigang.foundation.enums import Role
from yigang.posts.models import Post, PostKind, PostRequest, Quota, ServiceStation

VILLAGE = "520403100201"


def fields(**changes):
    return {
        "programme": make_programme().pk, "year": 2021, "asker": "village", "asker_name": "芝麻村村委会",
        "region_code": VILLAGE, "place": "后山林区", "longitude": "106.2561", "latitude": "26.4056",
        "category": PostKind.objects.get(code="forest-guard").pk, "duties": "森林防火\n河道清理", "head_count": 2,
        "hours": "4", "months": [str(month) for month in range(1, 13)], "abilities": "", "reason": "防火期无人巡护",
        **changes,
    }  # fmt: skip


def make_request(user, **columns) -> PostRequest:
    values = {
        "region_code": VILLAGE, "programme": make_programme(), "asker": "village", "asker_name": "村委会",
        "category": PostKind.objects.first(), "duties": ["防火"], "place": "后山", "head_count": 1,
        "minutes_per_day": 240, "months": [1], "reason": "需要", "year": 2021, "written_by": user, **columns,
    }  # fmt: skip
    return PostRequest.objects.create(**values)


def make_quota(**columns) -> Quota:
    values = {
        "programme": make_programme(), "region_code": "520403000000", "year": 2021, "fund": "省级资金",
        "head_count": 10, "budget_fen": 10_000_000, **columns,
    }  # fmt: skip
    return Quota.objects.create(**values)


def queries_of(client, address, rows):
    with CaptureQueriesContext(connection) as queries:
        page = client.get(address).content.decode()
    assert page.count("data-row") == rows
    return len(queries)


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_cost_the_same_queries_whatever_their_rows(sign_in, county_manager, regions, rows):
    for number in range(rows):
        make_request(county_manager)
        make_quota(fund=f"资金{number}")
        station = ServiceStation.objects.create(region_code=VILLAGE, name=f"驿站{number}", address="古城")
        Post.objects.filter(pk=make_post(f"R{number}").pk).update(station=station)
    PostKind.objects.exclude(pk__in=PostKind.objects.values("pk")[:rows]).delete()
    client = sign_in(county_manager)
    client.get("/posts/requests/")
    counted = [
        queries_of(client, address, rows)
        for address in ("/posts/requests/", "/posts/quotas/", "/posts/stations/", "/posts/kinds/")
    ]
    assert counted == [12, 14, 9, 9]


@pytest.mark.req("Z7")
def test_a_request_goes_from_the_village_to_its_posts(sign_in, make_user, regions):
    clerk, town = make_user(Role.VILLAGE_CLERK, VILLAGE), make_user(Role.TOWN_OFFICER, "520403100")
    county = make_user(Role.COUNTY_MANAGER, "520403")
    quota = make_quota()
    address = sign_in(clerk).post("/posts/requests/add/", fields())["Location"]
    page = sign_in(clerk).get(address).content.decode()
    assert "833.33 × 11 + 833.37 × 1 = 10,000.00 × 2" in page.replace("\n", "")
    assert "20,000.00" in page
    sign_in(clerk).post(f"{address}submit/")
    assert "Check requests for posts" in sign_in(town).get("/").content.decode()
    sign_in(town).post(f"{address}check/", {"text": "属实"})
    page = sign_in(county).get(address).content.decode()
    assert "10 places left" in page
    sign_in(county).post(f"{address}approve/", {"quota": quota.pk})
    page = sign_in(county).get(address).content.decode()
    assert "Posts that were made" in page
    post = Post.objects.get()
    assert (post.head_count, post.duties) == (2, ["森林防火", "河道清理"])
    assert "80%" not in page
    assert "20%" in sign_in(county).get("/posts/quotas/").content.decode()


@pytest.mark.req("Z7")
def test_target_and_what_is_left_stand_on_every_page_of_a_requests_way(sign_in, make_user, regions):
    clerk, town = make_user(Role.VILLAGE_CLERK, VILLAGE), make_user(Role.TOWN_OFFICER, "520403100")
    county = make_user(Role.COUNTY_MANAGER, "520403")
    quota = make_quota(head_count=10, budget_fen=1_500_000)
    elsewhere = {"region_code": "520403101201", "state": "approved", "checked_by": town, "decided_by": county}
    make_request(clerk, **elsewhere, quota=quota, head_count=9, cost_fen=100_000, category=PostKind.objects.last())
    row = make_request(clerk, state="checked", checked_by=town, head_count=2, months=list(range(1, 13)))
    kind = PostKind.objects.last().name
    for reader in (clerk, town, county):
        client = sign_in(reader)
        for address in (f"/posts/requests/{row.pk}/", "/posts/requests/?year=2021", "/posts/requests/add/?year=2021"):
            page = client.get(address).content.decode()
            assert "省级资金" in page, address
            assert kind in page.split("data-fund")[1], address
            assert "<b>1</b>" in page, address
    page = sign_in(county).get(f"/posts/requests/{row.pk}/").content.decode()
    assert "1 places short" in page
    assert "6,000.00 yuan short" in page
    quota.head_count, quota.budget_fen = 20, 10_000_000
    quota.save()
    assert "This request fits" in sign_in(county).get(f"/posts/requests/{row.pk}/").content.decode()


@pytest.mark.req("Z7")
def test_an_approval_beyond_the_quota_says_what_is_left(sign_in, make_user, regions):
    author, town = make_user(Role.VILLAGE_CLERK, VILLAGE), make_user(Role.TOWN_OFFICER, "520403100")
    county = make_user(Role.COUNTY_MANAGER, "520403")
    row = make_request(author, state="checked", checked_by=town, head_count=11)
    page = sign_in(county).post(f"/posts/requests/{row.pk}/approve/", {"quota": make_quota().pk}, follow=True)
    assert "10 of 10 places left; 11 are asked for" in page.content.decode()
    page = sign_in(county).post(f"/posts/requests/{row.pk}/approve/", {}, follow=True).content.decode()
    assert "Choose the fund that pays" in page
    assert not Post.objects.exists()


def test_a_wrong_position_is_told_at_its_field_and_what_was_typed_stays(sign_in, make_user, regions):
    clerk = make_user(Role.VILLAGE_CLERK, VILLAGE)
    page = sign_in(clerk).post("/posts/requests/add/", fields(longitude="26.4", latitude="106.2")).content.decode()
    assert "have changed places" in page
    assert "防火期无人巡护" in page
    assert not PostRequest.objects.exists()


def test_a_draft_is_written_anew_and_a_stranger_sees_nothing(sign_in, make_user, regions):
    clerk = make_user(Role.VILLAGE_CLERK, VILLAGE)
    row = make_request(clerk)
    assert "需要" in sign_in(clerk).get(f"/posts/requests/{row.pk}/edit/").content.decode()
    sign_in(clerk).post(f"/posts/requests/{row.pk}/edit/", fields(head_count=3))
    row.refresh_from_db()
    assert row.head_count == 3
    stranger = make_user(Role.VILLAGE_CLERK, "520403101201")
    assert sign_in(stranger).get(f"/posts/requests/{row.pk}/").status_code == 404


@pytest.mark.req("Z5")
def test_a_station_shows_its_posts_and_takes_one_by_its_number(sign_in, county_manager, regions):
    client = sign_in(county_manager)
    made = {"name": "益起行驿站", "region_code": "520403100000", "address": "古城", "active": "on"}
    address = client.post("/posts/stations/add/", made)["Location"]
    make_post("R1")
    page = client.post(f"{address}attach/", {"number": "R1"}, follow=True).content.decode()
    assert "R1" in page
    assert "No post is led" not in page
    page = client.post(f"{address}attach/", {"number": "R9"}, follow=True).content.decode()
    assert "There is no post with the number" in page
    client.post(f"{address}edit/", {**made, "phone": "0851-34221234"})
    assert "34221234" in client.get(address).content.decode()


@pytest.mark.req("Z7")
def test_a_county_adds_a_kind_for_posts_that_had_none(sign_in, county_manager, regions):
    post = make_post("R1")
    Post.objects.filter(pk=post.pk).update(kind="光伏看护")
    client = sign_in(county_manager)
    assert "光伏看护 × 1" in client.get("/posts/kinds/").content.decode()
    client.post("/posts/kinds/add/", {"code": "solar", "name": "光伏看护", "duties": "看护", "active": "on"})
    post.refresh_from_db()
    assert post.category.code == "solar"
    assert "看护" in client.get("/posts/kinds/solar/").content.decode()


def test_a_quota_is_set_and_changed_in_yuan(sign_in, county_manager, regions):
    client = sign_in(county_manager)
    values = {
        "programme": make_programme().pk, "region_code": "520403000000", "year": 2021, "fund": "省级资金",
        "head_count": 100, "budget_fen": "100万",
    }  # fmt: skip
    client.post("/posts/quotas/add/", values)
    quota = Quota.objects.get()
    assert quota.budget_fen == 100_000_000
    client.post(f"/posts/quotas/{quota.pk}/", {"head_count": 90, "budget_fen": "90万"})
    quota.refresh_from_db()
    assert quota.head_count == 90
