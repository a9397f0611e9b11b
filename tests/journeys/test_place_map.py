"""A place set on the map that the page draws itself: by click, by keys, with a finger's width of screen."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect
from tests.console.conftest import make_regions
from tests.console.posts.test_requests import make_request
from tests.journeys.conftest import DESKTOP, PHONE

from yigang.foundation.enums import Role
from yigang.people import places
from yigang.people.models import VillageCentre
from yigang.people.places import CentrePoint
from yigang.posts.domain import StationRecord, save_station

pytestmark = pytest.mark.journey

VILLAGE, NEIGHBOUR = "520403100201", "520403100202"
DEGREES = re.compile(r"^106\.\d{6}$")


@pytest.fixture
def officer(committed_db, make_user):
    make_regions()
    officer = make_user(Role.COUNTY_MANAGER, "520403")
    places.set_centre(CentrePoint(NEIGHBOUR, "106.25", "26.40"), actor=officer)
    save_station(StationRecord("520403100000", "红加绿驿站", "古城", "106.35", "26.46"), actor=officer)
    return officer


def opened(browse, officer, size) -> Page:
    page = browse(officer, size=size)
    page.goto(f"/people/places/{VILLAGE}/")
    return page


def degrees(page: Page) -> tuple[Decimal, Decimal]:
    return Decimal(page.locator("[data-longitude]").input_value()), Decimal(
        page.locator("[data-latitude]").input_value()
    )


@pytest.mark.req("Z7")
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_click_sets_the_place_and_keys_move_it(browse, officer, picture, size):
    page = opened(browse, officer, size)
    chart = page.locator("[data-place-map] svg")
    expect(chart).to_be_visible()
    expect(chart.get_by_text("红加绿驿站")).to_be_visible()
    chart.click()
    expect(page.locator("[data-longitude]")).to_have_value(DEGREES)
    east, north = degrees(page)
    assert (abs(east - Decimal("106.30")) < Decimal("0.01"), abs(north - Decimal("26.43")) < Decimal("0.01")) == (
        True,
        True,
    )
    picture(page, f"place-map-{size['width']}")
    chart.press("ArrowRight")
    chart.press("Shift+ArrowUp")
    moved = degrees(page)
    assert (moved[0] > east, moved[1] > north) == (True, True)
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    page.get_by_role("button", name="保存").click()
    expect(page).to_have_url(re.compile("/people/places/$"))
    made = VillageCentre.objects.get(region_code=VILLAGE)
    assert (made.longitude, made.latitude) == moved


def test_nearer_moves_less_and_dragging_sets_nothing(browse, officer):
    page = opened(browse, officer, DESKTOP)
    chart = page.locator("[data-place-map] svg")
    page.locator("[data-longitude]").fill("106.300000")
    page.locator("[data-latitude]").fill("26.430000")
    chart.press("ArrowRight")
    wide = degrees(page)[0] - Decimal("106.3")
    page.get_by_role("button", name="放大").click()
    before = degrees(page)[0]
    chart.press("ArrowRight")
    assert abs((degrees(page)[0] - before) - wide / 2) <= Decimal("0.000002")
    before = degrees(page)
    frame = chart.bounding_box()
    assert frame is not None
    page.mouse.move(frame["x"] + 200, frame["y"] + 100)
    page.mouse.down()
    page.mouse.move(frame["x"] + 300, frame["y"] + 160, steps=4)
    page.mouse.up()
    assert degrees(page) == before
    page.mouse.click(frame["x"] + 50, frame["y"] + 50)
    expect(page.locator("[data-longitude]")).not_to_have_value(str(before[0]))


@pytest.mark.req("Z6")
def test_a_saved_requests_map_moves_and_sets_nothing(browse, officer, picture):
    row = make_request(officer, region_code=VILLAGE, longitude=Decimal("106.3"), latitude=Decimal("26.43"))
    page = browse(officer, size=PHONE)
    page.goto(f"/posts/requests/{row.pk}/")
    chart = page.locator("[data-place-map] svg")
    expect(chart.locator(".map-here")).to_have_count(1)
    picture(page, "request-map")
    before = chart.locator(".map-here").get_attribute("cx")
    chart.click(position={"x": 20, "y": 20})
    chart.press("ArrowRight")
    expect(page.locator("[data-map-says]")).to_have_text("106.300000°, 26.430000°")
    expect(chart.locator(".map-here")).not_to_have_attribute("cx", before or "")


def test_wrong_degrees_stay_in_the_fields_with_what_is_wrong(browse, officer):
    page = opened(browse, officer, DESKTOP)
    page.locator("[data-longitude]").fill("26.43")
    page.locator("[data-latitude]").fill("106.30")
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".field-error")).to_contain_text("经度")
    expect(page.locator("[data-longitude]")).to_have_value("26.43")
    assert not VillageCentre.objects.filter(region_code=VILLAGE).exists()
