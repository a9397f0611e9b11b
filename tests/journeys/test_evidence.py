"""Evidence in the browser: a village's paper typed with the keyboard and confirmed by another, unknown people matched."""

from datetime import date

import pytest
from playwright.sync_api import expect
from tests.console.conftest import make_person, make_post, make_programme, make_regions
from tests.duty.conftest import at, evidence, punch
from tests.journeys.conftest import at_both_sizes, press, too_wide

from yigang.duty import domain
from yigang.duty.enums import LeaveKind, Source, Table
from yigang.duty.models import CheckIn, Leave, ProxyEntry, WorkLog
from yigang.foundation.enums import Role
from yigang.tenure.domain import Terms, appoint
from yigang.tenure.enums import TrainingBasis

pytestmark = pytest.mark.journey
VILLAGE = "520403100201"
NAMES = ("王小红", "单大山", "李正明", "陈国华", "杨秀英", "罗金凤")


@pytest.fixture
def district(committed_db, make_user):
    """Six rangers of one village, July's evidence with an unknown person; the town's officer and the village's clerk."""
    make_regions()
    programme = make_programme()
    officer = make_user(Role.TOWN_OFFICER, "520403100", username="officer")
    manager = make_user(Role.COUNTY_MANAGER, "520403", username="chief")
    people = []
    for number, name in enumerate(NAMES):
        person = make_person(number, name=name)
        appoint(
            person,
            make_post(f"PB-{number:03d}"),
            Terms(date(2020, 7, 1), training=TrainingBasis.TAKEN_OVER),
            actor=manager,
        )
        people.append(person)
    rows = [punch("王小红", at(day)) for day in range(1, 23)]
    rows += [punch("王小红", at(day, "21:10"), kind="night") for day in range(1, 8)]
    rows += [punch("王小红", at(23), result="not_signed", source="SYSTEM")]
    rows += [punch("王晓红", at(day), key="u9") for day in (1, 2)]
    domain.take_in(evidence(Table.CHECK_INS, rows, programme_id=programme.pk), actor=officer)
    log = {"name": "王小红", "day": date(2020, 7, 1), "text": "巡山，无火情", "source": "sheet"}
    domain.take_in(evidence(Table.WORK_LOGS, [log], source=Source.SHEET, programme_id=programme.pk), actor=officer)
    terms = domain.LeaveTerms(LeaveKind.SICK, date(2020, 7, 24), date(2020, 7, 26), "李站长", "住院")
    domain.enter_leave(people[0], terms, actor=officer)
    return officer, make_user(Role.VILLAGE_CLERK, VILLAGE, username="clerk"), people


def test_a_villages_paper_is_typed_with_the_keyboard_and_confirmed_by_another(district, browse, picture):
    officer, clerk, _people = district
    address = f"/duty/paper/?village={VILLAGE}&month=2020-07"
    page = browse(clerk)
    page.goto(address)
    page.locator("[data-paper] input").first.focus()
    page.keyboard.type("ccy")
    page.keyboard.press("ArrowRight")
    page.keyboard.type("j")
    page.keyboard.press("ArrowDown")
    page.keyboard.type("c")
    picture(page, "paper-typing")
    press(page.get_by_role("button", name="保存录入"))
    expect(page.locator(".message-success")).to_be_visible()
    assert sorted(ProxyEntry.objects.values_list("day__day", "night", "on_leave")) == [
        (1, False, False), (2, False, False), (3, True, False), (5, False, True), (6, False, False),
    ]  # fmt: skip

    press(page.get_by_role("button", name="陈国华"))
    page.locator("[data-paper='down'] input").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.type("8")
    page.keyboard.press("ArrowRight")
    page.keyboard.type("17:30")
    page.keyboard.press("ArrowRight")
    page.keyboard.type("巡山，清理隔离带")
    page.keyboard.press("Enter")
    picture(page, "paper-person")
    press(page.get_by_role("button", name="保存录入"))
    expect(page.locator(".message-success")).to_be_visible()
    noted = ProxyEntry.objects.get(person__name="陈国华", day__day=1)
    assert (f"{noted.start:%H:%M}", f"{noted.end:%H:%M}", noted.log) == ("08:00", "17:30", "巡山，清理隔离带")

    page = browse(officer)
    page.goto(address)
    page.get_by_text("待核对的时间、日志、巡护和成效").click()
    picture(page, "paper-confirming")
    press(page.get_by_role("button", name="与纸质一致"))
    expect(page.locator(".message-success")).to_be_visible()
    assert CheckIn.objects.filter(source="proxy").count() == 6
    assert Leave.objects.filter(source="proxy").count() == 2


def test_every_page_of_attendance_fits(district, browse, picture):
    officer, _clerk, people = district
    intake = CheckIn.objects.order_by("pk")[0].intake
    unknown = intake.unmatched.get()
    missed = CheckIn.objects.get(result="not_signed")
    page = browse(officer)
    for name, address in {
        "intakes": "/duty/", "intake": f"/duty/intakes/{intake.pk}/", "unmatched": "/duty/unknown/",
        "match": f"/duty/unknown/{unknown.pk}/", "leaves": "/duty/leave/", "leave-new": "/duty/leave/new/",
        "leave-correct": f"/duty/leave/{Leave.objects.get().pk}/correct/", "declare": "/duty/complete/",
        "paper": f"/duty/paper/?village={VILLAGE}&month=2020-07",
        "paper-person": f"/duty/paper/{people[0].pk}/?village={VILLAGE}&month=2020-07",
        "day-log": f"/duty/people/{people[0].pk}/2020-07-01/",
        "log-correct": f"/duty/logs/{WorkLog.objects.get().pk}/correct/",
        "calendar": f"/duty/people/{people[0].pk}/?month=2020-07", "day": f"/duty/people/{people[0].pk}/2020-07-23/",
        "check-in-correct": f"/duty/check-ins/2020-07-23/{missed.pk}/correct/",
        "person": f"/people/{people[0].pk}/?month=2020-07",
    }.items():  # fmt: skip
        for width in at_both_sizes(page, address):
            if name == "person":
                expect(page.locator(".duty-calendar")).to_be_visible()
            picture(page, f"duty-{name}")
            assert too_wide(page) <= 0, (name, width)
