"""Leave asked for on the phone, approved by the officer, counted in the month; and why a month pays what it pays."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, expect
from tests.conftest import TOWN, VILLAGE
from tests.console.conftest import make_regions
from tests.journeys.phone import NUMBER, Handset, code_for, everything_sent, fits, sign_in
from tests.payment.world import JULY, World

from yigang.appraisal.appeals import file_appeal
from yigang.appraisal.models import Closing, Mark, PeriodResult
from yigang.appraisal.points import Given, give_points
from yigang.duty.enums import Table
from yigang.duty.models import Flag, Leave, LeaveRequest
from yigang.foundation.enums import Role
from yigang.foundation.models import User
from yigang.payment.models import Settlement, SubsidyLine
from yigang.payment.settlement import review
from yigang.payment.settlement.calculate import settle
from yigang.payment.settlement.queries import plain_sentences_of
from yigang.people.models import Person
from yigang.tenure.models import Appointment

pytestmark = pytest.mark.journey


def judged_and_appealed(held: Appointment, clerk: User, officer: User) -> None:
    """A quarter was closed, and the person said that the town's mark is wrong."""
    closing = Closing.objects.create(
        region_code=f"{TOWN}000", programme=held.programme, rhythm="quarter", first=date(2020, 7, 1), last=date(2020, 9, 30),
        policy_digest="x", facts_digest="x", results_digest="x", people=1, undetermined=0, closed_by=officer,
    )  # fmt: skip
    PeriodResult.objects.create(
        region_code=held.region_code, closing=closing, appointment=held, person=held.person, grade="合格", score=Decimal("86.6"),
        passed=True, missing=[], clause="得分 >= 60", cites="运河街道《公益岗考核方案》", consequences=["interview"],
        because=["季考核不合格〔快报2022年第9期〕"], trace={"合格月数": 3},
    )  # fmt: skip
    file_appeal(Mark.objects.get(), "镇上没有看我的日志，评定偏低。", actor=clerk)


@pytest.mark.req("H4", "Z3")
def test_leave_counts_and_the_month_says_why(
    committed_db, browser: Browser, server, browse, make_user, tmp_path, picture
):
    make_regions()
    clerk, officer = make_user(Role.VILLAGE_CLERK, VILLAGE), make_user(Role.TOWN_OFFICER, TOWN)
    world = World(clerk)
    world.declare(Table.LEAVES, Table.WORK_LOGS, Table.FINDINGS)
    held = world.work(world.hire("王大山"))
    settle(world.programme, TOWN, date(2020, 7, 1), actor=officer)
    review.publish(Settlement.objects.get(), actor=officer)
    Person.objects.filter(pk=held.person_id).update(phone=NUMBER)
    flag = Flag.objects.create(
        region_code=held.region_code, person_id=held.person_id, programme=world.programme, day=JULY, kind="photo_of_screen",
        strength="weak", subject="1", rows=[], figures={}, rule_version=1, thresholds={}, authors=[], found_at=timezone.now(),
    )  # fmt: skip
    handset = Handset(browser, server, tmp_path / "phone")
    with handset.on() as page:
        sign_in(page, code_for(Person.objects.get(pk=held.person_id), clerk))
        page.goto("/field/#/leave/ask")
        page.get_by_role("radio", name="事假").click()
        page.get_by_label("事由").fill("家里有事")
        handset.signal(there=False)
        page.get_by_role("button", name="提交").click()
        expect(page.get_by_role("heading", name="已保存在手机")).to_be_visible()
        handset.signal(there=True)
        everything_sent(page)

        asked = LeaveRequest.objects.get()
        today = asked.first  # the phone's: midnight in China may pass while this runs
        assert (asked.person_id, asked.last, asked.asked_by) == (held.person_id, today, None)
        assert timezone.localdate() - today <= timedelta(days=1)
        console = browse(officer)
        console.goto(reverse("console:leave-one", args=[asked.pk]))
        console.locator("summary", has_text="审批通过").click()
        console.get_by_role("button", name="审批通过").click()
        expect(console.locator("summary", has_text="审批通过")).to_have_count(0)
        assert Leave.objects.get().first == today

        page.goto("/field/#/leave")
        expect(page.get_by_role("heading", name="事假")).to_be_visible()
        picture(page, "phone-leave")
        page.goto("/field/#/month")
        expect(page.locator(".calendar .day-leave")).to_have_text(f"{today.day}假")

        page.goto(f"/field/#/month/{JULY:%Y-%m}")
        expect(page.get_by_text("833.33 元").first).to_be_visible()
        expect(page.get_by_test_id("points")).to_contain_text("还没有加分、扣分")
        give_points(Given(held, "praise", Decimal(2), "村民来信表扬", date(2020, 7, 10)), actor=officer)
        expect(page.get_by_test_id("points")).to_contain_text("村民来信表扬", timeout=30_000)
        expect(page.get_by_role("heading", name="为什么是这个数")).to_be_visible()
        told = plain_sentences_of(SubsidyLine.objects.get(), "zh")
        assert len(told) > 1
        for sentence in told:
            expect(page.locator(".card").first).to_contain_text(sentence)
        picture(page, "phone-month")
        judged_and_appealed(held, clerk, officer)
        page.reload()
        fits(page, "村民来信表扬", "季考核", "镇上没有看我的日志", "为什么是这个数")
        page.goto(f"/field/#/month/{JULY:%Y-%m}/appeal")
        fits(page, "申诉")
        page.goto(f"/field/#/month/{JULY:%Y-%m}")

        handset.signal(there=False)
        page.get_by_test_id("question").get_by_role("button", name="写说明").click()
        page.get_by_label("当时的情况").fill("拍的是巡护牌，牌子反光。")
        page.get_by_role("button", name="提交").click()
        expect(page.get_by_role("heading", name="已保存在手机")).to_be_visible()
        page.goto(f"/field/#/month/{JULY:%Y-%m}")
        expect(page.get_by_test_id("question")).to_contain_text("已写好，待上传：拍的是巡护牌")
        picture(page, "phone-question")
        handset.signal(there=True)
        everything_sent(page)
        assert flag.explanations.get().text == "拍的是巡护牌，牌子反光。"
