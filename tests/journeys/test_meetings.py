"""A village meets: due on the calendar, minutes with what went wrong beside them, a follow-up put right, accepted by another."""

import pytest
from playwright.sync_api import expect
from tests.console.conftest import make_regions
from tests.journeys.conftest import at_both_sizes, press, too_wide
from tests.oversight.meeting_world import MONDAY, held, make_meeting_world

from yigang.oversight.models import Meeting, Rectification

pytestmark = pytest.mark.journey


@pytest.mark.req("T10")
def test_held_followed_up_and_closed(committed_db, browse, picture, tmp_path, monkeypatch, make_user):
    make_regions()
    world = make_meeting_world(tmp_path, monkeypatch, make_user)
    held(world, MONDAY.replace(day=15))
    page = browse(world.clerk)
    page.goto("/meetings/?month=2021-05")
    picture(page, "meetings-month")
    due = page.get_by_role("link", name="周了解 芝麻村 未召开 2021-05-21")
    due.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="2021-05-15 至 2021-05-23 的问题")).to_be_visible()
    picture(page, "meeting-write")
    for label, said in (
        ("召开日期", "2021-05-20"),
        ("主持人", "陈支书"),
        ("到会人数", "8"),
        ("会议记录", "安排清沟，周五前完成。"),
    ):
        page.get_by_label(label, exact=True).fill(said)
    press(page.get_by_role("button", name="保存"))
    expect(page.get_by_text("安排清沟，周五前完成。")).to_be_visible()
    page.locator("summary", has_text="录入交办事项").click()
    for label, said in (("要办的事", "三组水沟未清"), ("责任单位", "村委会"), ("期限", "2021-05-28")):
        page.get_by_label(label).fill(said)
    page.locator("[name=owner]").fill("李主任")
    press(page.get_by_role("button", name="录入交办事项"))
    expect(page.get_by_role("cell", name="三组水沟未清")).to_be_visible()
    row, point = Meeting.objects.get(first=MONDAY), Rectification.objects.get()
    assert (point.region_code, point.source, point.found_on) == (row.region_code, "meeting", row.on)

    page = browse(world.officer)
    page.goto(f"/oversight/points/{point.pk}/")
    page.locator("summary", has_text="报告整改完成").click()
    page.get_by_label("整改情况").fill("水沟已清")
    press(page.get_by_role("button", name="报告整改完成"))
    expect(page.locator("h1")).to_contain_text("待验收")
    page = browse(world.county)
    page.goto(f"/oversight/points/{point.pk}/")
    page.locator("summary", has_text="验收销号").click()
    press(page.get_by_role("button", name="验收销号"))
    expect(page.locator("h1")).to_contain_text("已销号")

    pages = {
        "/meetings/?year=2021": "meetings-year", "/meetings/?month=2021-05": "meetings-month", "/meetings/list/": "meetings",
        f"/meetings/{row.pk}/": "meeting",
    }  # fmt: skip
    for address, name in pages.items():
        for width in at_both_sizes(page, address):
            picture(page, name)
            assert too_wide(page) <= 0, (address, width)
    page = browse(world.clerk)
    form = f"/meetings/hold/?programme={world.programme.pk}&rhythm=weekly&place={row.region_code}&first=2021-05-24"
    for width in at_both_sizes(page, form):
        picture(page, "meeting-write")
        assert too_wide(page) <= 0, width
