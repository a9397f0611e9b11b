"""A ranger is dismissed and followed from the reserve pool: papers, notice, clock, two officials, the ledger."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect
from tests.console.conftest import make_regions
from tests.journeys.conftest import press
from tests.recruitment.pool.world import in_pool, renewed
from tests.recruitment.world import COUNTY, SECOND, VILLAGE, make_world

from yigang.demo import photos
from yigang.foundation.enums import Role
from yigang.foundation.models import Region
from yigang.tenure.domain import Terms, appoint
from yigang.tenure.models import Appointment, LedgerEntry, Vacancy

pytestmark = pytest.mark.journey
LAST, DECIDED = date(2020, 9, 30), date(2020, 10, 9)
CALLED = {"county": "周县长", "deputy": "覃副局长", "town": "陈乡办", "auditor": "石审计"}


@pytest.fixture
def world(committed_db, make_user, clock):
    """吴永贵 has stayed away since August; three wait in the pool, two of them of his village."""
    made = make_world(make_user, heads=(1, 1))
    Region.objects.filter(code__startswith=COUNTY).delete()
    make_regions()
    Region.objects.create(
        code=SECOND, name="高田村", level=5, parent_code="520403100000", valid_from=2020, source="试验"
    )
    made.deputy = make_user(Role.COUNTY_MANAGER, COUNTY, username="deputy")
    made.auditor = make_user(Role.AUDITOR, COUNTY, username="auditor")
    for username, name in CALLED.items():
        user = getattr(made, username)
        user.name = name
        user.save()
    clock.to(DECIDED)
    for name, region, income in (
        ("李困难", VILLAGE, 100_000),
        ("王平常", VILLAGE, 900_000),
        ("赵邻村", SECOND, 100_000),
    ):
        in_pool(made, name, region_code=region, income=income)
    renewed(made)
    made.held = appoint(made.person("吴永贵"), made.posts[0], Terms(date(2020, 7, 1)), actor=made.town)
    return made


def waits(page: Page, words: str):
    """The line of the first page that names something to do."""
    page.goto("/")
    return page.locator(".dues li", has_text=words)


@pytest.mark.req("P2", "P3", "Z12")
def test_a_dismissal_is_replaced_from_the_pool_and_the_clock_stops(world, browse, picture, clock):
    county, deputy, town, auditor = (browse(getattr(world, who)) for who in CALLED)

    county.goto(f"/posts/{world.posts[0].pk}/")
    county.get_by_role("link", name="结束聘用").click()
    county.select_option("#id_kind", "dismissal")
    county.select_option("#id_cause", "absent")
    county.fill("#id_on", f"{LAST}")
    county.fill("#id_reason", "八月以来连续旷工十五天")
    county.fill("#id_clause", "管理考核办法 第九条")
    press(county.get_by_role("button", name="保存"))
    county.locator("summary", has_text="添加材料").click()
    papers = county.locator("form[action$='/attach/']")
    papers.locator("[name=what]").fill("旷工核实笔录")
    papers.locator("input[type=file]").set_input_files(
        {"name": "笔录.jpg", "mimeType": "image/jpeg", "buffer": photos.posted("笔录")}
    )
    papers.locator("button").click()
    expect(county.get_by_role("link", name="笔录.jpg")).to_be_visible()
    expect(county.get_by_text("确认：这是您本人提请的")).to_be_visible()
    assert Appointment.objects.get(pk=world.held.pk).ends is None, "nobody leaves before somebody else agrees"

    waits(deputy, "确认或者退回清退").get_by_role("link").click()
    deputy.get_by_role("link", name="吴永贵").click()
    deputy.locator("summary", has_text="确认").click()
    deputy.locator("form[action$='/confirm/']").locator("button").click()
    expect(deputy.get_by_text("解除聘用通知书")).to_be_visible()
    picture(deputy, "dismissal-notice")

    waits(town, "送达退出通知书").get_by_role("link").click()
    town.get_by_role("link", name="吴永贵").click()
    town.locator("summary", has_text="登记送达").click()
    delivery = town.locator("form[action$='/deliver/']")
    delivery.locator("[name=on]").fill(f"{DECIDED}")
    delivery.locator("button").click()
    expect(town.get_by_text("2020-10-09 当面送达签收")).to_be_visible()
    expect(waits(town, "上报空岗")).to_contain_text("2020-10-05")
    expect(waits(town, "上报空岗")).to_have_class("overdue")
    expect(waits(town, "补上 P0")).to_contain_text("2020-10-30")

    waits(town, "上报空岗").get_by_role("link").click()
    town.locator("input[name=selected]").check()
    town.locator(".selection-bar").get_by_role("button", name="登记上报").click()
    town.fill("#id_on", f"{DECIDED}")
    press(town.get_by_role("button", name="先看办理结果"))
    expect(town.locator("[data-outcome]")).to_have_count(1)
    press(town.get_by_role("button", name="登记上报"))
    expect(town.get_by_text("21 天")).to_be_visible()

    clock.to(DECIDED + timedelta(days=3))
    waits(town, "补上").get_by_role("link").click()
    rows = town.locator("section[aria-labelledby=able] tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.nth(0)).to_contain_text("同村；六类人员 0 + 家庭人均收入 60 = 60.00")
    for place, name in enumerate(("李困难", "王平常", "赵邻村")):
        expect(rows.nth(place)).to_contain_text(name)
    picture(town, "pool-candidates")
    rows.nth(0).get_by_role("link", name="推荐").click()
    town.fill("#id_starts", "2020-10-15")
    press(town.get_by_role("button", name="保存"))
    expect(town.get_by_role("button", name="确认并聘用")).to_have_count(0)

    county.on("dialog", lambda dialog: dialog.accept())
    waits(county, "确认李困难递补空缺").get_by_role("link").click()
    county.get_by_role("button", name="确认并聘用").click()
    expect(county.get_by_text("这个名额已经有人")).to_be_visible()
    vacancy, follower = Vacancy.objects.get(), Appointment.objects.get(person__name="李困难")
    assert (vacancy.filled_by, vacancy.filled_on) == (follower, date(2020, 10, 15))

    expect(waits(town, "空")).to_have_count(0)
    town.goto("/tenure/vacancies/")
    expect(town.locator("tr[data-row]")).to_contain_text("已补聘")
    auditor.goto("/tenure/ledger/")
    entries = auditor.locator("tbody tr")
    expect(entries.filter(has_text="吴永贵").filter(has_text="连续旷工十五天（管理考核办法 第九条）")).to_have_count(1)
    expect(entries.filter(has_text="李困难").filter(has_text="储备库递补")).to_have_count(1)
    picture(auditor, "dismissal-ledger")
    assert list(LedgerEntry.objects.order_by("pk").values_list("kind", flat=True)) == ["hire", "exit", "hire"]
    auditor.goto(f"/posts/{world.posts[0].pk}/")
    expect(auditor.get_by_role("link", name="李困难")).to_be_visible()
    expect(auditor.get_by_role("link", name="结束聘用")).to_have_count(0)
