"""Held pay in the browser: from an anomaly's page, set and proposed, told, answered, lifted by another, seen on every page."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.payment.bank.conftest import AUGUST, JULY, World, build

from yigang.console import today
from yigang.foundation.enums import Role
from yigang.oversight.models import Anomaly
from yigang.payment.bank import holds
from yigang.payment.enums import HoldState
from yigang.payment.hold_models import PayHold

pytestmark = pytest.mark.req("Z10")


@pytest.fixture
def world(make_user) -> World:
    world = build(make_user)
    world.seal(JULY, {"张三": 83333, "李四": 40000, "王五": 100})
    return world


def enter(user) -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(user)
    return client


def text(response) -> str:
    assert response.status_code == 200, response
    return response.content.decode()


def held(world, name: str = "张三") -> PayHold:
    order = holds.HoldOrder(world.programme, world.people[name], JULY, "不在岗", "异常：死亡后仍打卡")
    return holds.set_hold(order, actor=world.finance)


@pytest.fixture
def anomaly(world) -> Anomaly:
    person = world.people["张三"]
    return Anomaly.objects.create(
        region_code=person.region_code, programme=world.programme, person=person, rule="idle", first=JULY, last=JULY,
        month=JULY, found_at=timezone.now(), strength="0.60", figures={"months": 1}, rows=[], keys=[], fen=83333,
        thresholds={"days": 15.0}, rule_version=1, subject=f"{person.pk}",
    )  # fmt: skip


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.COUNTY_MANAGER])
def test_an_anomaly_leads_to_the_hold_in_one_step(world, anomaly, make_user, role):
    """An inspector proposes, a county manager sets it at once; the pages lead to each other."""
    client = enter(make_user(role, "520403"))
    inspects = role == Role.INSPECTOR
    offer = "Propose to hold the pay back" if inspects else "Hold the pay back"
    assert offer in text(client.get(f"/oversight/anomalies/{anomaly.pk}/"))
    given = {"from_month": "2020-07", "reason": "先查清"}
    shown = client.post(f"/oversight/anomalies/{anomaly.pk}/hold/", given)
    row = PayHold.objects.get()
    assert shown.url == f"/bank/holds/{row.pk}/"
    assert row.state == (HoldState.PROPOSED if inspects else HoldState.LIVE)
    assert row.source == f"anomaly:{anomaly.pk}"
    assert f"/oversight/anomalies/{anomaly.pk}/" in text(client.get(shown.url))
    back = text(client.get(f"/oversight/anomalies/{anomaly.pk}/"))
    assert shown.url in back
    assert f"/oversight/anomalies/{anomaly.pk}/hold/" not in back, "offered once"
    asked = "holds/?state=proposed"
    assert any(asked in due.url for due in today.dues_of(world.finance, "520403")) == inspects


def test_a_proposal_is_decided_told_answered_and_lifted_by_another(world, make_user):
    town, finance, manager = (
        enter(make_user(Role.TOWN_OFFICER, "520403101")),
        enter(world.finance),
        enter(world.manager),
    )
    row = held(world, "李四")
    assert "another person lifts it" in text(finance.get(f"/bank/holds/{row.pk}/"))
    day = f"{timezone.localdate()}"
    town.post(f"/bank/holds/{row.pk}/tell/", {"how": "in_person", "on": day})
    town.post(f"/bank/holds/{row.pk}/answer/", {"answer": "我一直在岗", "on": day})
    assert "我一直在岗" in text(manager.get(f"/bank/holds/{row.pk}/"))
    finance.post(f"/bank/holds/{row.pk}/lift/", {"reason": "查清"})
    row.refresh_from_db()
    assert row.state == HoldState.LIVE, "not by the one who set it"
    manager.post(f"/bank/holds/{row.pk}/lift/", {"reason": "查清"})
    row.refresh_from_db()
    assert (row.state, row.ended_by) == (HoldState.LIFTED, world.manager)
    assert "查清" in text(town.get(f"/bank/holds/{row.pk}/"))


def test_who_pays_sees_it_wherever_money_is_shown(world):
    row, finance = held(world), enter(world.finance)
    assert "833.33 yuan are held back" in text(finance.get("/bank/"))
    assert "The pay is held back until it is cleared up" in text(finance.get("/bank/waiting/people/"))
    assert f"/bank/holds/{row.pk}/" in text(enter(world.manager).get(f"/people/{row.person_id}/"))
    page = text(finance.get(f"/bank/holds/{row.pk}/"))
    assert "833.33" in page
    choice = {
        "programme": world.programme.pk,
        "budget_line": world.budget.pk,
        "last": "2020-08",
        "layout": "yikatong",
        "first": "",
    }
    assert "The pay is held back until it is cleared up" in text(finance.get("/bank/batches/new/", choice))


def test_a_hold_that_is_forgotten_stands_on_the_first_page(world):
    held(world, "李四")
    assert "held back too long" not in text(enter(world.finance).get("/"))
    person, now = world.people["张三"], timezone.now()
    PayHold.objects.create(
        region_code=person.region_code, programme=world.programme, person=person, from_month=JULY, reason="不在岗",
        evidence="异常", state="live", proposed_by=world.finance, set_by=world.finance, set_at=now,
        review_by=timezone.localdate() - timedelta(days=1),
    )  # fmt: skip
    for officer in (world.finance, world.manager):
        assert "held back too long" in text(enter(officer).get("/"))
    assert "overdue" in text(enter(world.finance).get("/bank/holds/", {"overdue": "1"}))


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_holds_page_has_one_way_for_dates(world, language):
    row, client = held(world), enter(world.finance)
    client.cookies["django_language"] = language
    page = text(client.get(f"/bank/holds/{row.pk}/"))
    assert f"<dd>{row.review_by:%Y-%m-%d}</dd>" in page
    assert f"{row.set_by.name} {timezone.localtime(row.set_at):%Y-%m-%d %H:%M}" in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_and_for_three(world, count):
    for name in ("张三", "李四", "王五")[:count]:
        held(world, name)
    client = enter(world.finance)
    client.get("/bank/holds/")
    with CaptureQueriesContext(connection) as asked:
        seen = text(client.get("/bank/holds/", {"q": "", "state": "live"}))
    assert "不在岗" in seen
    assert len(asked) <= 14, [query["sql"] for query in asked]


def test_what_is_wrong_is_said_and_nothing_is_held(world, make_user):
    finance = enter(world.finance)
    nobody = {
        "programme": world.programme.pk,
        "person": "1",
        "from_month": f"{AUGUST:%Y-%m}",
        "reason": "x",
        "evidence": "y",
    }
    assert finance.post("/bank/holds/new/", nobody).status_code == 200
    clerk = enter(make_user(Role.VILLAGE_CLERK, "520403101200"))
    assert clerk.get("/bank/holds/").status_code == 404
    assert not PayHold.objects.exists()
