"""A small district with a whole file in it, for tests that look at pages."""

from datetime import date
from decimal import Decimal

from django.utils import timezone
from tests.console.conftest import make_person, make_post, make_programme, make_regions

from yigang.foundation import audit
from yigang.foundation.domain import override_day
from yigang.foundation.models import JobRun, User
from yigang.notices.domain import draft_notice, publish
from yigang.notices.enums import NoticeKind
from yigang.payment.assets.domain import Received, Spent, add_asset, record_income, spend
from yigang.payment.enums import AllocationPurpose
from yigang.payment.models import Settlement, SubsidyLine
from yigang.people import domain as people
from yigang.people import incomes
from yigang.people.enums import HardshipKind, PoorKind, PovertyCause
from yigang.people.models import Person
from yigang.posts.domain import QuotaRecord, save_quota
from yigang.tenure.domain import Terms, appoint
from yigang.tenure.enums import TrainingBasis

NAMES = (
    "王小红", "单大山", "李正明", "陈国华", "杨秀英", "罗金凤", "吴永贵", "张德全", "欧阳春梅", "谭世军", "覃桂花", "曾凡荣",
)  # fmt: skip


def build(manager: User) -> None:
    """People, posts, twelve months of one person and some work of the office."""
    make_regions()
    for number, name in enumerate(NAMES):
        village = "520403101201" if number % 3 == 2 else "520403100201"
        post = make_post(f"PB-{number:03d}", village=village)
        person = make_person(number, name=name, village=village, phone=f"1398765{number:04d}")
        if number != 3:
            appoint(
                person,
                post,
                Terms(
                    date(2020, 7, 1), agreement_number=f"护协〔2020〕{number:03d}", training=TrainingBasis.TAKEN_OVER
                ),
                actor=manager,
            )
    fill(Person.objects.get(name="王小红"), manager)
    earn(Person.objects.get(name="王小红"), manager)
    JobRun.objects.create(
        kind="x", title="导入钉钉考勤 2020年7月", region_code="520403000000", actor=manager, state="running", done=340_000,
        total=680_000,
    )  # fmt: skip
    save_quota(
        make_programme(), QuotaRecord("520403000000", 2020, "中央财政生态护林员补助", 240, 240_000_000), actor=manager
    )
    about = {"region_code": "520403000000", "opens": date(2020, 7, 1), "working_days": 5, "actor": manager}
    publish(draft_notice(NoticeKind.ANNOUNCEMENT, "选聘公告", body="拟选聘生态护林员240名。", **about), actor=manager)
    override_day("520403000000", date(2026, 3, 3), working=False, name="三月三", actor=manager)
    audit.record("foundation.sign_in", manager, actor=manager, region_code="520403000000")


def fill(person: Person, manager: User) -> None:
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


def earn(person: Person, manager: User) -> None:
    """A village's income, some of it spent, and a household below the line of the last year."""
    household, day, year = person.household, date(2020, 7, 1), timezone.localdate().year - 1
    station = add_asset(household.region_code, "村级光伏电站", make_programme(), actor=manager)
    record_income(station, Received(day, day, day, 240_000_000, "回单一号"), actor=manager)
    spent = Spent(AllocationPurpose.POSTS, day, 40_000, "保洁劳务", "凭证一号")
    spend(household.region_code, spent, actor=manager)
    incomes.set_warning_line("520403000000", year, 600_000, source="省监测标准", actor=manager)
    incomes.set_incomes([(household, year, incomes.Figures(0, 300_000, 0, 0, 100_000, "入户"))], actor=manager)
