"""Trackers and sources by the browser: registered, told once, tested, fetched, closed; each page with its number of queries."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.exchange.pull.conftest import connect, dingtalk, hold, programme  # noqa: F401 - fixtures
from tests.exchange.trackers.conftest import ranger  # noqa: F401 - fixtures

from yigang.exchange.enums import PullState, SourceKind
from yigang.exchange.models import PullRun, PullSource, TrackerDevice
from yigang.exchange.trackers import devices, receiving
from yigang.foundation.enums import Role


@pytest.fixture
def browser(county_manager) -> Client:
    client = Client()
    client.force_login(county_manager)
    return client


def text_of(response) -> str:
    assert response.status_code == 200, response
    return response.content.decode()


def test_a_tracker_from_registering_to_the_end(browser, ranger):  # noqa: F811 - the fixture
    add = reverse("console:tracker-add")
    assert "没有在岗人员" in text_of(browser.post(add, {"whose": "无此人"}))
    shown = text_of(browser.post(add, {"whose": "张大山", "name": "红米"}))
    device = TrackerDevice.objects.get()
    secret = re.search(r"/trackers/osmand/([a-z0-9]+)", shown)[1]
    assert receiving.device_of(device.code, secret) == device
    browser.get(f"/trackers/osmand/{secret}", {"id": device.code, "lat": 91, "lon": 106})
    page = text_of(browser.get(reverse("console:tracker", args=[device.pk])))
    assert secret not in page
    assert "纬度不可能" in page
    again = text_of(browser.post(reverse("console:tracker-secret", args=[device.pk])))
    assert secret not in again
    assert receiving.device_of(device.code, secret) is None
    revoke = reverse("console:tracker-revoke", args=[device.pk])
    assert browser.post(revoke, {"reason": "手机丢失"}).status_code == 302
    assert "手机丢失" in text_of(browser.get(reverse("console:tracker", args=[device.pk])))


def test_a_source_from_connecting_to_closing(browser, dingtalk, programme, hold):  # noqa: F811 - the fixture
    hold("张大山")
    dingtalk.users[1] = [{"userid": "u0", "name": "张大山"}]
    said = {"kind": "dingtalk", "name": "平坝林业", "key": "key", "secret": "secret", "programme": programme.pk,
            "datum": "GCJ-02", "days_back": 3, "hour": 2, "departments": "1， 2", "groups": ""}  # fmt: skip
    add = reverse("console:source-add")
    assert "部门请填编号" in text_of(browser.post(add, {**said, "departments": "林业局"}))
    assert browser.post(add, said).status_code == 302
    source = PullSource.objects.get()
    assert (source.departments, source.region_code) == ([1, 2], "520403000000")
    address = reverse("console:source", args=[source.pk])
    browser.post(reverse("console:source-try", args=[source.pk]))
    page = text_of(browser.get(address))
    assert "可以查询 1 人" in page
    assert '"secret"' not in page.replace('name="secret"', "")
    changed = {key: value for key, value in said.items() if key not in ("kind", "secret")}
    assert (
        browser.post(reverse("console:source-change", args=[source.pk]), {**changed, "groups": "68"}).status_code == 302
    )
    source.refresh_from_db()
    assert (source.groups, bool(source.secret_cipher)) == (["68"], True)
    asked = browser.post(
        reverse("console:source-fetch", args=[source.pk]), {"first": "2020-07-01", "last": "2020-07-02"}
    )
    assert asked.status_code == 302
    assert (PullRun.objects.get().state, "/office/jobs/" in asked["Location"]) == (PullState.RUNNING, True)
    assert "2020-07-01" in text_of(browser.get(address))
    browser.post(reverse("console:source-close", args=[source.pk]))
    source.refresh_from_db()
    assert (source.closed_at is not None, source.secret_cipher) == (True, None)


def test_the_lists_ask_the_same_for_one_row_and_for_three(browser, hold, programme, connect, county_manager):  # noqa: F811 - the fixture
    def asked(name: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            text_of(browser.get(reverse(f"console:{name}")))
        return len(queries)

    counts = []
    for rows in (("张一",), ("张二", "张三")):
        for name in rows:
            devices.register(hold(name), actor=county_manager)
            connect(SourceKind.DINGTALK, key=name, name=name)
        browser.get(reverse("console:trackers"))
        counts.append((asked("trackers"), asked("sources")))
    assert counts[0] == counts[1]


def test_who_may_not_sees_nothing(make_user, ranger, county_manager):  # noqa: F811 - the fixture
    device, _secret = devices.register(ranger, actor=county_manager)
    for role, prefix in ((Role.FINANCE, "520403"), (Role.VILLAGE_CLERK, "520403101201")):
        client = Client()
        client.force_login(make_user(role, prefix))
        assert client.get(reverse("console:tracker", args=[device.pk])).status_code == 404
        assert client.get(reverse("console:sources")).status_code == 404
