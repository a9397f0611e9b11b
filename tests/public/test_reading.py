"""Everybody reads: without signing in, without script, in two languages; a villager finds the village."""

import pytest
from django.test import Client
from tests.notices.factories import VILLAGE, make_draft, make_published, workday

from yigang.foundation.enums import Role
from yigang.foundation.models import Region
from yigang.notices.domain import Row
from yigang.notices.models import Notice

NAMES = {
    "520403000000": ("平坝区", 3, "520400000000"), "520403100000": ("夏云镇", 4, "520403000000"),
    "520403100201": ("平元村村民委员会", 5, "520403100000"),
}  # fmt: skip


@pytest.fixture
def places(db) -> None:
    Region.objects.bulk_create(
        Region(code=code, name=name, level=level, parent_code=parent, valid_from=2020, source="test")
        for code, (name, level, parent) in NAMES.items()
    )


@pytest.fixture
def published(places, town_officer) -> Notice:
    return make_published(town_officer)


def shown(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    assert set(answer.cookies) <= {"place"}
    return answer.content.decode()


@pytest.mark.req("P10")
def test_the_first_page_leads_to_the_village_in_two_taps(client, published):
    first = shown(client, "/public/")
    assert "夏云镇" in first
    assert f'href="/public/region/{VILLAGE}/"' in first
    village = shown(client, f"/public/region/{VILLAGE}/")
    assert published.title in village
    assert f'href="/public/notices/{published.pk}/"' in village


def test_only_regions_with_notices_are_offered(client, places):
    assert "夏云镇" not in shown(client, "/public/")


@pytest.mark.req("P10")
def test_a_notice_says_what_where_until_when_and_how_to_object(client, published):
    page = shown(client, f"/public/notices/{published.pk}/")
    for word in ("夏云镇公示〔", "张三", "平元村", "620.00", f"{published.closes:%Y-%m-%d}", "我有异议", "夏云镇"):
        assert word in page
    assert "<script" not in page


def test_the_same_pages_speak_english(client, published):
    page = shown(client, f"/public/en/notices/{published.pk}/")
    assert "I object" in page
    assert f'href="/public/en/region/{VILLAGE[:9]}/"' in page
    assert f'href="/public/notices/{published.pk}/" hreflang="zh-Hans"' in page


def test_a_draft_a_notice_to_come_and_one_taken_down_are_not_there(client, places, town_officer):
    draft = make_draft(town_officer)
    later = make_published(town_officer, opens=workday(-20))
    for notice in (draft, later):
        assert "没有这份公示" in shown(client, f"/public/notices/{notice.pk}/", 404)


def test_after_the_term_the_list_is_gone_and_the_notice_says_so(client, places, town_officer):
    notice = make_published(town_officer, opens=workday(40))
    page = shown(client, f"/public/notices/{notice.pk}/")
    assert "名单不再显示" in page
    assert "张三" not in page


def test_feeds_name_the_open_notices(client, places, town_officer):
    old = make_published(town_officer, title="去年的公示", opens=workday(60))
    new = make_published(town_officer)
    feed = shown(client, f"/public/region/{VILLAGE}/feed.xml")
    assert new.title in feed
    assert old.title not in feed


def test_the_printed_sheet_has_the_code_of_the_notice(client, published):
    sheet = shown(client, f"/public/notices/{published.pk}/print/")
    assert f"/public/notices/{published.pk}/qr.svg" in sheet
    code = client.get(f"/public/notices/{published.pk}/qr.svg")
    assert code["Content-Type"] == "image/svg+xml"
    assert b"<svg" in code.content


def test_words_find_notices_and_never_people(client, published):
    assert published.title in shown(client, "/public/search/?q=护林员 拟聘")
    assert published.title not in shown(client, "/public/search/?q=张三")


def test_a_name_is_found_within_a_list(client, published):
    page = shown(client, f"/public/notices/{published.pk}/?q=李小")
    assert "李小四" in page
    assert "张三" not in page


@pytest.mark.parametrize(
    "path", ["region/999999/", "region/5/", "region/x/", "notices/99/", "programme/99/", "notices/99/object/"]
)
def test_what_is_not_there_says_so_in_the_sites_own_page(client, places, path):
    assert "找我的村" in shown(client, f"/public/{path}", 404)


def test_pages_may_be_kept_for_a_minute_and_forms_not_at_all(client, published):
    assert client.get(f"/public/notices/{published.pk}/")["Cache-Control"] == "public, max-age=60"
    assert client.get(f"/public/notices/{published.pk}/object/")["Cache-Control"] == "no-store"
    assert "script-src 'self'" in client.get("/public/")["Content-Security-Policy"]


@pytest.mark.parametrize("count", [1, 3])
def test_a_village_is_shown_with_as_many_queries_whatever_its_notices(
    client, places, town_officer, count, django_assert_num_queries
):
    for _number in range(count):
        make_published(town_officer)
    client.get(f"/public/region/{VILLAGE}/")
    with django_assert_num_queries(8):
        client.get(f"/public/region/{VILLAGE}/")


@pytest.fixture
def another_county(published, make_user) -> Notice:
    """A second county with a notice, so that the first page has to ask which."""
    for code, name, level, parent in (
        ("520402000000", "西秀区", 3, "520400000000"), ("520402100000", "宁谷镇", 4, "520402000000"),
        ("520402100201", "小寨村村民委员会", 5, "520402100000"),
    ):  # fmt: skip
        Region.objects.create(code=code, name=name, level=level, parent_code=parent, valid_from=2020, source="test")
    officer = make_user(Role.TOWN_OFFICER, "520402100")
    return make_published(officer, region_code="520402100000", rows=[Row("赵五", region_code="520402100201")])


@pytest.mark.req("P10")
def test_with_several_counties_the_village_is_two_taps_away_and_one_the_next_time(client, another_county):
    first = shown(client, "/public/")
    assert 'href="/public/region/520402/"' in first
    assert "小寨村" not in first
    county = shown(client, "/public/region/520402/")
    assert 'href="/public/region/520402100201/"' in county
    assert another_county.title in shown(client, "/public/region/520402100201/")
    again = shown(client, "/public/")
    assert 'href="/public/region/520402100201/"' in again
    assert again.index("小寨村") < again.index("西秀区")


def test_what_is_remembered_is_a_place_in_the_readers_own_browser(client, another_county):
    answer = client.get("/public/region/520402100201/")
    kept = answer.cookies["place"]
    assert (kept.value, kept["path"], kept["samesite"], kept["httponly"]) == ("520402100201", "/public/", "Lax", True)
    assert "private" in answer["Cache-Control"]
    assert "private" in client.get("/public/")["Cache-Control"]
    assert "Cookie" in Client().get("/public/")["Vary"]
    assert client.get("/public/region/520402100201/")["Cache-Control"] == "public, max-age=60"


def test_a_place_is_forgotten_when_the_reader_says_so(client, another_county):
    client.get("/public/region/520402100201/")
    assert "小寨村" not in shown(client, "/public/?forget=1")
    assert "小寨村" not in shown(client, "/public/")


@pytest.mark.parametrize("kept", ["999999", "5204", "<b>", "5" * 300])
def test_a_place_that_there_is_not_is_not_shown(client, another_county, kept):
    client.cookies["place"] = kept
    assert "上次看过" not in shown(client, "/public/")
