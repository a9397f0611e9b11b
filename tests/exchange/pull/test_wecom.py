"""WeCom is asked as its documentation says; its rows become check-ins like those of DingTalk."""

import json
from datetime import date

import pytest
from tests.exchange.pull import fakes

from yigang.duty.models import CheckIn
from yigang.exchange import wecom as rows
from yigang.exchange.enums import PullState, SourceKind
from yigang.exchange.pull import running, sources
from yigang.foundation.errors import Refusal


def pull(source, actor, first=date(2020, 7, 1), last=date(2020, 8, 9)):
    return running.carry_out(running.begin(source, first, last, actor=actor), actor=actor)


def test_a_period_is_fetched_and_taken_in_once(wecom, hold, connect, county_manager, pauses):
    ranger = hold("张大山")
    wecom.users = [
        {"userid": "zhang", "name": "张大山"},
        *({"userid": f"u{n}", "name": f"外人{n}"} for n in range(150)),
    ]
    wecom.check_in("zhang", "2020-07-01 07:28")
    wecom.check_in("zhang", "2020-07-01 17:31", "下班打卡", exception_type="地点异常;非常用设备")
    wecom.check_in("zhang", "2020-07-02 07:52", exception_type="时间异常")
    wecom.check_in("zhang", "2020-07-02 17:30", "下班打卡", exception_type="未打卡", lat=0, lng=0, location_title="")
    wecom.check_in("zhang", "2020-08-09 10:00", "外出打卡")
    busy = fakes.says(errcode=45009, errmsg="api freq out of limit")
    wecom.faults = [fakes.as_it_is, fakes.half, busy, fakes.says(errcode=42001, errmsg="access_token expired")]
    run = pull(connect(SourceKind.WECOM), county_manager)
    assert (run.state, run.steps, run.rows_new, wecom.tokens) == (PullState.DONE, 4, 5, 2), run.message
    kept = CheckIn.objects.filter(person=ranger).order_by("at")
    assert [(one.kind, one.result, one.place, one.source) for one in kept] == [
        ("on", "normal", "inside", "wecom"), ("off", "normal", "outside", "wecom"), ("on", "late", "inside", "wecom"),
        ("off", "not_signed", None, "SYSTEM"), ("other", "normal", "outside", "wecom"),
    ]  # fmt: skip
    assert 0.001 < abs(26.4 - kept[0].latitude) < 0.006, "GCJ-02 was converted"
    assert json.loads(kept[0].raw)["lat"] == 26_400_000
    assert (kept[3].latitude, kept[3].longitude) == (None, None)
    again = pull(run.source, county_manager)
    assert (again.rows_new, CheckIn.objects.count()) == (0, 5)
    asked = [body for path, body in wecom.asked if path.endswith("getcheckindata")]
    assert max(len(body["useridlist"]) for body in asked) == 100
    assert max(body["endtime"] - body["starttime"] for body in asked) == 30 * 86_400 - 1


def test_where_the_people_are_not_told_the_office_writes_them_down(wecom, hold, connect, county_manager):
    ranger = hold("张大山")
    wecom.contacts = False
    wecom.check_in("zhang", "2020-07-01 07:28")
    source = connect(SourceKind.WECOM, datum="WGS-84")
    run = pull(source, county_manager)
    assert run.state == PullState.FAILED
    assert "逐行写明" in run.message, "what to do is said"
    terms = sources.Terms(
        name="平坝", key="key", people={"zhang": "张大山"}, datum="WGS-84", programme=source.programme
    )
    sources.change(source, terms, actor=county_manager)
    source.refresh_from_db()
    run = pull(source, county_manager)
    kept = CheckIn.objects.get(person=ranger)
    assert (run.state, kept.latitude, kept.longitude) == (PullState.DONE, 26.4, 106.26), "this source means WGS-84"


@pytest.mark.parametrize(
    ("change", "result", "place"),
    [
        ({"exception_type": ""}, "normal", "inside"), ({"exception_type": "wifi异常"}, "normal", "inside"),
        ({"exception_type": "时间异常;地点异常"}, "late", "outside"), ({"exception_type": "新的异常"}, None, "inside"),
        ({"checkin_type": "下班打卡", "exception_type": "时间异常"}, "early", "inside"),
        ({"lat": 0, "lng": 0, "location_title": ""}, "normal", None), ({"lat": "x"}, "normal", "inside"),
    ],
)  # fmt: skip
def test_what_a_row_says(change, result, place):
    fake = fakes.FakeWeCom()
    fake.check_in("zhang", "2020-07-01 07:28", **{"kind": change.pop("checkin_type", "上班打卡"), **change})
    found = rows.read_api(json.dumps({"checkindata": fake.rows}))
    assert found.frame.select("result", "place").row(0) == (result, place)
    assert ["unknown_result"] * (result is None) == [each.code for each in found.problems]


@pytest.mark.parametrize("text", ["", "[", '{"errcode": 0}', '{"checkindata": {}}', '"checkindata"', "[1]"])
def test_what_is_no_answer_is_refused(text):
    with pytest.raises(Refusal):
        rows.read_api(text)


def test_a_broken_row_is_named():
    found = rows.read_api(
        '[{"userid": "a", "checkin_time": 1e40}, {"checkin_time": 1}, {"userid": "a"}, {"userid": "a", "zeit": 1}]'
    )
    assert [each.code for each in found.problems] == ["new_fields", "not_a_time", "no_user", "no_time", "no_time"]
