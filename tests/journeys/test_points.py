"""A point that is given appears on the person's page by itself."""

from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import expect
from tests.conftest import COUNTY, TOWN
from tests.console.conftest import make_regions
from tests.console.points.test_points import hire
from tests.journeys.conftest import DESKTOP, at_both_sizes, press, too_wide
from tests.journeys.test_every_page import english_in

from yigang.appraisal import honours
from yigang.appraisal.models import PointEntry
from yigang.appraisal.points import Given, give_points
from yigang.foundation.enums import Role
from yigang.foundation.models import User

pytestmark = pytest.mark.journey


@pytest.mark.req("Z3")
def test_a_point_appears_without_reload(committed_db, browse, picture, make_user):
    make_regions()
    officer, station = make_user(Role.TOWN_OFFICER, TOWN), make_user(Role.STATION_OFFICER, TOWN)
    county = make_user(Role.COUNTY_MANAGER, COUNTY)
    User.objects.update(name="罗秀兰")
    ranger = hire(1)
    page = browse(officer, size=DESKTOP)
    page.goto(f"/people/{ranger.person_id}/")
    expect(page.locator("#points")).to_contain_text("当年积分")
    page.evaluate("window.stayed = true")
    give_points(Given(ranger, "praise", Decimal(2), "村民来信表扬", date(2020, 7, 10)), actor=station)
    expect(page.locator("#points")).to_contain_text("村民来信表扬", timeout=15_000)
    assert page.evaluate("window.stayed")
    picture(page, "points-of-person")
    page.locator("#points a", has_text="记积分").click()
    page.get_by_label("积分事由").select_option("complaint")
    page.get_by_label("几分").fill("2")
    page.get_by_label("发生日期").fill("2020-07-11")
    page.get_by_label("记分理由").fill("村民投诉，查实")
    press(page.get_by_role("button", name="保存"))
    expect(page.locator("#points")).to_contain_text("群众投诉属实")
    entry = PointEntry.objects.order_by("pk").first()
    asked = honours.term(ranger.programme, "最美护林员", "520403000000", date(2020, 7, 1))
    poll = honours.open_poll(asked, [ranger, *map(hire, range(2, 5))], [county, station], actor=county)
    wrong = {}
    for name, address in {
        "points": "/points/?month=2020-07", "points-entries": "/points/entries/", "points-entry": f"/points/entries/{entry.pk}/",
        "points-give": f"/points/give/{ranger.pk}/", "points-honours": "/points/honours/",
        "points-standing": f"/points/honours/standing/?honour={ranger.programme_id}:流动红旗岗&day=2020-07-10",
        "points-poll": f"/points/polls/{poll.pk}/", "points-polls": "/points/polls/",
    }.items():  # fmt: skip
        for width in at_both_sizes(page, address):
            picture(page, name)
            overflow, english = too_wide(page), english_in(page.locator("body").inner_text())
            if overflow > 0 or english:
                wrong[name, width] = (overflow, english)
    assert wrong == {}
