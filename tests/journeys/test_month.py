"""The main job, from an office's files to money on people's cards, as the officers do it in the browser.

One town of twelve rangers. The county hands in the roster; the town hands in the month's files, gives marks, computes, publishes,
hands on; the county approves and seals; finance pays, the bank bounces three, finance corrects them and pays once more.
"""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from tests.journeys.conftest import press
from tests.payment.world import weeks_pass

from yigang.demo import accounts, bring, build, money, numbers, papers
from yigang.demo.accounts import FIRST_TOWN
from yigang.demo.bring import Staff
from yigang.demo.plan import Plan, pingba
from yigang.exchange.enums import ImportKind
from yigang.foundation import regions
from yigang.foundation.enums import Role
from yigang.foundation.models import User
from yigang.payment.enums import EntryState, Step
from yigang.payment.models import BankBatch, BatchEntry, BudgetLine, Payment, Settlement
from yigang.posts.models import Programme

pytestmark = pytest.mark.journey

PLAN: Plan = replace(pingba(months=1, people=12, posts=12, prefix=FIRST_TOWN), planted=False)
MONTH = f"{PLAN.open_month:%Y-%m}"
BOUNCED = 3


@dataclass
class Office:
    """The town's staff, the programme they serve, the year's budget, and the papers on the desk."""

    staff: Staff
    programme: Programme
    budget: BudgetLine
    papers: papers.Papers

    def __getitem__(self, role: Role) -> User:
        return self.staff[role]


@pytest.fixture
def office(committed_db: str, tmp_path: Path) -> Office:
    written = papers.write_all(PLAN, tmp_path / "desk")
    regions.load_villages("520403")
    build.open_accounts(accounts.listed())
    staff = Staff(accounts.COUNTY)
    programme = bring.programme(replace(PLAN, prefix=accounts.COUNTY), staff[Role.COUNTY_MANAGER])
    return Office(staff, programme, money.budget(programme, PLAN.open_month.year, staff), written)


def work_off() -> None:
    """Run every job that waits, as `yigang worker` does: in a thread, because the browser's driver owns this one's loop."""
    assert isinstance(app.connector, DjangoConnector)
    worker = app.with_connector(app.connector.get_worker_connector())

    async def run() -> None:
        async with worker.open_async():
            await worker.run_worker_async(wait=False, install_signal_handlers=False)

    thread = threading.Thread(target=asyncio.run, args=(run(),))
    thread.start()
    thread.join()


def hand_in(page: Page, office: Office, kind: ImportKind, file: Path) -> None:
    """A file through its three pages: handed in, looked at, imported."""
    page.goto("/imports/new/")
    page.locator("[name=kind]").select_option(kind.value)
    page.locator("[name=programme]").select_option(str(office.programme.pk))
    page.locator("[name=file]").set_input_files(file)
    press(page.locator("main form .btn-primary"))
    address = page.url
    work_off()
    page.goto(address)
    expect(page.locator("main")).to_contain_text(file.name)
    press(page.locator("form[action$='/apply/'] button"))
    work_off()
    page.goto(address)
    expect(page.locator("form[action$='/undo/']")).to_have_count(1)


def move(page: Page, step: str) -> None:
    """Take the month on by the button of this step."""
    press(page.locator(f"form[action$='/step/{step}'] button"))


def compute(page: Page, office: Office) -> str:
    """Have the month computed; the address of the town's month."""
    page.goto("/months/")
    form = page.locator("form[action='/months/compute']")
    form.locator("[name=programme]").select_option(str(office.programme.pk))
    form.locator("[name=month]").fill(MONTH)
    press(form.locator("button"))
    work_off()
    return f"/months/{Settlement.objects.get().pk}/"


def give_marks(page: Page) -> None:
    """The town's mark for everybody, in the grid."""
    for field in page.locator("input[name^='mark-']").all():
        field.fill("18")
    press(page.get_by_role("button", name="保存评定并计算").first)


def make_batch(page: Page, office: Office) -> BankBatch:
    page.goto("/bank/batches/new/")
    page.get_by_label("岗位项目").select_option(str(office.programme.pk))
    page.get_by_label("截止月份").fill(MONTH)
    page.get_by_label("预算").select_option(str(office.budget.pk))
    page.locator("[name=layout]").select_option(money.LAYOUT)
    press(page.get_by_role("button", name="查看发放名单"))
    press(page.get_by_role("button", name="生成批次"))
    return BankBatch.objects.latest("pk")


def send(finance: Page, manager: Page, batch: BankBatch, folder: Path) -> Path:
    """Approved by another, then downloaded; the bank's file."""
    manager.goto(f"/bank/batches/{batch.pk}/")
    manager.get_by_role("button", name="审批通过").click()
    expect(manager.locator("main")).to_contain_text("已审批")
    finance.goto(f"/bank/batches/{batch.pk}/")
    with finance.expect_download() as download:
        finance.get_by_role("button", name="生成代发文件").click()
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    return file


def read_return(page: Page, batch: BankBatch, file: Path) -> None:
    page.goto(f"/bank/batches/{batch.pk}/return/")
    page.get_by_label("银行回盘文件").set_input_files(file)
    press(page.get_by_role("button", name="读入回盘"))


def correct(page: Page, entry: BatchEntry, number: int) -> None:
    """A new card for somebody whom the bank refused."""
    page.goto("/bank/waiting/")
    page.get_by_role("row").filter(has_text=entry.person.name).get_by_role("link", name="更正账户").click()
    page.get_by_label("卡号或账号").fill(numbers.replacement_card(f"{numbers.ISSUER}{number:012d}"))
    press(page.get_by_role("button", name="今后发到此账户"))


@pytest.mark.req("P5")
@pytest.mark.req("P8")
@pytest.mark.req("Z3")
@pytest.mark.req("Z10")
def test_from_the_offices_files_to_money_on_everybodys_card(
    office: Office, browse: Callable[..., Page], tmp_path: Path, picture: Callable[[Page, str], None]
) -> None:
    county, deputy, finance = (
        browse(office[Role.COUNTY_MANAGER]),
        browse(office.staff.deputy),
        browse(office[Role.FINANCE]),
    )
    town = browse(office.staff.officers["520403101000"])
    files = office.papers.months[0]
    hand_in(county, office, ImportKind.ROSTER, office.papers.rosters[0])
    for kind, file in (
        (ImportKind.DINGTALK, files.attendance), (ImportKind.LEAVE, files.leaves), (ImportKind.WORK_LOG, files.work_logs),
    ):  # fmt: skip
        hand_in(town, office, kind, file)

    month = compute(town, office)
    town.goto(month)
    expect(town.locator("main")).to_contain_text("乡镇评定")
    assert Settlement.objects.get().undetermined == PLAN.posts
    give_marks(town)
    settlement = Settlement.objects.get()
    assert (settlement.people, settlement.undetermined) == (PLAN.posts, 0)
    picture(town, "month")
    move(town, "publish")
    expect(town.locator(".month-moves")).to_contain_text("公示至")
    weeks_pass()
    town.goto(month)
    move(town, "submit")

    county.goto(month)
    move(county, "approve")
    county.on("dialog", lambda dialog: dialog.accept())
    move(county, "seal")
    expect(county.locator("main")).to_contain_text("核验")
    settlement.refresh_from_db()
    assert settlement.step == Step.SEALED

    first = make_batch(finance, office)
    assert first.total_fen == settlement.total_fen
    sent = send(finance, deputy, first, tmp_path)
    answered = tmp_path / f"回盘-{sent.name}"
    answered.write_bytes(money.answer_of(first, refused=range(1, 1 + BOUNCED)))
    read_return(finance, first, answered)
    bounced = list(BatchEntry.objects.filter(batch=first, state=EntryState.REFUSED).select_related("person"))
    assert len(bounced) == BOUNCED
    for number, entry in enumerate(bounced, 1):
        correct(finance, entry, number)

    second = make_batch(finance, office)
    assert second.count == BOUNCED
    send(finance, deputy, second, tmp_path)
    again = tmp_path / "回盘-2.csv"
    again.write_bytes(money.answer_of(second, refused=()))
    read_return(finance, second, again)
    paid = Payment.objects.filter(live=True, entry__state=EntryState.PAID)
    assert sum(paid.values_list("amount_fen", flat=True)) == settlement.total_fen

    county.goto(month)
    county.get_by_role("button", name="核验").click()
    expect(county.locator("body")).to_contain_text("与封存时完全一致")
