"""A recall is ordered, its one-week clock stands on the first page, and the unit's next delegate stops it in time."""

from datetime import date

import pytest
from playwright.sync_api import Page, expect
from tests.conftest import COUNTY, TOWN, VILLAGE
from tests.console.conftest import make_regions
from tests.journeys.conftest import at_both_sizes, press, too_wide
from tests.people.factories import identity_number, make_person
from tests.posts.factories import make_post, make_programme

from yigang.appraisal.enums import FindingKind
from yigang.appraisal.findings import record_finding
from yigang.appraisal.models import Appraisal
from yigang.foundation.enums import Role
from yigang.oversight.models import RecallOrder
from yigang.tenure import domain
from yigang.tenure.domain import Muster, Terms
from yigang.tenure.enums import TrainingBasis
from yigang.tenure.models import TeamMember, Vacancy

pytestmark = pytest.mark.journey
MARCH, LAST, NEXT = date(2025, 3, 3), date(2025, 6, 9), date(2025, 6, 12)
UNTIL = "2025-06-16"
NEXT_NUMBER = identity_number(9)
CALLED = {"county": "周县长", "deputy": "覃副局长", "town": "陈乡办"}


@pytest.fixture
def world(committed_db, make_user, clock):
    """A team of three sent by one bureau, one of them found absent three times, and the three officials who act."""
    make_regions()
    clock.to(LAST)
    users = {
        "county": make_user(Role.COUNTY_MANAGER, COUNTY, username="county"),
        "deputy": make_user(Role.COUNTY_MANAGER, COUNTY, username="deputy"),
        "town": make_user(Role.TOWN_OFFICER, TOWN, username="town"),
    }
    for key, user in users.items():
        user.name = CALLED[key]
        user.save()
    programme = make_programme("team", policy_code="huaihua-team", kind="team", name="驻村工作队")
    terms = Terms(MARCH, None, training=TrainingBasis.TAKEN_OVER)
    held = [
        domain.appoint(
            make_person(name, order), make_post(programme, f"T{order:03d}", kind="队员"), terms, actor=users["town"]
        )
        for order, name in enumerate(("吴长假", "李在村", "王在村"), start=1)
    ]
    unit = domain.save_unit(f"{COUNTY}000000", "县财政局", kind="机关", actor=users["county"])
    members = [Muster(one, leader=one is held[1]) for one in held]
    domain.form_team(programme, VILLAGE, "芝麻村工作队", unit, members, starts=MARCH, actor=users["town"])
    make_person("刘接替", 9)
    inspector = make_user(Role.INSPECTOR, COUNTY, username="inspector")
    for day in (3, 4, 5):
        record_finding(held[0], FindingKind.ABSENT, LAST.replace(day=day), "无人在岗", actor=inspector)
    Appraisal.objects.bulk_create(
        Appraisal(
            region_code=VILLAGE, appointment=held[0], period="month", first=date(2025, month, 1), grade="达标", passed=True,
            policy_digest="x",
        )
        for month in range(3, 7)
    )  # fmt: skip
    return {**users, "held": held, "programme": programme}


def waits(page: Page, words: str):
    """The line of the first page that names something to do."""
    page.goto("/")
    return page.locator(".dues li", has_text=words)


@pytest.mark.req("H8", "H9", "P8")
def test_a_recall_is_replaced_within_the_week_and_costs_the_year(world, browse, picture, clock):
    county, deputy, town = (browse(world[who]) for who in CALLED)

    county.goto("/oversight/recalls/")
    county.get_by_role("link", name="责令召回").first.click()
    county.fill("#id_number", identity_number(1))
    county.fill("#id_on", f"{LAST}")
    county.select_option("#id_cause", "absent")
    county.fill("#id_reason", "三次暗访不在岗")
    county.fill("#id_clause", "怀化办法：责令召回")
    press(county.get_by_role("button", name="责令召回"))
    order = RecallOrder.objects.get()
    address = f"/oversight/recalls/{order.pk}/"
    expect(county.locator("dl.facts").first).to_contain_text("县财政局")
    assert not Vacancy.objects.exists(), "no clock runs before somebody else agrees"
    expect(waits(county, "确认或者退回清退")).to_have_count(0)

    waits(deputy, "确认或者退回清退").get_by_role("link").click()
    deputy.get_by_role("link", name="吴长假").click()
    deputy.locator("summary", has_text="确认").click()
    press(deputy.locator("form[action$='/confirm/']").get_by_role("button"))
    expect(deputy.locator("main")).to_contain_text("已确认")

    for width in at_both_sizes(county, address):
        picture(county, "recall-waits")
        assert too_wide(county) <= 0, width
    expect(county.locator("dt", has_text="补派期限").locator("+ dd")).to_have_text("2025-06-16")
    expect(county.locator("main")).to_contain_text("等待补派")
    for page in (county, town):
        expect(waits(page, "补聘空岗")).to_contain_text(UNTIL)

    county.goto(address)
    county.locator("summary", has_text="约谈派出单位负责人").click()
    talk = county.locator("form[action$='/unit/']")
    for field, said in {
        "on": f"{LAST}", "place": "县委", "held_by": "组织部王部长", "name": "张局长", "office": "局长",
        "cause": "派出干部被召回", "said": "一周内另派人员", "asked": "派刘接替",
    }.items():  # fmt: skip
        talk.locator(f"[name={field}]").fill(said)
    press(talk.get_by_role("button"))
    expect(county.get_by_role("cell", name="张局长")).to_be_visible()

    clock.to(NEXT)
    post = world["held"][0].post
    town.goto(f"/posts/{post.pk}/")
    town.get_by_role("link", name="聘用人员").click()
    town.fill("#id_number", NEXT_NUMBER)
    town.fill("#id_starts", f"{NEXT}")
    town.select_option("#id_training", "taken_over")
    press(town.get_by_role("button", name="保存"))
    expect(town.get_by_role("link", name="刘接替")).to_be_visible()
    town.goto("/tenure/teams/")
    town.get_by_role("link", name="芝麻村工作队").click()
    town.locator("summary", has_text="增加队员").click()
    joins = town.locator("form[action$='/join/']")
    joins.locator("[name=number]").fill(NEXT_NUMBER)
    joins.locator("[name=on]").fill(f"{NEXT}")
    press(joins.get_by_role("button"))
    expect(town.get_by_role("cell", name="刘接替")).to_be_visible()
    vacancy = Vacancy.objects.get()
    assert (vacancy.filled_on, vacancy.filled_by.person.name) == (NEXT, "刘接替")
    member = TeamMember.objects.get(person__name="刘接替")
    assert member.team.unit.name == "县财政局"

    for page in (county, town):
        expect(waits(page, "补聘空岗")).to_have_count(0)
    for width in at_both_sizes(county, address):
        picture(county, "recall-replaced")
        assert too_wide(county) <= 0, width
    expect(county.locator("main")).to_contain_text("按期补派")
    expect(county.locator("dt", has_text="补聘人员").locator("+ dd")).to_have_text("刘接替")
    county.get_by_role("link", name="尚未结账").click()
    row = county.locator("tbody tr", has_text="吴长假")
    expect(row).to_contain_text("不称职")
    expect(row.locator("[title*='责令召回']")).to_be_visible()
    expect(county.locator("tbody tr", has_text="刘接替")).not_to_contain_text("不称职")
    picture(county, "recall-year")
