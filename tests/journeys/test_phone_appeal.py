"""Somebody reads a month judged too low, appeals on the phone without signal, and reads the answer and what it brings."""

from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, expect
from tests.conftest import COUNTY, TOWN, VILLAGE
from tests.console.conftest import make_regions
from tests.journeys.conftest import DESKTOP, at_both_sizes, press, too_wide
from tests.journeys.phone import NUMBER, TOO_SMALL, TOO_WIDE, Handset, code_for, everything_sent, sign_in, wait_until
from tests.journeys.test_every_page import english_in
from tests.payment.world import AUGUST, HUNG, JULY, World

from yigang.appraisal.models import Appeal, Mark
from yigang.appraisal.points import Given, give_points
from yigang.duty.enums import Table
from yigang.foundation.enums import Role
from yigang.foundation.models import User
from yigang.payment.models import Settlement, SubsidyLine
from yigang.payment.settlement import review
from yigang.payment.settlement.calculate import settle
from yigang.payment.settlement.sealing import seal
from yigang.people.models import Person

pytestmark = pytest.mark.journey
WRONG, TRUE = "七月二十号以前我天天巡山，日志也写了。", "巡护记录属实，改评十八分"


@pytest.mark.req("Z5", "Z11")
def test_from_the_mark_to_the_answer_and_the_adjustment(
    committed_db, browser: Browser, server, browse, make_user, tmp_path, picture
):
    make_regions()
    clerk, officer = make_user(Role.VILLAGE_CLERK, VILLAGE), make_user(Role.TOWN_OFFICER, TOWN)
    judge, county = make_user(Role.TOWN_OFFICER, TOWN), make_user(Role.COUNTY_MANAGER, COUNTY)
    User.objects.update(name="罗秀兰")
    world = World(officer)
    world.declare(Table.LEAVES, Table.WORK_LOGS, Table.FINDINGS)
    held = world.hire("王大山")
    world.attend(held, range(1, 21))
    world.mark(held, "0")
    give_points(Given(held, "complaint", Decimal(2), "群众投诉", JULY.replace(day=4)), actor=officer)
    settle(world.programme, TOWN, JULY, actor=officer)
    july = Settlement.objects.get()
    review.publish(july, on=HUNG, actor=officer)
    review.submit(july, actor=officer)
    review.approve(july, actor=county)
    seal(july, actor=county)
    paid = SubsidyLine.objects.get().amount_fen
    Person.objects.filter(pk=held.person_id).update(phone=NUMBER)
    handset, month = Handset(browser, server, tmp_path / "phone"), f"/field/#/month/{JULY:%Y-%m}"
    wrong: dict[tuple[str, int], object] = {}
    with handset.on() as page:

        def look(name: str) -> None:
            for width in (320, 390):
                page.set_viewport_size({"width": width, "height": 844})
                faults = (
                    page.evaluate(TOO_WIDE),
                    page.evaluate(TOO_SMALL),
                    english_in(page.locator("#app").inner_text()),
                )
                if any(faults):
                    wrong[name, width] = faults
                picture(page, name)

        sign_in(page, code_for(Person.objects.get(pk=held.person_id), clerk))
        page.goto(month)
        card = page.get_by_test_id("appeal")
        expect(card).to_contain_text("2020-07 的结果：不合格")
        expect(card).to_contain_text("乡镇评定 2020-07 0.00")
        expect(card).to_contain_text("群众投诉属实")
        look("phone-appeal-offered")
        handset.signal(there=False)
        card.get_by_role("button", name="申诉").click()
        send = page.get_by_role("button", name="提交")
        expect(send).to_be_visible()
        send.click()
        expect(page.get_by_role("alert")).to_have_text("请选一项要申诉的。")
        page.get_by_role("radio", name="乡镇评定").click()
        page.get_by_label("哪里不对").fill(WRONG)
        look("phone-appeal")
        send.click()
        expect(page.get_by_role("heading", name="已保存在手机")).to_be_visible()
        page.goto(month)
        expect(card).to_contain_text(f"已写好，待上传：{WRONG}")
        look("phone-appeal-waits")
        handset.signal(there=True)
        everything_sent(page)
        wait_until(page, Appeal.objects.exists, "the appeal did not arrive")
        appeal = Appeal.objects.get()
        assert (appeal.mark, appeal.text, appeal.filed_by) == (Mark.objects.get(value=0), WRONG, None)

        console, address = browse(judge, size=DESKTOP), reverse("console:appeal", args=[appeal.pk])
        console.goto(f"{reverse('console:reviews-appeals')}?state=open")
        console.get_by_role("link", name="王大山").click()
        console.locator("summary", has_text="作出决定").click()
        console.get_by_label("申诉决定").select_option("yes")
        console.get_by_label("申诉成立时的正确分数").fill("18")
        console.get_by_label("理由（本人会看到）").fill(TRUE)
        press(console.get_by_role("button", name="作出决定"))
        console.locator("summary", has_text="转入下一个未封存的月份").click()
        press(console.get_by_role("button", name="转入下一个未封存的月份"))
        expect(console.locator("dl.facts").first).to_contain_text("2020-08 补发")
        for shown in (address, reverse("console:appeal-of", args=[held.person_id])):
            for width in at_both_sizes(console, shown):
                picture(console, "appeal" + shown.strip("/").replace("/", "-"))
                faults = (too_wide(console), english_in(console.locator("body").inner_text()))
                if faults[0] > 0 or faults[1]:
                    wrong[shown, width] = faults

        added = SubsidyLine.objects.get(kind="adjustment")
        assert (added.settlement.month, paid + added.amount_fen) == (AUGUST, 83333)
        page.goto("/field/#/today")
        page.goto(month)
        expect(card).to_contain_text(TRUE)
        expect(card).to_contain_text(f"2020-08 补发 {added.amount_fen / 100:.2f} 元")
        look("phone-appeal-answered")
    assert wrong == {}
