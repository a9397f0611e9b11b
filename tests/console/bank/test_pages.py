"""Paying in the browser's words: look, make, approve by another, send, read the return, correct, pay again."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.exchange.test_bank_files import answer
from tests.payment.bank.conftest import AUGUST, JULY, World, build

from yigang.console import today
from yigang.foundation.enums import Role
from yigang.payment.models import BankBatch, BudgetLine, Fund
from yigang.people.models import BankAccount

CHOICE = {"last": "2020-07", "layout": "yikatong", "first": ""}


@pytest.fixture
def world(make_user) -> World:
    return build(make_user)


@pytest.fixture
def month(world) -> World:
    world.person("没账户", account=False)
    world.seal(JULY, {"张三": 83333, "李四": 40000, "没账户": 100})
    return world


@pytest.fixture
def enter():
    """A browser of its own for each officer; pages are asked in English."""

    def client_of(user) -> Client:
        client = Client()
        client.cookies["django_language"] = "en"
        client.force_login(user)
        return client

    return client_of


def choice(world) -> dict[str, str]:
    return {**CHOICE, "programme": str(world.programme.pk), "budget_line": str(world.budget.pk)}


def make(client, world) -> BankBatch:
    seen = client.get("/bank/batches/new/", choice(world))
    client.post("/bank/batches/new/", {**choice(world), "expected": seen.context["proposal"].digest})
    return BankBatch.objects.latest("pk")


def text(response) -> str:
    return response.content.decode()


@pytest.mark.req("Z10")
def test_a_month_is_paid_and_the_bounced_payment_once_more(month, enter):
    finance, manager = enter(month.finance), enter(month.manager)
    preview = text(finance.get("/bank/batches/new/", choice(month)))
    assert "1,233.33" in preview
    assert "壹仟贰佰叁拾叁元叁角叁分" in preview
    assert "没账户" in preview, "who cannot be paid is shown before anything is made"
    batch = make(finance, month)
    assert "another person approves it" in text(finance.get(f"/bank/batches/{batch.pk}/"))
    manager.post(f"/bank/batches/{batch.pk}/approve/")
    file = finance.post(f"/bank/batches/{batch.pk}/file/")
    data = file.content
    batch.refresh_from_db()
    assert data.startswith(b"PK")
    assert batch.state == "sent"
    upload = SimpleUploadedFile("回盘.xlsx", answer(batch, {"李四"}))
    result = text(finance.post(f"/bank/batches/{batch.pk}/return/", {"file": upload}))
    assert "账户已销户" in result
    assert "李四" in text(finance.get("/bank/waiting/people/"))
    person = month.people["李四"]
    account = {"bank": "邮储银行", "holder": "李四", "number": "6217000010001234567"}
    assert finance.post(f"/bank/waiting/{person.pk}/account/", account).status_code == 302
    second = make(finance, month)
    assert [(entry.person.name, entry.amount_fen) for entry in second.entries.all()] == [("李四", 40000)]
    assert "0.00" in text(finance.get("/bank/"))


def test_the_author_cannot_approve_by_asking_the_address(month, enter):
    finance = enter(month.finance)
    batch = make(finance, month)
    finance.post(f"/bank/batches/{batch.pk}/approve/")
    batch.refresh_from_db()
    assert batch.state == "draft"


def test_a_changed_list_is_not_made_into_a_batch(month, enter):
    finance = enter(month.finance)
    seen = finance.get("/bank/batches/new/", choice(month)).context["proposal"].digest
    month.seal(AUGUST, {"王五": 100})
    month.account(month.people["张三"])
    response = finance.post("/bank/batches/new/", {**choice(month), "expected": seen})
    assert "has changed since you looked at it" in text(response)
    assert not BankBatch.objects.exists()


def test_a_batch_beyond_the_budget_cannot_be_made(month, enter):
    BudgetLine.objects.update(amount_fen=100)
    page = text(enter(month.finance).get("/bank/batches/new/", choice(month)))
    assert "The budget does not suffice." in page
    assert "disabled" in page


def test_a_return_that_does_not_fit_shows_every_row(month, enter):
    finance = enter(month.finance)
    batch = make(finance, month)
    enter(month.manager).post(f"/bank/batches/{batch.pk}/approve/")
    finance.post(f"/bank/batches/{batch.pk}/file/")
    rows = "序号,金额,处理结果\n1,1.00,成功\n9,1.00,成功\n".encode()
    page = text(finance.post(f"/bank/batches/{batch.pk}/return/", {"file": SimpleUploadedFile("r.csv", rows)}))
    assert "Number 9 was not sent." in page
    assert "the row says 1.00" in page
    assert set(batch.entries.values_list("state", flat=True)) == {"pending"}


def test_the_standing_of_every_month_is_shown(month, enter):
    page = text(enter(month.finance).get("/bank/"))
    assert "1,234.33" in page
    assert "1,233.33" in page
    assert page.count("tag-good") == 1


def test_funds_and_budgets_are_kept_here(world, enter):
    finance = enter(world.finance)
    finance.post("/bank/funds/new/", {"name": "以工代赈", "year": "2020"})
    fund = Fund.objects.get(name="以工代赈")
    assert fund.region_code == "520403000000"
    made = {"fund": fund.pk, "programme": world.programme.pk, "amount": "1.5万"}
    assert finance.post("/bank/funds/budgets/new/", made).status_code == 302
    line = BudgetLine.objects.get(fund=fund)
    assert line.amount_fen == 1_500_000
    finance.post(f"/bank/funds/budgets/{line.pk}/", {"amount": "20,000", "reason": "second part"})
    line.refresh_from_db()
    assert line.amount_fen == 2_000_000
    refused = text(finance.post(f"/bank/funds/budgets/{line.pk}/", {"amount": "-1", "reason": "x"}))
    assert "A budget is not negative." in refused


def test_what_waits_is_on_the_first_page_of_those_who_can_do_it(month, enter):
    def dues(user) -> dict[str, int]:
        return {one.url: one.count for one in today.dues_of(user, "520403") if one.chapter == "bank"}

    assert dues(month.finance)["/bank/batches/new/"] == 1
    batch = make(enter(month.finance), month)
    address = f"/bank/batches/{batch.pk}/"
    assert address not in dues(month.finance), "not for the author"
    assert address in dues(month.manager)
    enter(month.manager).post(f"{address}approve/")
    assert address in dues(month.finance)
    enter(month.finance).post(f"{address}file/")
    assert address in dues(month.finance), "the return is awaited"
    upload = SimpleUploadedFile("回盘.xlsx", answer(batch, {"李四"}))
    enter(month.finance).post(f"{address}return/", {"file": upload})
    assert dues(month.finance)["/bank/waiting/"] == 1
    month.account(month.people["李四"])
    assert dues(month.finance) == {"/bank/batches/new/": 1}


@pytest.mark.req("P5")
@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        (Role.VILLAGE_CLERK, "/bank/", 404),
        (Role.LEADER, "/bank/", 200),
        (Role.LEADER, "/bank/batches/new/", 404),
        (Role.AUDITOR, "/bank/batches/", 200),
        (Role.COUNTY_MANAGER, "/bank/funds/new/", 200),
        (Role.TOWN_OFFICER, "/bank/funds/new/", 404),
    ],
)
def test_every_role_opens_its_own_pages(month, make_user, enter, role, path, status):
    assert enter(make_user(role, "520403")).get(path).status_code == status


@pytest.mark.req("P5")
def test_another_county_sees_nothing(month, make_user, enter):
    batch = make(enter(month.finance), month)
    stranger = enter(make_user(Role.FINANCE, "520402"))
    assert stranger.get(f"/bank/batches/{batch.pk}/").status_code == 404
    assert stranger.post(f"/bank/batches/{batch.pk}/file/").status_code == 404
    assert "张三" not in text(stranger.get("/bank/waiting/people/"))
    assert batch.number not in text(stranger.get("/bank/batches/"))


def test_a_card_number_is_never_shown_whole(month, enter):
    batch = make(enter(month.finance), month)
    page = text(enter(month.finance).get(f"/bank/batches/{batch.pk}/"))
    assert "6217********" in page
    assert "6217000000000000" not in page


def test_months_and_the_held_come_after_the_page(month, enter):
    batch = make(enter(month.finance), month)
    assert text(enter(month.finance).get(f"/bank/batches/{batch.pk}/months/")) == "2020-07"
    assert "没账户" in text(enter(month.finance).get(f"/bank/batches/{batch.pk}/held/"))


def test_a_batch_is_found_by_its_number(month, enter):
    batch = make(enter(month.finance), month)
    assert f"/bank/batches/{batch.pk}/" in text(enter(month.finance).get("/search/", {"q": batch.number}))


@pytest.mark.parametrize(("words", "rows"), [("张三", 1), ("zs", 1), ("2", 1), ("", 2), ("没有", 0)])
def test_rows_of_a_batch_are_searched(month, enter, words, rows):
    batch = make(enter(month.finance), month)
    page = text(enter(month.finance).get(f"/bank/batches/{batch.pk}/", {"q": words}))
    assert page.count("data-row") == rows


def queries_of(client, path) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return [query["sql"] for query in queries]


@pytest.mark.parametrize("people", [1, 3])
def test_the_rows_of_a_batch_cost_the_same_queries_whatever_their_number(world, enter, people):
    world.seal(JULY, dict.fromkeys(("张三", "李四", "王五")[:people], 100))
    finance = enter(world.finance)
    batch = make(finance, world)
    assert len(queries_of(finance, f"/bank/batches/{batch.pk}/")) == 11


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_batches_costs_the_same_queries_whatever_their_number(world, enter, count):
    finance = enter(world.finance)
    for number in range(count):
        world.seal(JULY.replace(month=number + 1), {"张三": 100})
        make(finance, world)
    assert BankBatch.objects.count() == count
    assert len(queries_of(finance, "/bank/batches/")) == 8


@pytest.mark.parametrize("count", [1, 3])
def test_the_first_page_of_money_costs_the_same_queries_whatever_its_months(world, enter, count):
    for number in range(count):
        world.seal(JULY.replace(month=number + 1), {"张三": 100, "李四": 100})
    assert len(queries_of(enter(world.finance), "/bank/")) == 12


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_who_waits_costs_the_same_queries_whatever_their_number(world, enter, count):
    world.seal(JULY, dict.fromkeys(("张三", "李四", "王五")[:count], 100))
    BankAccount.objects.update(active=False)
    assert len(queries_of(enter(world.finance), "/bank/waiting/")) == 6
    assert len(queries_of(enter(world.finance), "/bank/waiting/people/")) == 12


def test_the_workbook_of_a_batch_holds_masked_numbers(month, enter):
    import openpyxl

    batch = make(enter(month.finance), month)
    response = enter(month.finance).get(f"/bank/batches/{batch.pk}/", {"format": "xlsx"})
    cells = [cell.value for row in openpyxl.load_workbook(BytesIO(response.getvalue())).active for cell in row]
    assert any("6217********" in str(cell) for cell in cells)
    assert not any("6217000000000000" in str(cell) for cell in cells)
