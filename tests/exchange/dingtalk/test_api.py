"""Rows of DingTalk's attendance API, with numbers as numbers and as text."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from yigang.exchange.dingtalk import CHECK_INS, read_api
from yigang.foundation.errors import Refusal

AT = 1593559680000  # 2020-07-01 07:28 in China
DAY = 1593532800000
ROW: dict[str, Any] = {
    "recordId": 11,
    "userId": "u1",
    "workDate": DAY,
    "checkType": "OnDuty",
    "timeResult": "Normal",
    "locationResult": "Normal",
    "baseCheckTime": AT + 120_000,
    "userCheckTime": AT,
    "sourceType": "USER",
    "userLatitude": 26.4,
    "userLongitude": 106.26,
    "userAddress": "大坝村",
    "deviceId": "d1",
}


def only(row: dict[str, Any]) -> dict[str, Any]:
    found = read_api([row])
    assert found.frame.height == 1
    return found.frame.row(0, named=True)


@pytest.mark.req("Z3")
def test_a_row_becomes_a_check_in() -> None:
    found = read_api([ROW])
    assert dict(found.frame.schema) == CHECK_INS
    row = found.frame.row(0, named=True)
    assert row["at"] == datetime(2020, 6, 30, 23, 28, tzinfo=UTC)
    assert row["work_date"] == date(2020, 7, 1)
    assert (row["kind"], row["result"], row["place"]) == ("on", "normal", "inside")
    assert (row["lat"], row["lng"], row["datum"]) == (26.4, 106.26, "GCJ-02")
    assert (row["source_type"], row["device"], row["address"]) == ("USER", "d1", "大坝村")
    assert json.loads(row["raw"]) == ROW


def test_numbers_as_text_are_the_same_row() -> None:
    text = {key: str(value) for key, value in ROW.items()}
    same = only(text)
    first = only(ROW)
    assert {**same, "raw": ""} == {**first, "raw": ""}


@pytest.mark.parametrize(
    "wrap", [lambda r: r, lambda r: {"recordresult": r, "errcode": 0}, lambda r: [{"recordresult": r}]]
)
def test_answers_pages_and_bare_lists(wrap: Any) -> None:
    assert read_api(json.dumps(wrap([ROW, {**ROW, "recordId": 12}]))).frame.height == 2


def test_a_system_row_of_a_missed_check_is_no_presence() -> None:
    row = only({**ROW, "sourceType": "SYSTEM", "timeResult": "NotSigned", "userCheckTime": ROW["baseCheckTime"]})
    assert (row["at"], row["result"], row["place"]) == (None, "not_signed", None)
    assert row["planned_at"] == datetime(2020, 6, 30, 23, 30, tzinfo=UTC)


def test_any_system_row_is_no_presence() -> None:
    assert only({**ROW, "sourceType": "SYSTEM"})["at"] is None


@pytest.mark.req("Z3")
@pytest.mark.parametrize(
    ("more", "result", "place"),
    [
        ({"timeResult": "Late"}, "late", "inside"), ({"timeResult": "Early"}, "early", "inside"),
        ({"locationResult": "Outside"}, "normal", "outside"),
        ({"timeResult": "SeriousLate", "locationResult": "Outside"}, "serious_late", "outside"),
    ],
)  # fmt: skip
def test_a_punch_that_was_late_or_outside_is_a_punch_though_it_is_called_not_legal(more, result, place) -> None:
    """`isLegal` is Y only where time and place are both Normal."""
    row = only({**ROW, "isLegal": "N", **more})
    assert row["at"] == datetime(2020, 6, 30, 23, 28, tzinfo=UTC)
    assert (row["result"], row["place"]) == (result, place)


def test_a_punch_without_any_result_that_is_not_legal_shows_nothing() -> None:
    bare = {key: value for key, value in ROW.items() if key not in ("timeResult", "locationResult", "planCheckTime")}
    found = read_api([{**bare, "isLegal": "N"}])
    assert found.frame["at"].to_list() == [None]
    assert [problem.code for problem in found.problems] == ["invalid_punch"]


@pytest.mark.parametrize("source", ["BOSS", "APPROVE"])
def test_what_somebody_set_later_shows_no_place(source) -> None:
    assert only({**ROW, "sourceType": source})["place"] is None
    assert only({**ROW, "sourceType": "USER"})["place"] == "inside"


def test_a_punch_that_dingtalk_calls_invalid_is_no_presence_and_is_told() -> None:
    found = read_api([{**ROW, "isLegal": "N", "invalidRecordMsg": "虚拟定位"}])
    assert found.frame["at"].to_list() == [None]
    assert [(p.code, p.severity) for p in found.problems] == [("invalid_punch", "warning")]
    assert "虚拟定位" in found.problems[0].message


def test_an_approved_correction_names_its_source() -> None:
    row = only({**ROW, "sourceType": "APPROVE"})
    assert (row["source_type"], row["at"]) == ("APPROVE", datetime(2020, 6, 30, 23, 28, tzinfo=UTC))


@pytest.mark.parametrize(
    ("word", "result"),
    [("SeriousLate", "serious_late"), ("Late", "late"), ("Early", "early"), ("Absenteeism", "absent"), (None, None)],
)
def test_results_in_our_words(word: str | None, result: str | None) -> None:
    assert only({**ROW, "timeResult": word})["result"] == result


@pytest.mark.parametrize(("lat", "lng"), [(0, 0), ("", ""), (None, None), (260, 10), ("x", "y")])
def test_no_fix_is_no_position(lat: object, lng: object) -> None:
    row = only({**ROW, "userLatitude": lat, "userLongitude": lng})
    assert (row["lat"], row["lng"], row["datum"]) == (None, None, None)


def test_outside_is_kept() -> None:
    assert only({**ROW, "locationResult": "Outside"})["place"] == "outside"


def test_the_same_rows_twice_add_nothing() -> None:
    first = read_api([ROW]).frame["external_id"].to_list()
    found = read_api([ROW, ROW])
    assert found.frame["external_id"].to_list() == first
    assert [p.code for p in found.problems] == ["duplicate"]


@pytest.mark.parametrize(
    ("change", "code"),
    [({"userId": ""}, "no_user"), ({"userCheckTime": ""}, "no_time"), ({"userCheckTime": "gestern"}, "not_a_time"),
     ({"userCheckTime": 1593559680}, "not_a_time")],
)  # fmt: skip
def test_a_bad_row_is_reported_and_harms_no_other(change: dict[str, Any], code: str) -> None:
    """Seconds instead of milliseconds would be January 1970: refused, not believed."""
    found = read_api([{**ROW, **change}, {**ROW, "recordId": 12}])
    assert found.frame.height == 1
    assert [(p.row, p.code) for p in found.problems] == [(1, code)]


def test_an_unknown_result_keeps_the_time() -> None:
    found = read_api([{**ROW, "timeResult": "Mystery"}])
    assert found.frame["at"].null_count() == 0
    assert [(p.code, p.severity) for p in found.problems] == [("unknown_result", "warning")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("not json", "not_json"),
        ('{"a": 1}', "not_attendance"),
        ("12", "not_attendance"),
        ('{"errcode": 40014, "errmsg": "不合法的access_token"}', "dingtalk_error"),
    ],
)
def test_other_answers_are_refused(text: str, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_api(text)
    assert caught.value.code == code


def test_progress_reaches_its_end() -> None:
    seen: list[tuple[int, int]] = []
    read_api([ROW], progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 1)]
