"""From the list of anomalies to the answer, to held pay, to the batch without it, and back."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from tests.journeys.conftest import PHONE, at_both_sizes, press, too_wide
from tests.payment.bank.conftest import JULY, World, build

from yigang.foundation.enums import Role
from yigang.oversight.models import Anomaly
from yigang.payment.enums import HoldState
from yigang.payment.hold_models import PayHold

pytestmark = [pytest.mark.journey, pytest.mark.req("Z10", "Z11")]


@pytest.fixture
def world(committed_db: str, make_user) -> World:
    world = build(make_user)
    world.seal(JULY, {"张三": 83333, "李四": 40000})
    person = world.people["张三"]
    month = {
        "key": f"m:{person.pk}:2020-07",
        "fen": 83333,
        "days": 22,
        "own": 22,
        "logs": 0,
        "results": 0,
        "words": 0,
        "met": 0,
    }
    Anomaly.objects.create(
        region_code=person.region_code, programme=world.programme, person=person, rule="idle", first=JULY, last=JULY,
        month=JULY, found_at=timezone.now(), strength="0.90", figures={"months": 1}, rows=[month], keys=[month["key"]],
        fen=83333, thresholds={"days": 15.0}, rule_version=1, subject=f"{person.pk}",
    )  # fmt: skip
    return world


def test_an_anomaly_is_answered_and_its_pay_waits_until_it_is_cleared_up(world, browse, picture, make_user):
    inspector, finance = browse(make_user(Role.INSPECTOR, "520403")), browse(world.finance)
    inspector.goto("/oversight/anomalies/")
    press(inspector.get_by_role("link", name="张三"))
    inspector.locator("summary", has_text="答复").click()
    inspector.locator("form[action$='/answer/']").locator("[name=outcome]").select_option("true")
    inspector.locator("form[action$='/answer/']").locator("[name=reason]").fill("村里没人见过他")
    press(inspector.locator("form[action$='/answer/']").get_by_role("button"))
    expect(inspector.locator("main")).to_contain_text("村里没人见过他")
    inspector.locator("summary", has_text="提议缓发补贴").click()
    inspector.get_by_label("缓发起始月").fill("2020-07")
    inspector.locator("form[action$='/hold/']").locator("[name=reason]").fill("冒领，待查清")
    picture(inspector, "anomaly-hold")
    press(inspector.get_by_role("button", name="提议缓发补贴"))
    expect(inspector.locator("h1")).to_contain_text("已提议缓发")
    finance.goto("/bank/holds/?state=proposed")
    press(finance.get_by_role("link", name="张三"))
    finance.locator("summary", has_text="缓发补贴").click()
    press(finance.locator("form[action$='/confirm/']").get_by_role("button"))
    expect(finance.locator("h1")).to_contain_text("缓发中")
    picture(finance, "hold")
    for address, name in (("/bank/holds/", "holds"), ("/bank/", "bank-held"), (finance.url, "hold")):
        for width in at_both_sizes(finance, address):
            assert too_wide(finance) == 0, (address, width)
            picture(finance, name)
    finance.goto("/bank/waiting/")
    expect(finance.locator("main")).to_contain_text("冒领，待查清")
    row = PayHold.objects.get()
    manager = browse(world.manager, size=PHONE)
    manager.goto(f"/bank/holds/{row.pk}/")
    manager.locator("summary", has_text="解除缓发").click()
    manager.locator("form[action$='/lift/']").locator("[name=reason]").fill("人在岗，手机坏了")
    press(manager.get_by_role("button", name="解除缓发"))
    expect(manager.locator("h1")).to_contain_text("已解除缓发")
    row.refresh_from_db()
    assert row.state == HoldState.LIFTED
    finance.goto("/bank/waiting/")
    expect(finance.locator("main")).to_contain_text("2 人")
