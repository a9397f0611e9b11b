"""DingTalk is asked as its documentation says, goes on where it stopped, and brings each event once."""

import json
from datetime import date

import pytest
from tests.exchange.pull import fakes

from yigang.duty.models import CheckIn, UnmatchedRow
from yigang.exchange import domain
from yigang.exchange.enums import ImportKind, ImportState, PullState, SourceKind
from yigang.exchange.models import FileImport, PulledRow, PullPage
from yigang.exchange.pull import running, sources
from yigang.foundation.models import AuditEntry

FIRST, LAST = date(2020, 7, 1), date(2020, 7, 10)


@pytest.fixture
def rangers(hold, dingtalk):
    """Sixty people, of whom the first holds a post: two chunks of fifty, and more than one page of results."""
    zhang = hold("张大山")
    dingtalk.users[1] = [{"userid": "u0", "name": "张大山", "job_number": "P1"}]
    dingtalk.users[2] = [{"userid": f"u{n}", "name": f"外人{n}"} for n in range(1, 61)]
    for day in range(1, 11):
        dingtalk.punch("u0", f"2020-07-{day:02d} 07:28")
        dingtalk.punch("u0", f"2020-07-{day:02d} 17:31", "OffDuty", missed=day == 3)
    for n in range(1, 61):
        dingtalk.punch(f"u{n}", "2020-07-02 07:30")
    return zhang


def pull(source, actor, first=FIRST, last=LAST):
    return running.carry_out(running.begin(source, first, last, actor=actor), actor=actor)


def test_a_period_is_fetched_page_by_page_and_taken_in_once(dingtalk, rangers, connect, county_manager):
    source = connect(SourceKind.DINGTALK)
    run = pull(source, county_manager)
    assert (run.state, run.steps_done, run.rows, run.rows_new) == (PullState.DONE, 8, 80, 80), run.message
    assert dingtalk.tokens == 1
    lists = [body for path, body in dingtalk.asked if path == "/attendance/list"]
    assert {(body["workDateFrom"][:10], body["workDateTo"][:10]) for body in lists} == {
        ("2020-07-01", "2020-07-07"), ("2020-07-08", "2020-07-10"),
    }  # fmt: skip
    assert [body["offset"] for body in lists] == [0, 50, 0, 0, 0], "the first fifty people have 63 results"
    mine = CheckIn.objects.filter(person=rangers).order_by("at")
    assert mine.count() == 20, "a punch that both interfaces tell of is one"
    assert mine.filter(result="not_signed").count() == 1
    one = mine.first()
    assert (one.place, one.address, one.result) == ("inside", "贵州省安顺市平坝区", "normal")
    assert (one.latitude, one.longitude) != (26.4, 106.26)
    assert json.loads(one.raw)["userLatitude"] == 26.4, "the original is kept"
    assert UnmatchedRow.objects.count() == 60
    assert not PullPage.objects.exists()
    again = pull(source, county_manager)
    assert (again.state, again.rows, again.rows_new, again.file_import) == (PullState.DONE, 80, 0, None)
    assert (CheckIn.objects.count(), UnmatchedRow.objects.count(), FileImport.objects.count()) == (20, 60, 1)
    verbs = list(AuditEntry.objects.filter(verb__endswith="pull").order_by("sequence").values_list("verb", flat=True))
    assert verbs == ["exchange.begin_pull", "exchange.finish_pull"] * 2


def test_the_same_events_by_file_are_known(dingtalk, rangers, connect, county_manager, programme):
    """A clerk hands in what the interface answered; the pull brings the same, and nothing is counted twice."""
    answer = {"errcode": 0, "recordresult": [row for row in dingtalk.rows if row["userId"] == "u0"]}
    named = [{**row, "userName": "张大山"} for row in answer["recordresult"]]
    one = domain.receive(
        json.dumps({**answer, "recordresult": named}).encode(), name="钉钉.json", kind=ImportKind.DINGTALK,
        region_code="520403000000", programme=programme, actor=county_manager,
    )  # fmt: skip
    domain.apply(domain.preview(one, actor=county_manager), actor=county_manager)
    assert CheckIn.objects.count() == 19
    run = pull(connect(SourceKind.DINGTALK), county_manager)
    counts = run.file_import.counts
    assert (CheckIn.objects.count(), counts["new"], counts["unchanged"]) == (20, 1, 19), "the missed check is new"
    domain.undo(run.file_import, reason="错了", actor=county_manager)
    back = pull(run.source, county_manager)
    assert (back.rows_new, back.file_import.counts["new"]) == (80, 1), "what was taken back may come again"


def test_it_goes_on_where_it_stopped(dingtalk, rangers, connect, county_manager, pauses):
    source = connect(SourceKind.DINGTALK)
    broken = [fakes.as_it_is] * 6 + [fakes.status(500)] * 4
    dingtalk.faults = list(broken)
    run = pull(source, county_manager)
    assert (run.state, run.steps_done) == (PullState.WAITING, 1)
    assert "500" in run.message
    kept, asked = PullPage.objects.count(), len(dingtalk.asked)
    assert kept == 2
    assert not CheckIn.objects.exists()
    assert all(b"userId" not in bytes(page.content) for page in PullPage.objects.all()), "encrypted"
    same = pull(source, county_manager)
    assert (same.pk, same.state, same.rows) == (run.pk, PullState.DONE, 80)
    later = [path for path, _body in dingtalk.asked[asked:]]
    assert not any("topapi" in path for path in later), "who the people are was known"
    assert len(later) == 9 - kept
    assert CheckIn.objects.count() == 20


def test_stumbles_and_limits_are_waited_out(dingtalk, rangers, connect, county_manager, pauses):
    busy = fakes.says(
        errcode=88, sub_code="90018", sub_msg="您的服务器调用钉钉开放平台某个接口的次数过多，已被禁止调用", errmsg="x"
    )
    expired = fakes.says(errcode=42001, errmsg="access_token超时")
    dingtalk.faults = [
        fakes.status(500), busy, fakes.half, fakes.as_it_is, fakes.as_it_is, fakes.as_it_is, expired, fakes.status(429),
    ]  # fmt: skip
    run = pull(connect(SourceKind.DINGTALK), county_manager)
    assert (run.state, run.rows, dingtalk.tokens) == (PullState.DONE, 80, 2)
    assert pauses == [1.0, 1.0, 2.0, 1.0]
    dingtalk.faults = [busy] * 6
    pauses.clear()
    run = pull(run.source, county_manager)
    assert (run.state, pauses) == (PullState.WAITING, [1.0, 2.0, 5.0, 15.0, 60.0])
    assert "次数过多" in run.message
    assert run in list(run.source.runs.filter(state__in=running.UNFINISHED))


@pytest.mark.parametrize(
    ("fault", "state", "told"),
    [
        pytest.param(fakes.says(errcode=0, errmsg="ok"), PullState.FAILED, "result", id="field gone"),
        pytest.param(fakes.says(errcode=60011, errmsg="没有权限"), PullState.FAILED, "60011", id="no permission"),
        pytest.param(lambda _answer: (200, b"[]"), PullState.WAITING, "", id="no object"),
        pytest.param(lambda _answer: (302, b""), PullState.WAITING, "302", id="a login page"),
    ],
)
def test_what_cannot_be_used_stops_with_a_sentence(
    dingtalk, rangers, connect, county_manager, pauses, fault, state, told
):
    dingtalk.faults = [fault] * 4
    run = pull(connect(SourceKind.DINGTALK), county_manager)
    assert run.state == state
    assert told in run.message
    assert not FileImport.objects.exists()


def test_a_changed_row_is_named_and_keeps_no_other_out(dingtalk, rangers, connect, county_manager):
    """A field that is called otherwise, one of another kind, and one that nobody knows yet."""
    mine = [row for row in dingtalk.results if row["userId"] == "u0"]
    mine[0]["userCheckTime"] = "昨天"
    mine[2]["checkTime"] = mine[2].pop("userCheckTime")
    dingtalk.rows = [
        row for row in dingtalk.rows if row["id"] not in (mine[0].get("recordId"), mine[2].get("recordId"))
    ]
    run = pull(connect(SourceKind.DINGTALK), county_manager)
    one = run.file_import
    assert (run.state, one.state) == (PullState.DONE, ImportState.APPLIED)
    assert run.message, "the clerk is told to look"
    told = {(each["code"], each["severity"]) for each in one.problems}
    assert {("not_a_time", "warning"), ("no_time", "warning"), ("new_fields", "note")} <= told
    assert any("checkTime" in each["message"] for each in one.problems)
    assert CheckIn.objects.filter(person=rangers).count() == 18
    kept = json.loads(one.file.content.open().read())["recordresult"]
    assert any(row.get("userCheckTime") == "昨天" for row in kept), "as it came"


def test_only_the_wanted_groups_and_the_wrong_secret(dingtalk, rangers, connect, county_manager):
    dingtalk.punch("u0", "2020-07-04 12:00", groupId=99)
    source = connect(SourceKind.DINGTALK, groups=["99"])
    assert pull(source, county_manager).rows == 1
    assert "61" in sources.try_out(source, actor=county_manager)
    wrong = sources.change(source, sources.Terms(name="平坝", key="key", secret="wrong"), actor=county_manager)
    assert "40089" in sources.try_out(wrong, actor=county_manager)
    assert not PulledRow.objects.exclude(source=source).exists()
