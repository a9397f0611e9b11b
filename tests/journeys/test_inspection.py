"""An inspection from the draw to the point struck off, and what follows for the person; a test failed, made up and passed.

The telephone of both tests loses its signal where it hurts.
"""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from tests.conftest import TOWN, VILLAGE
from tests.console.conftest import make_regions
from tests.foundation.factories import picture as photo
from tests.journeys.conftest import press
from tests.journeys.phone import Handset, code_for, everything_sent, fits, sign_in, wait_until
from tests.people.factories import make_person
from tests.posts.factories import make_post, make_programme
from tests.training.conftest import asked

from yigang.appraisal.enums import FindingKind
from yigang.appraisal.findings import record_finding
from yigang.foundation.enums import Role
from yigang.foundation.models import Region
from yigang.oversight import domain, queries
from yigang.oversight.domain import Week
from yigang.oversight.enums import InspectionKind
from yigang.oversight.models import Arrival, Inspection, Proposal, Rectification, VisitSheet
from yigang.posts.models import Programme
from yigang.tenure.domain import Terms, appoint
from yigang.tenure.enums import TrainingBasis
from yigang.tenure.models import Appointment
from yigang.training import domain as training
from yigang.training.drawing import Row
from yigang.training.enums import QuestionKind, RemedialState, SessionKind, Subject
from yigang.training.models import Answer, RemedialTask, Sitting

pytestmark = pytest.mark.journey
COUNTY, TOWN_CODE, PASSWORD = "520403", "520403100000", "暗访组的密码-9"
VILLAGES = (VILLAGE, "520403100202", "520403100203")


def number_of(order: int) -> str:
    return f"1398500000{order}"


@pytest.fixture
def programme(committed_db) -> Programme:
    make_regions()
    for code, name in zip(VILLAGES[1:], ("平寨村", "龙山村"), strict=True):
        Region.objects.create(code=code, name=name, level=5, parent_code=TOWN_CODE, valid_from=2020, source="test")
    return make_programme("team", policy_code="huaihua-team", kind="team", name="驻村工作队")


@pytest.fixture
def held(programme, make_user) -> list[Appointment]:
    """Three villages, each with one post holder since New Year's Day."""
    officer, since = make_user(Role.TOWN_OFFICER, TOWN), timezone.localdate().replace(month=1, day=1)
    made = []
    for order, village in enumerate(VILLAGES, start=1):
        person = make_person(f"队员{order}", order, region_code=village, phone=number_of(order))
        post = make_post(programme, f"T{order:03d}", region_code=village, kind="队员")
        made.append(appoint(person, post, Terms(since, None, training=TrainingBasis.TAKEN_OVER), actor=officer))
    return made


@pytest.fixture
def handset(browser: Browser, server, tmp_path) -> Handset:
    return Handset(browser, server, tmp_path / "phone")


@pytest.mark.req("H6", "H7", "T9", "M6")
def test_a_visit_written_without_signal_is_put_right_and_its_absence_answered(
    programme, held, make_user, browse, handset, picture
):
    head, one, *others = [make_user(Role.INSPECTOR, COUNTY, username=name) for name in ("head", "one", "two", "three")]
    one.set_password(PASSWORD)
    one.save()
    week = Week(queries.week_of(timezone.localdate()), [[each] for each in (one, *others)], 3, [InspectionKind.ON_SITE])
    domain.draw_week(programme, f"{COUNTY}000000", week, actor=head)
    visit = Inspection.objects.get(group__number=1)
    absent = Appointment.objects.select_related("person").get(region_code=visit.region_code)
    console = browse(one)
    console.goto(reverse("console:oversight-visit", args=[visit.pk]))
    console.locator("summary", has_text="开始督查").click()
    press(console.get_by_role("button", name="开始督查"))
    console.goto(reverse("console:oversight-visit", args=[visit.pk]))
    picture(console, "oversight-visit-begun")

    with handset.on() as page:
        page.goto("/field/#/inspector")
        fits(page, "账号")
        page.get_by_label("账号").fill("one")
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.get_by_text("现场抽查，1 人").click()
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        handset.signal(there=False)
        fill_in(page, absent.person.name)
        picture(page, "phone-sheet")
        fits(page, "无故不在岗", "现场抽查")
        page.reload()
        expect(page.get_by_label("情况说明")).to_have_value("村部门锁着")
        page.get_by_role("button", name="提交督查表").click()
        expect(page.get_by_text("已保存在手机，有信号时自动提交")).to_be_visible()
        picture(page, "phone-inspector")
        fits(page, "已保存在手机，有信号时自动提交")
        assert not VisitSheet.objects.exists()
        handset.signal(there=True)
        expect(page.get_by_test_id("sheet")).to_have_count(0)
        expect(page.get_by_text("本组没有等着办的督查")).to_be_visible()
    sheet = VisitSheet.objects.get()
    assert (sheet.accuracy_m, sheet.photos.count(), sheet.made_by) == (8, 1, one)

    put_right(console, sheet, make_user(Role.TOWN_OFFICER, TOWN))
    picture(console, "oversight-point-closed")
    manager = make_user(Role.COUNTY_MANAGER, COUNTY)
    record_finding(
        absent, FindingKind.ABSENT, timezone.localdate() - timedelta(days=1), "电话抽查无人", actor=others[0]
    )
    domain.propose(programme, timezone.localdate().year)
    domain.confirm(Proposal.objects.get(clause="两次旷工"), actor=manager)
    with handset.on() as page:
        sign_in(page, code_for(absent.person, make_user(Role.VILLAGE_CLERK, visit.region_code)), absent.person.phone)
        page.get_by_text("有 1 项督查处理与您有关").click()
        expect(page.get_by_role("heading", name="取消评优资格")).to_be_visible()
        page.get_by_role("button", name="我看到了").click()
        expect(page.get_by_text("告知您")).to_be_visible()
        page.get_by_role("button", name="我想说明").click()
        page.get_by_label("我想说明").fill("当天在县医院，有病历")
        fits(page, "取消评优资格", "提交说明")
        page.get_by_role("button", name="提交说明").click()
        expect(page.get_by_text("您的说明：当天在县医院，有病历")).to_be_visible()
        picture(page, "phone-consequences")
    county = browse(manager)
    county.goto(reverse("console:oversight-proposal", args=[Proposal.objects.get().pk]))
    expect(county.get_by_text("当天在县医院，有病历")).to_be_visible()
    expect(county.get_by_text("本人在手机上已阅")).to_be_visible()


def fill_in(page: Page, name: str) -> None:
    """Absent without cause, the log poor, a photo; the place is found by itself."""
    page.get_by_role("radio", name="无故不在岗").click()
    page.get_by_role("radiogroup", name=f"{name} 工作日志").get_by_role("radio", name="差").click()
    page.get_by_label("情况说明").fill("村部门锁着")
    page.locator("input[type=file]").set_input_files(
        {"name": "1.jpg", "mimeType": "image/jpeg", "buffer": photo(size=(800, 600))}
    )
    expect(page.get_by_role("img", name="照片 1")).to_be_visible()
    expect(page.get_by_text("已定位")).to_be_visible()


def put_right(console: Page, sheet: VisitSheet, officer) -> None:
    """A point from the sheet, owned by the town's officer, who reports it; struck off by the inspector."""
    console.goto(reverse("console:oversight-visit", args=[sheet.inspection_id]))
    press(console.get_by_role("link", name="录入整改问题"))
    console.get_by_label("查出的问题").fill("村部无人值守")
    console.get_by_label("责任单位").fill("白云镇党委")
    console.get_by_label("责任人账号").select_option(label=officer.name)
    press(console.locator("form.card button[type=submit], form button.btn-primary").first)
    point = Rectification.objects.get()
    assert (point.owner, point.owner_account, point.source) == (officer.name, officer, "visit")
    domain.put_right(point, "已排班值守", actor=officer)
    console.reload()
    console.locator("summary", has_text="验收销号").click()
    press(console.get_by_role("button", name="验收销号"))
    point.refresh_from_db()
    assert point.state == "closed"


@pytest.mark.req("H6")
def test_a_visit_begun_in_the_valley_stands_in_the_console_once_there_is_signal(
    programme, held, make_user, browse, handset, picture
):
    head, one, two, three = [
        make_user(Role.INSPECTOR, COUNTY, username=name) for name in ("head", "one", "two", "three")
    ]
    one.set_password(PASSWORD)
    one.save()
    week = Week(queries.week_of(timezone.localdate()), [[one, two], [three], [head]], 3, [InspectionKind.ON_SITE])
    domain.draw_week(programme, f"{COUNTY}000000", week, actor=head)
    visit = Inspection.objects.get(group__number=1)
    console = browse(one)
    console.goto(reverse("console:oversight-visit", args=[visit.pk]))
    expect(console.get_by_role("heading", name="用手机督查")).to_be_visible()
    picture(console, "oversight-visit-planned")
    with handset.on() as page:
        page.goto("/field/#/inspector")
        page.get_by_label("账号").fill("one")
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_text("还没有开始")).to_be_visible()
        picture(page, "phone-visits")
        fits(page, "还没有开始")
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        handset.signal(there=False)
        page.get_by_text("还没有开始").click()
        expect(page.get_by_text("已定位")).to_be_visible()
        picture(page, "phone-visit-begin")
        fits(page, "开始督查")
        page.get_by_role("button", name="开始督查").click()
        expect(page.get_by_text("已开始，保存在手机")).to_be_visible()
        page.reload()
        expect(page.get_by_text("已开始，保存在手机")).to_be_visible()
        assert not Arrival.objects.exists()
        domain.begin(visit, actor=two)
        handset.signal(there=True)
        expect(page.get_by_text(f"{two.name}已在")).to_be_visible()
        picture(page, "phone-visit-joined")
        fits(page, "您已加入")
        handset.signal(there=False)
        fill_in(page, Appointment.objects.get(region_code=visit.region_code).person.name)
        page.get_by_role("button", name="提交督查表").click()
        expect(page.get_by_text("已保存在手机，有信号时自动提交")).to_be_visible()
        handset.signal(there=True)
        expect(page.get_by_test_id("sheet")).to_have_count(0)
        expect(page.get_by_text("本组没有等着办的督查")).to_be_visible()
    assert list(visit.arrivals.values_list("made_by", "joined", "accuracy_m")) == [
        (two.pk, False, None),
        (one.pk, True, 8),
    ]
    console.reload()
    expect(console.get_by_role("row", name=f"{one.name} 加入")).to_be_visible()
    expect(console.get_by_role("row", name=f"{two.name} 开始督查")).to_be_visible()
    picture(console, "oversight-visit-arrivals")


@pytest.mark.req("P6", "M4")
def test_a_failed_test_is_made_up_and_passed_although_the_signal_goes(programme, held, make_user, handset, picture):
    manager, officer = make_user(Role.COUNTY_MANAGER, COUNTY), make_user(Role.TOWN_OFFICER, TOWN)
    person, now = held[0].person, timezone.now()
    plan = training.make_plan(programme, f"{COUNTY}000000", now.year, "培训计划", actor=manager)
    training.add_questions(plan.region_code, [asked(number) for number in range(2)], actor=manager)
    terms = training.Terms(now - timedelta(hours=1), now + timedelta(hours=9), 30, Decimal(60), attempts=2)
    paper = training.set_paper(
        plan, "业务测评", [Row(Subject.FIRE, QuestionKind.SINGLE, 2, Decimal(50))], terms, actor=manager
    )
    course = training.add_course(plan, "政策和业务", Subject.SUBSIDY, Decimal(16), actor=manager)
    for _day in range(2):
        meeting = training.Meeting(
            SessionKind.LECTURE, now - timedelta(hours=9), now - timedelta(hours=1), Decimal(8), "镇政府", "李老师"
        )
        session = training.plan_session(course, TOWN_CODE, meeting, actor=officer)
        training.enter_list(session, [person], actor=officer)
    with handset.on() as page:
        sign_in(page, code_for(person, make_user(Role.VILLAGE_CLERK, VILLAGE)), person.phone)
        page.goto(f"/field/#/training/test/{paper.pk}")
        page.get_by_role("button", name="开始测评").click()
        for word in ("甲", "乙"):
            page.get_by_role("radio", name=word).click()
            page.get_by_role("button", name="下一题" if word == "甲" else "交卷").click()
        page.get_by_role("button", name="确定").click()
        everything_sent(page)
        assert Sitting.objects.get().score == 50
        (task,) = training.open_remedial(
            programme, [person], now.year, on=timezone.localdate(), actor=officer, paper=paper
        )
        page.goto("/field/#/training")
        expect(page.get_by_text("限时整改")).to_be_visible()
        picture(page, "phone-training")
        fits(page, "限时整改")

        page.goto(f"/field/#/training/test/{paper.pk}")
        page.get_by_role("button", name="开始测评").click()
        page.get_by_role("radio", name="甲").click()
        wait_until(page, Answer.objects.filter(sitting__attempt=2).exists, "the first answer has not come")
        handset.signal(there=False)
        page.get_by_role("button", name="下一题").click()
        page.get_by_role("radio", name="甲").click()
        expect(page.get_by_text("1 条已保存在手机")).to_be_visible()
        page.reload()
        expect(page.get_by_role("radio", name="甲")).to_be_checked()
        picture(page, "phone-test")
        fits(page, "下一题")
        page.get_by_role("button", name="下一题").click()
        page.get_by_role("button", name="交卷").click()
        fits(page, "确定")
        page.get_by_role("button", name="确定").click()
        expect(page.get_by_text("已交卷")).to_be_visible()
        assert Sitting.objects.filter(score=100).count() == 0
        handset.signal(there=True)
        everything_sent(page)
        page.goto("/field/#/training")
        expect(page.get_by_text("成绩 100 分")).to_be_visible()
    assert sorted(Sitting.objects.values_list("score", flat=True)) == [50, 100]
    training.look_after(timezone.localdate())
    assert RemedialTask.objects.get(pk=task.pk).state == RemedialState.DONE
