"""A quarter and a year: the parties mark, both are closed, and whoever was outstanding stands on the cadres' reserve."""

from datetime import date

import pytest
from playwright.sync_api import expect
from tests.appraisal.year_world import YearWorld
from tests.console.conftest import make_regions
from tests.journeys.conftest import at_both_sizes, beyond_its_box, press, too_wide

from yigang.appraisal.models import PeriodResult

pytestmark = pytest.mark.journey


@pytest.mark.req("Z5", "P8", "P9")
def test_quarterly_and_yearly_closing(committed_db, town_officer, browse, picture):
    make_regions()
    world = YearWorld(town_officer, policy="zaozhuang-public-welfare")
    held = world.judged("王大山", ("96.00", "97.00", "98.00"), first=10, starts=date(2023, 10, 1))
    world.given(held, town="", day="")
    world.day_marked(held, date(2023, 10, 9), "9.6")
    world.seal(range(10, 13))
    page = browse(town_officer)

    def mark_and_close(address: str, points: tuple[str, ...]) -> None:
        page.goto(address)
        for number, value in enumerate(points):
            page.locator(f"[name=mark-{held.pk}-{number}]").fill(value)
        page.get_by_label("改动评定的理由").fill("评定会议")
        press(page.get_by_role("button", name="保存评分"))
        expect(page.get_by_text("个评分")).to_be_visible()
        page.locator("summary", has_text="结账").click()
        press(page.get_by_role("button", name="结账", exact=True))
        expect(page.get_by_text("已结账：1 人，其中待定 0 人")).to_be_visible()

    quarter, year = (f"/rhythms/{world.programme.pk}/{period}/" for period in ("quarter/2023-10-01", "year/2023-01-01"))
    page.goto(year)
    expect(page.get_by_text("第4季度")).to_be_visible()
    for width in at_both_sizes(page, quarter):
        picture(page, "rhythm-quarter")
        assert (too_wide(page), beyond_its_box(page)) == (0, 0), width
    mark_and_close(quarter, ("95",))
    mark_and_close(year, ("96", "97", "98"))
    result = PeriodResult.objects.get(closing__rhythm="year")
    assert result.grade == "优秀"
    pages = {
        "/rhythms/reserve/": "rhythm-reserve", "/rhythms/": "rhythms", "/rhythms/results/": "rhythm-results",
        year: "rhythm-year", f"/rhythms/results/{result.pk}/": "rhythm-result",
    }  # fmt: skip
    for address, name in pages.items():
        for width in at_both_sizes(page, address):
            if name != "rhythms":
                expect(page.get_by_text("王大山").first).to_be_visible()
            picture(page, name)
            assert (too_wide(page), beyond_its_box(page)) == (0, 0), (address, width)
