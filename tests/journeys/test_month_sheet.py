"""A town's month in the browser: a mark given by keyboard, sentences beside the grid, steps as far as the seal."""

import pytest
from playwright.sync_api import expect
from tests.console.conftest import make_regions
from tests.journeys.conftest import at_both_sizes, press, too_wide
from tests.payment.world import AUGUST, HUNG, JULY, OTHER_VILLAGE, TOWN, VILLAGE, World, weeks_pass

from yigang.duty.enums import Table
from yigang.duty.models import CheckIn
from yigang.foundation.enums import Role
from yigang.foundation.models import Region
from yigang.payment.enums import Step
from yigang.payment.models import Settlement, SubsidyLine
from yigang.payment.settlement import review
from yigang.payment.settlement.calculate import settle
from yigang.payment.settlement.sealing import seal

pytestmark = pytest.mark.journey
NAMES = ["王大山", "李二妹", "赵国强", "陈小英", "杨光明", "吴老五", "罗正华", "周桂芬", "黄德贵", "彭兴富"]


@pytest.fixture
def officer(committed_db, make_user):
    return make_user(Role.TOWN_OFFICER, "520403100", username="officer")


@pytest.fixture
def manager(committed_db, make_user):
    return make_user(Role.COUNTY_MANAGER, "520403", username="manager")


@pytest.fixture
def draft(officer, manager) -> Settlement:
    """July sealed, August computed: some wait for a mark, some came a third of the days, one was ill, one found absent."""
    make_regions()
    Region.objects.create(code=OTHER_VILLAGE, name="林下村", level=5, parent_code=TOWN, valid_from=2020, source="test")
    world = World(officer)
    for month in (JULY, AUGUST):
        world.declare(Table.LEAVES, Table.WORK_LOGS, Table.FINDINGS, month=month)
    people = [world.hire(name, VILLAGE) for name in NAMES]
    people += [world.hire(f"{name[0]}家{name[1:]}", OTHER_VILLAGE) for name in NAMES]
    for number, ranger in enumerate(people):
        world.work(ranger, month=JULY)
        world.attend(ranger, range(1, 9 if number % 7 == 3 else 23), month=AUGUST)
        world.log(ranger, range(1, 23), month=AUGUST)
        if number % 5:
            world.mark(ranger, str(20 - number % 6), month=AUGUST)
    world.leave(people[1], AUGUST.replace(day=24), AUGUST.replace(day=27))
    world.find_absent(people[2], AUGUST.replace(day=28))
    settle(world.programme, TOWN, JULY, actor=officer)
    july = Settlement.objects.get(month=JULY)
    review.publish(july, on=HUNG, actor=officer)
    review.submit(july, actor=officer)
    review.approve(july, actor=manager)
    seal(july, actor=manager)
    settle(world.programme, TOWN, AUGUST, actor=officer)
    return Settlement.objects.get(month=AUGUST)


def test_a_mark_given_by_keyboard_decides_the_person(browse, officer, draft, picture):
    page = browse(officer)
    page.goto(f"/months/{draft.pk}/")
    held = SubsidyLine.objects.get(settlement=draft, person__name="王大山")
    field = page.locator(f"input[name=mark-{held.appointment_id}-township]")
    field.focus()
    expect(page.locator("#result")).to_contain_text("缺少「乡镇评定」")
    picture(page, "month-sheet")
    field.fill("17")
    press(page.get_by_role("button", name="保存评定并计算").first)
    expect(page.get_by_text("已记 1 条评定")).to_be_visible()
    assert SubsidyLine.objects.get(settlement=draft, appointment=held.appointment_id).grade == "合格"


def test_arrow_keys_move_and_enter_opens_a_day(browse, officer, draft):
    page = browse(officer)
    page.goto(f"/months/{draft.pk}/")
    page.get_by_role("link", name="李二妹", exact=True).first.focus()
    for _step in range(3 + 3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#result")).to_contain_text("08-03 07:30")


def test_the_keyboard_goes_from_a_cell_to_its_correction_and_back_to_the_grid(browse, officer, draft, picture):
    page = browse(officer)
    page.goto(f"/months/{draft.pk}/")
    page.get_by_role("link", name="李二妹", exact=True).first.focus()
    for _step in range(3 + 3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#result")).to_contain_text("08-03 07:30")
    page.keyboard.press("Enter")
    expect(page.locator("#result [data-correct]").first).to_be_focused()
    picture(page, "month-day-opened")
    page.keyboard.press("Escape")
    expect(page.locator("td.day:focus")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#result [data-correct]").first).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_label("更正原因").fill("站长在场，手机时间不准")
    page.get_by_label("时间", exact=True).fill("07:10")
    press(page.get_by_role("button", name="保存"))
    expect(page.locator(".month-grid")).to_be_visible()
    assert CheckIn.objects.get(correction_reason="站长在场，手机时间不准").day == AUGUST.replace(day=3)


def test_the_month_goes_to_the_county_and_is_sealed(browse, officer, manager, draft, picture):
    town = browse(officer)
    town.goto(f"/months/{draft.pk}/")
    town.get_by_role("button", name="村内公示").click()
    expect(town.locator(".month-moves")).to_contain_text("公示至")
    picture(town, "month-hanging")
    weeks_pass()
    town.reload()
    town.get_by_role("button", name="报县复核").click()
    expect(town.locator(".month-steps .now")).to_have_text("县级复核")
    county = browse(manager)
    county.goto(f"/months/{draft.pk}/")
    county.get_by_role("button", name="复核通过").click()
    county.on("dialog", lambda dialog: dialog.accept())
    county.get_by_role("button", name="封存月份").click()
    expect(county.locator(".month-steps .now")).to_have_text("已封存")
    county.get_by_role("button", name="核验").click()
    expect(county.get_by_text("与封存时完全一致")).to_be_visible()
    picture(county, "month-sealed")
    assert Settlement.objects.get(pk=draft.pk).step == Step.SEALED


def test_every_page_of_the_month_fits(browse, officer, draft, picture):
    page = browse(officer)
    line = SubsidyLine.objects.get(settlement=draft, person__name="李二妹")
    july = Settlement.objects.get(month=JULY)
    for name, address in (
        ("months", "/months/"),
        ("month", f"/months/{draft.pk}/"),
        ("line", f"/months/lines/{line.pk}/"),
        ("line-plain", f"/months/lines/{line.pk}/plain"),
        ("notice", f"/months/{draft.pk}/notice"),
        ("what-if", f"/months/{draft.pk}/what-if?policy=pingba-ranger"),
        ("corrections", f"/months/{july.pk}/corrections"),
    ):
        for width in at_both_sizes(page, address, until="networkidle"):
            picture(page, name)
            assert too_wide(page) <= 0, (name, width)
