"""An officer draws an area, reads a patrol on the map, looks at the month of the area, and sees who is out now."""

import re
from datetime import date, timedelta

import polars as pl
import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from tests.duty.ground import spot, way
from tests.journeys.conftest import at_both_sizes, press

from yigang.duty import domain
from yigang.duty.domain.patrols import Happened, Walked, identity
from yigang.duty.enums import PatrolEvent
from yigang.duty.models import DutyArea, KeyPoint
from yigang.foundation.models import User
from yigang.people.models import Person, VillageCentre
from yigang.posts.models import Programme

ROUND = ((100, 100), (900, 120), (1000, 600), (700, 950), (300, 900), (150, 500), (100, 100))
FOUR_CORNERS = re.compile(r"^\[\[\[(\[[\d.,]+\],?){5}\]\]\]$")
"""Of one ring, whose first corner comes again at its end."""


@pytest.fixture
def walked(district: User) -> Person:
    """A finished patrol of this morning with a fix far away, and somebody who is out now."""
    Programme.objects.update(capabilities={"track": "森林防火巡护属应急职责"})
    for code, east, north in (("520403100201", -400, 300), ("520403101201", 1900, 1300)):
        lng, lat = spot(east, north)
        VillageCentre.objects.create(region_code=code, longitude=round(lng, 6), latitude=round(lat, 6), set_by=district)
    lng, lat = spot(1000, 600)
    KeyPoint.objects.create(
        region_code="520403100000", programme=Programme.objects.get(), name="瞭望塔", longitude=lng, latitude=lat, radius=80,
        valid_from=date(2020, 1, 1), set_by=district,
    )  # fmt: skip
    now = timezone.now()
    person, other = Person.objects.get(name="王小红"), Person.objects.get(name="单大山")
    begin = now - timedelta(days=1)
    fixes = way(begin, *ROUND)
    stray = pl.concat([fixes, way(begin + timedelta(seconds=905), (4000, 3000), (4001, 3000))[:1]])
    patrol = identity(person.pk, "walk")
    given = [
        Happened(patrol, person.pk, PatrolEvent.START, begin), Walked(patrol, person.pk, stray),
        Happened(patrol, person.pk, PatrolEvent.END, fixes["time"].max()),
    ]  # fmt: skip
    assert not any(domain.take(given))
    assert not any(
        domain.take(
            [Walked(identity(other.pk, "out"), other.pk, way(now - timedelta(minutes=3), (400, 300), (500, 300)))]
        )
    )
    return person


def ready(page: Page) -> None:
    expect(page.locator("[data-ground][data-ready]")).to_be_visible(timeout=20_000)


@pytest.mark.req("H4")
def test_areas_patrols_and_who_is_out_on_the_map(walked, district, browse, picture, monkeypatch):
    monkeypatch.setattr("yigang.duty.hours.FROM", timezone.localtime().min.time())
    monkeypatch.setattr("yigang.duty.hours.UNTIL", timezone.localtime().max.time())
    page = browse(district)
    page.goto("/patrols/places/new/area/")
    expect(page.locator("[data-ground][data-editing]")).to_be_visible(timeout=20_000)
    ready(page)
    canvas = page.locator(".maplibregl-canvas")
    page.locator("#id_name").fill("北山林区")
    page.locator("#id_valid_from").fill("2020-01-01")
    box = canvas.bounding_box()
    assert box
    for right, down in ((0.3, 0.25), (0.7, 0.25), (0.7, 0.75), (0.3, 0.75)):
        canvas.click(position={"x": box["width"] * right, "y": box["height"] * down})
    expect(page.locator("[data-shape]")).to_have_value(FOUR_CORNERS)
    picture(page, "area-drawn")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("link", name="北山林区").first).to_be_visible()
    ready(page)
    picture(page, "areas")
    area = DutyArea.objects.get()
    page.goto("/patrols/")
    press(page.get_by_role("link", name="王小红").first)
    for _width in at_both_sizes(page, page.url):
        ready(page)
        expect(page.locator("[data-replay-time]")).not_to_have_text("—")
        expect(page.get_by_text("按时间到不了的位置")).to_be_visible()
        picture(page, "patrol")
    for _width in at_both_sizes(page, f"/patrols/areas/{area.pk}/{timezone.localdate():%Y-%m}/"):
        ready(page)
        picture(page, "coverage")
    for _width in at_both_sizes(page, "/patrols/live/"):
        ready(page)
        expect(page.locator("[data-ground-count]")).to_have_text("1")
        picture(page, "live")
