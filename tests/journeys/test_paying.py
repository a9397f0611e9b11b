"""A sealed month on its way to people's accounts, as the officers see it: batch, approval, file, return, second batch."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect
from tests.exchange.test_bank_files import answer
from tests.journeys.conftest import PHONE, press, too_wide
from tests.payment.bank.conftest import JULY, World, build

from yigang.payment.models import BankBatch, Payment

pytestmark = pytest.mark.journey


@pytest.fixture
def world(committed_db: str, make_user) -> World:
    world = build(make_user)
    world.person("罗没户", account=False)
    world.seal(JULY, {"张三": 83333, "李四": 40000, "王五": 62050, "罗没户": 100})
    return world


def make(page: Page, world: World) -> None:
    page.goto("/bank/batches/new/")
    page.get_by_label("岗位项目").select_option(str(world.programme.pk))
    page.get_by_label("截止月份").fill("2020-07")
    page.get_by_label("预算").select_option(str(world.budget.pk))
    press(page.get_by_role("button", name="查看发放名单"))
    press(page.get_by_role("button", name="生成批次"))


@pytest.mark.req("Z10")
def test_a_month_is_paid_and_what_bounced_is_paid_once_more(
    world: World, browse, picture: Callable[[Page, str], None], tmp_path: Path
) -> None:
    finance, manager = browse(world.finance), browse(world.manager)
    finance.goto("/bank/")
    expect(finance.locator("main")).to_contain_text("现在可发")
    make(finance, world)
    expect(finance.locator("main")).to_contain_text("壹仟捌佰伍拾叁元捌角叁分")
    expect(finance.locator("main")).to_contain_text("须由另一人审批")
    expect(finance.locator("main")).to_contain_text("罗没户")
    picture(finance, "batch-draft")
    batch = BankBatch.objects.get()
    manager.goto(f"/bank/batches/{batch.pk}/")
    press(manager.get_by_role("button", name="审批通过"))
    expect(manager.locator("main")).to_contain_text("已审批")
    finance.reload()
    with finance.expect_download() as download:
        finance.get_by_role("button", name="生成代发文件").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    amounts = [row[6] for row in openpyxl.load_workbook(file)["明细"].iter_rows(min_row=2, values_only=True)]
    assert sorted(amounts) == [400, 620.5, 833.33]
    returned = tmp_path / "回盘.xlsx"
    returned.write_bytes(answer(batch, {"李四"}))
    finance.goto(f"/bank/batches/{batch.pk}/return/")
    finance.get_by_label("银行回盘文件").set_input_files(returned)
    press(finance.get_by_role("button", name="读入回盘"))
    expect(finance.locator("main")).to_contain_text("账户已销户")
    picture(finance, "return-read")
    finance.get_by_role("link", name="更正账户").click()
    finance.get_by_label("卡号或账号").fill("6217 0000 1000 1234 567")
    press(finance.get_by_role("button", name="今后发到此账户"))
    expect(finance.locator("main")).to_contain_text("下一批可以发放 1 人")
    picture(finance, "who-waits")
    make(finance, world)
    assert Payment.objects.filter(live=True).count() == 3
    finance.goto("/bank/")
    expect(finance.locator("main")).to_contain_text("0.00")
    picture(finance, "money")


def test_the_pages_fit_a_phone(world: World, browse, picture: Callable[[Page, str], None]) -> None:
    page = browse(world.finance, size=PHONE)
    make(page, world)
    for address, name in (("/bank/", "money"), ("/bank/waiting/", "who-waits"), (page.url, "batch")):
        page.goto(address, wait_until="networkidle")
        assert too_wide(page) <= 0, address
        picture(page, name)
