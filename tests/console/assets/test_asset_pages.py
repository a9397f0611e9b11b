"""Village assets on the console: balances and months, the ledger with its workbook, an income seen before it is kept."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.payment.assets.conftest import VILLAGE, Village, build

from yigang.foundation.enums import Role
from yigang.foundation.models import AuditEntry
from yigang.notices.models import Notice
from yigang.payment.asset_models import AllocationEntry, Asset, AssetIncome
from yigang.payment.enums import AllocationPurpose
from yigang.posts.models import Programme

pytestmark = [pytest.mark.req("T3"), pytest.mark.usefixtures("regions")]


@pytest.fixture
def village(town_officer) -> Village:
    return build(town_officer)


@pytest.fixture
def officer(village, sign_in):
    return sign_in(village.officer)


def text(client, name, *args, query=""):
    answer = client.get(reverse(f"console:{name}", args=args) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_village_without_income_says_where_to_begin(officer):
    assert "Nothing has come in yet" in text(officer, "assets")
    assert "Nothing has come in yet" in text(officer, "assets-ledger")


def test_balances_and_months_of_240_wan(village, officer):
    village.receive(240_000_000)
    village.spend(40_000)
    shown = text(officer, "assets", query="?year=2020")
    for figure in ("1,919,600.00", "240,000.00", "2,399,600.00", "1,920,000.00", "400.00", "2020-03"):
        assert figure in shown


@pytest.mark.parametrize("rows", [1, 3])
def test_the_ledger_asks_as_much_for_three_entries_as_for_one(village, officer, rows, django_assert_num_queries):
    village.receive(1)
    for _more in range(rows - 1):
        village.receive(1, f"收据{_more + 2}")
    assert AllocationEntry.objects.count() == rows
    with django_assert_num_queries(11):
        text(officer, "assets-ledger")


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_assets_asks_as_much_for_three_as_for_one(village, officer, rows, django_assert_num_queries):
    for number in range(rows - 1):
        Asset.objects.create(
            region_code=VILLAGE, name=f"冷库{number}", programme=village.asset.programme, added_by=village.officer
        )
    with django_assert_num_queries(10):
        text(officer, "assets-list")


def test_the_ledger_is_a_workbook_and_a_paper(village, officer):
    village.receive(10_000)
    address = reverse("console:assets-ledger")
    assert officer.get(f"{address}?format=xlsx")["Content-Type"].endswith("sheet")
    assert officer.get(f"{address}?format=pdf").content.startswith(b"%PDF")


def test_an_income_is_seen_divided_before_it_is_on_file(village, officer):
    address = reverse("console:assets-receive", args=[village.asset.pk])
    said = {
        "starts": "2020-01-01",
        "ends": "2020-12-31",
        "received_on": "2020-12-31",
        "amount": "240万",
        "paper": "收据1",
    }
    first = officer.post(address, said).content.decode()
    assert "1,920,000.00" in first
    assert not AssetIncome.objects.exists()
    changed = officer.post(address, {**said, "amount": "100", "seen": "240000000 2020-12-31"}).content.decode()
    assert "80.00" in changed, "another amount is shown anew"
    assert officer.post(address, {**said, "seen": "240000000 2020-12-31"}).status_code == 302
    income = AssetIncome.objects.get()
    assert income.amount_fen == 240_000_000
    assert "1,920,000.00" in text(officer, "assets-income", income.pk)
    assert "收据1" in text(officer, "asset", village.asset.pk)
    officer.post(reverse("console:assets-income-undo", args=[income.pk]), {"reason": "重复"})
    assert "Taken back" in text(officer, "assets-income", income.pk)


def spending(**more):
    return {
        "region_code": VILLAGE, "purpose": "posts", "day": "2020-03-05", "amount": "50", "text": "保洁劳务", "paper": "1号",
        **more,
    }  # fmt: skip


def test_a_spending_is_entered_reversed_and_refused(village, officer):
    village.receive(10_000)
    address = reverse("console:assets-spend")
    assert officer.post(address, spending()).status_code == 302
    entry = AllocationEntry.objects.get(kind="spending")
    officer.post(reverse("console:assets-entry-reverse", args=[entry.pk]), {"reason": "记错"})
    assert "记错" in text(officer, "assets-entry", entry.pk)
    assert "has 80.00 yuan left here" in officer.post(address, spending(amount="80.01")).content.decode()
    assert "attach the minutes" in officer.post(address, spending(purpose="case")).content.decode()
    minutes = SimpleUploadedFile("minutes.pdf", b"%PDF-1.4 x")
    officer.post(address, spending(purpose="case", amount="10", scan=minutes))
    assert AllocationEntry.objects.get(purpose=AllocationPurpose.CASE, kind="spending").file.name == "minutes.pdf"


def test_special_aid_is_masked_in_the_list_and_shown_with_an_audit_entry(village, officer):
    village.receive(100_000)
    home, address = village.home, reverse("console:assets-spend")
    aid = spending(purpose="aid", text="火灾救助")
    assert "Special aid says who received it" in officer.post(address, aid).content.decode()
    assert "no household with this number" in officer.post(address, {**aid, "household": "X"}).content.decode()
    assert "or choose special aid" in officer.post(address, spending(household=home.number)).content.decode()
    assert officer.post(address, {**aid, "household": home.number}).status_code == 302
    entry = AllocationEntry.objects.get(kind="spending")
    ledger = reverse("console:assets-ledger")
    officer.post(ledger, {"column": ["day", "text", "aided"]})
    listed, page = officer.get(ledger).content.decode(), text(officer, "assets-entry", entry.pk)
    assert "Household of 罗**" in listed
    assert "罗**" in page
    assert "罗小芳" not in listed + page
    assert not AuditEntry.objects.filter(verb="foundation.reveal").exists()
    address = reverse("console:assets-entry-recipient", args=[entry.pk])
    assert officer.get(address).status_code == 405
    assert "罗小芳 H77" in officer.post(address).content.decode()
    assert AuditEntry.objects.get(verb="foundation.reveal").after == {"fields": ["household"]}


def test_a_clerk_without_the_right_sees_nobodys_name(village, sign_in, make_user):
    village.receive(100_000)
    entry = village.spend(100, AllocationPurpose.AID)
    leader = sign_in(make_user(Role.LEADER, "520403"))
    assert leader.post(reverse("console:assets-entry-recipient", args=[entry.pk])).status_code == 404
    assert "罗小芳" not in text(leader, "assets-entry", entry.pk)
    assert not AuditEntry.objects.filter(verb="foundation.reveal").exists()


@pytest.mark.req("P10")
def test_a_year_becomes_a_notice_once(village, officer):
    village.receive(10_000)
    assert "Write the notice" in text(officer, "assets", query="?year=2020")
    address, said = reverse("console:assets-notice"), {"place": VILLAGE, "year": "2020"}
    made = officer.post(address, said, follow=True).content.decode()
    assert "年资产收益分配使用情况公示" in made
    assert "Write the notice" not in text(officer, "assets", query="?year=2020")
    again = officer.post(address, said, follow=True).content.decode()
    assert "is a notice already" in again
    assert (
        "Choose a place and a year" in officer.post(address, {"place": "x", "year": "1"}, follow=True).content.decode()
    )
    assert Notice.objects.count() == 1


def test_who_may_look_and_who_may_not(village, sign_in, make_user):
    village.receive(10_000)
    clerk = sign_in(make_user(Role.VILLAGE_CLERK, VILLAGE))
    assert "80.00" in text(clerk, "assets")
    assert clerk.get(reverse("console:assets-spend")).status_code == 404
    other = sign_in(make_user(Role.TOWN_OFFICER, "520403101"))
    assert other.get(reverse("console:asset", args=[village.asset.pk])).status_code == 404
    assert "80.00" not in text(other, "assets")


def test_an_asset_whose_policy_says_nothing_of_it_is_shown_with_the_reason(village, officer):
    village.receive(10_000)
    Programme.objects.update(policy_code="huaihua-team")
    shown = text(officer, "asset", village.asset.pk)
    assert "does not say how asset income is divided" in shown
    assert "100.00" in shown
