"""Every page of the frame, people, posts and office: opens without errors, in Chinese, and fits a phone."""

import re
from datetime import date
from decimal import Decimal

import pytest
from tests.conftest import COUNTY
from tests.console.conftest import make_person, make_post, make_programme, make_regions
from tests.journeys.conftest import DESKTOP, PHONE

from yigang.foundation import audit
from yigang.foundation.domain import override_day
from yigang.foundation.enums import Role
from yigang.foundation.models import JobRun
from yigang.payment.models import Settlement, SubsidyLine
from yigang.people import domain as people
from yigang.people.enums import HardshipKind, PoorKind, PovertyCause
from yigang.people.models import Person
from yigang.tenure.domain import Terms, appoint

pytestmark = pytest.mark.journey

ENGLISH_MEANT = {"xlsx", "Enter", "Esc", "pingba", "ranger", "chief", "PNG", "WebP", "JPEG", "test"}
"""Words in Latin letters that a Chinese page may show: file endings, keys, codes and account names."""
NAMES = (
    "王小红", "单大山", "李正明", "陈国华", "杨秀英", "罗金凤", "吴永贵", "张德全", "欧阳春梅", "谭世军", "覃桂花", "曾凡荣",
)  # fmt: skip


@pytest.fixture
def district(committed_db, make_user):
    """A county with people, posts, months and some work of the office; its manager."""
    make_regions()
    manager = make_user(Role.COUNTY_MANAGER, COUNTY, username="chief")
    manager.name = "周县长"
    manager.save()
    for number, name in enumerate(NAMES):
        village = "520403101201" if number % 3 == 2 else "520403100201"
        post = make_post(f"PB-{number:03d}", village=village)
        person = make_person(number, name=name, village=village, phone=f"1398765{number:04d}")
        if number != 3:
            appoint(person, post, Terms(date(2020, 7, 1), agreement_number=f"护协〔2020〕{number:03d}"), actor=manager)
    fill(Person.objects.get(name="王小红"), manager)
    JobRun.objects.create(
        kind="x", title="导入钉钉考勤 2020年7月", region_code="520403000000", actor=manager, state="running", done=340_000,
        total=680_000,
    )  # fmt: skip
    override_day("520403000000", date(2026, 3, 3), working=False, name="三月三", actor=manager)
    audit.record("foundation.sign_in", manager, actor=manager, region_code="520403000000")
    return manager


def fill(person, manager):
    """A whole file: household, account, hardship, a tie, twelve months."""
    household = person.household
    record = people.HouseholdRecord(
        household.region_code, household.number, "芝麻村三组12号", PoorKind.LIFTED, 1_245_600,
        [people.Cause(PovertyCause.ILLNESS, "因病"), people.Cause(PovertyCause.LABOUR, "缺劳力")],
    )  # fmt: skip
    people.save_household(record, actor=manager)
    people.set_account(person, bank="平坝农商银行", holder=person.name, number="6217000010001234560", actor=manager)
    people.add_hardship(person, HardshipKind.POOR, evidence="脱贫户证明", since=date(2020, 1, 1), actor=manager)
    people.add_kinship(person, official="王国强", office="芝麻村村委会", relation="堂兄", actor=manager)
    held = person.appointments.get()
    for number in range(12):
        month = date(2020 + (6 + number) // 12, (6 + number) % 12 + 1, 1)
        settlement = Settlement.objects.create(
            region_code="520403100000", programme=make_programme(), month=month, author=manager
        )
        missing = ["乡镇评定"] if number == 11 else []
        SubsidyLine.objects.create(
            region_code=person.region_code, settlement=settlement, appointment=held, person=person, month=month,
            state="undetermined" if missing else "settled", grade="" if missing else "合格", missing=missing,
            score=None if missing else Decimal(100 - 3 * (number % 5)), amount_fen=None if missing else 83_333, trace={},
        )  # fmt: skip


def pages(manager):
    person = Person.objects.get(name="王小红")
    return {
        "home": "/", "search": "/search/?q=小红", "people": "/people/", "people-none": "/people/?q=无此人",
        "person": f"/people/{person.pk}/", "person-edit": f"/people/{person.pk}/edit/",
        "person-account": f"/people/{person.pk}/account/", "person-household": f"/people/{person.pk}/household/",
        "posts": "/posts/", "post": f"/posts/{person.appointments.get().post_id}/", "programmes": "/posts/programmes/",
        "programme": f"/posts/programmes/{make_programme().pk}/", "jobs": "/office/jobs/",
        "job": f"/office/jobs/{JobRun.objects.get().pk}/", "audit": "/office/audit/", "accounts": "/office/accounts/",
        "account": f"/office/accounts/{manager.pk}/", "account-add": "/office/accounts/add/",
        "calendar": "/office/calendar/?year=2025", "regions": "/office/regions/?parent=520403000000",
        "password": "/password/", "missing": "/nowhere/",
    }  # fmt: skip


def english_in(text):
    """Words in Latin letters that nobody meant to show."""
    return {word for word in re.findall(r"[A-Za-z]{3,}", text) if word not in ENGLISH_MEANT and not is_code(word, text)}


def is_code(word, text):
    """Part of a digest or a region's source: letters between digits."""
    return re.search(rf"[0-9a-f]{{6,}}{re.escape(word)}|{re.escape(word)}[0-9a-f]{{6,}}", text) is not None


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_page_is_chinese_and_fits(district, browse, picture, size):
    page = browse(district, size=size, expected=["404"])
    wrong = {}
    for name, path in pages(district).items():
        page.goto(path)
        page.wait_for_load_state("networkidle" if name == "person" else "load")
        picture(page, name)
        overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        english = english_in(page.locator("body").inner_text())
        if overflow > 0 or english:
            wrong[name] = (overflow, english)
    assert wrong == {}
