"""The frame: who sees which chapters, the region looked at, the language, and pages that are not there."""

import re
from pathlib import Path

import pytest
from django.template import Context, Template
from django.utils import translation
from tests.conftest import COUNTY, TOWN

from yigang.foundation.enums import Role

ROOT = Path(__file__).parents[2]


def test_a_stranger_is_sent_to_the_sign_in_page(client, db):
    assert client.get("/people/")["Location"] == "/sign-in/?next=/people/"


def test_pages_are_chinese_whatever_the_browser_speaks(client, db):
    page = client.get("/sign-in/", headers={"Accept-Language": "en"})
    assert page["Content-Language"] == "zh-hans"
    assert '<html lang="zh-hans">' in page.content.decode()


def test_the_language_is_kept_for_the_account(sign_in, town_officer):
    client = sign_in(town_officer, "zh-hans")
    response = client.post("/language/", {"language": "en"})
    assert response.cookies["django_language"].value == "en"
    town_officer.refresh_from_db()
    assert town_officer.language == "en"


def test_only_chapters_that_the_role_may_open_are_offered(sign_in, make_user):
    page = sign_in(make_user(Role.SYSTEM_ADMIN, COUNTY)).get("/").content.decode()
    assert 'href="/people/"' not in page


def test_a_page_the_role_may_not_open_looks_like_one_that_is_not_there(sign_in, make_user):
    client = sign_in(make_user(Role.SYSTEM_ADMIN, COUNTY))
    forbidden, absent = client.get("/people/"), client.get("/nowhere/")
    assert forbidden.status_code == absent.status_code == 404


@pytest.mark.req("P5")
def test_a_region_outside_the_scope_cannot_be_looked_at(sign_in, town_officer, regions):
    client = sign_in(town_officer)
    assert client.post("/region/", {"prefix": "520403101"}).status_code == 404
    assert client.post("/region/", {"prefix": "520403100201"}).status_code == 302


def test_the_way_down_and_up_stays_inside_the_scope(sign_in, make_user, regions):
    client = sign_in(make_user(Role.TOWN_OFFICER, TOWN))
    client.post("/region/", {"prefix": "520403100201"})
    page = client.get("/").content.decode()
    assert 'value="520403100">白云镇</button>' in page
    assert "平坝区" not in page


def test_a_form_elsewhere_cannot_send_the_browser_away(sign_in, town_officer):
    response = sign_in(town_officer).post("/language/", {"language": "en", "next": "https://example.org/"})
    assert response["Location"] == "/"


def test_parts_of_attendance_stand_under_it_while_it_is_open_and_their_numbers_always_count(
    sign_in, town_officer, make_user
):
    from yigang.console import nav

    def lines(client, address: str) -> dict[str, str]:
        page = client.get(address).content.decode()
        return {key: mark for mark, key in re.findall(r'<li([^>]*)><a href="/(leave|work|patrols|flags|duty)/"', page)}

    officer = sign_in(town_officer)
    parts = ("leave", "work", "patrols", "flags")
    assert lines(officer, "/") == {"duty": "", **dict.fromkeys(parts, ' class="sub" hidden')}
    for address in ("/duty/", "/patrols/"):
        assert lines(officer, address) == {"duty": "", **dict.fromkeys(parts, ' class="sub"')}
    [alone] = nav.menu([chapter for chapter in nav.CHAPTERS if chapter.key == "flags"], "")
    assert (alone.sub, alone.shown) == (False, True), "where the role may not open attendance"
    assert nav.with_parts({"duty": 2, "flags": 3, "people": 1}) == {"duty": 5, "flags": 3, "people": 1}


def test_every_sign_that_a_page_draws_is_there():
    drawn = {
        (path.name, sign)
        for path in (ROOT / "src" / "yigang" / "console" / "templates").rglob("*.html")
        for sign in re.findall(r'{% icon "([^"]+)"', path.read_text())
    }
    known = set(re.findall(r'id="([^"]+)"', (ROOT / "web" / "public" / "console" / "icons.svg").read_text()))
    assert drawn
    assert {(name, sign) for name, sign in drawn if sign not in known} == set()


@pytest.mark.parametrize(
    ("value", "words"), [(0, "0"), (None, "—"), ("", "—"), (False, "No"), (True, "Yes"), ("0.00", "0.00")]
)
def test_nought_is_told_as_nought_and_only_what_is_missing_as_a_dash(value, words):
    with translation.override("en"):
        assert Template("{% load console %}{{ value|said }}").render(Context({"value": value})) == words
