"""What the protocols' messages say, and what of them is no fix."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yigang.exchange.trackers import osmand, owntracks
from yigang.exchange.trackers.fixes import Fix, Message

NOW = datetime(2026, 7, 2, tzinfo=UTC)
AT = datetime(2026, 7, 1, 0, 30, tzinfo=UTC)
QUERY = {
    "id": "abc", "timestamp": "1782865800", "lat": "26.4", "lon": "106.25", "speed": "2.0", "bearing": "271", "altitude": "1250",
    "accuracy": "8.5", "batt": "71", "mock": "true",
}  # fmt: skip
LOCATION = {
    "timestamp": "2026-07-01T00:30:00.000Z", "is_moving": True, "event": "motionchange", "mock": False,
    "coords": {"latitude": 26.4, "longitude": 106.25, "accuracy": 8.5, "speed": 1.5, "heading": -1, "altitude": 1250},
    "battery": {"level": 0.71, "is_charging": False}, "activity": {"type": "walking"},
}  # fmt: skip


def test_the_older_form_of_osmand():
    message = osmand.read_query(QUERY, NOW)
    expected = Fix(AT, 26.4, 106.25, 8.5, pytest.approx(1.0289, abs=1e-4), 271.0, 1250.0, 71.0, mock=True)
    assert message == Message((expected,), (), "abc")
    other = {"deviceid": "abc", "timestamp": "1782865800000", "location": "26.4,106.25", "heading": "271"}
    assert osmand.read_query(other, NOW) == Message((Fix(AT, 26.4, 106.25, bearing=271.0),), (), "abc")
    local = QUERY | {"timestamp": "2026-07-01 08:30:00"}
    assert osmand.read_query(local, NOW).fixes[0].at == AT, "without a zone it is Chinese time"


def test_the_newer_form_of_osmand_alone_and_in_a_batch():
    fix = Fix(AT, 26.4, 106.25, 8.5, 1.5, None, 1250.0, 71.0, mock=False)
    assert osmand.read_json({"device_id": "abc", "location": LOCATION}, NOW) == Message((fix,), (), "abc")
    later = {**LOCATION, "timestamp": "2026-07-01T00:31:00Z"}
    batch = osmand.read_json({"device_id": "abc", "location": [LOCATION, "broken", later]}, NOW)
    assert [each.at for each in batch.fixes] == [AT, AT + timedelta(minutes=1)]
    assert [(each.reason, each.raw) for each in batch.refused] == [("not_readable", "broken")]
    of_two = [{"device_id": "abc", "location": LOCATION}, {"device_id": "other", "location": LOCATION}]
    assert osmand.read_json(of_two, NOW).code == "", "a batch of two devices is nobody's"


def test_owntracks():
    said = {"_type": "location", "tid": "zd", "tst": 1782865800, "lat": 26.4, "lon": 106.25, "acc": 12, "vel": 18, "cog": 90,
            "alt": 1250, "batt": 40, "created_at": 1782865900}  # fmt: skip
    fix = Fix(AT, 26.4, 106.25, 12.0, 5.0, 90.0, 1250.0, 40.0)
    assert owntracks.read(said, NOW) == Message((fix,))
    others = [{"_type": kind} for kind in ("waypoint", "transition", "lwt", "status", "steps", "card")]
    assert owntracks.read([*others, said], NOW) == Message((fix,)), "only a location says where somebody was"
    assert [each.reason for each in owntracks.read({"_type": "encrypted", "data": "x"}, NOW).refused] == ["encrypted"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"lat": "91"}, "latitude"), ({"lon": "-180.1"}, "longitude"), ({"lat": "0", "lon": "0"}, "no_place"),
        ({"lat": "nan"}, "no_place"), ({"lat": ""}, "no_place"), ({"timestamp": "0"}, "date"),
        ({"timestamp": "4070908800"}, "date"), ({"timestamp": "1e400"}, "no_time"), ({"timestamp": "gestern"}, "no_time"),
    ],
)  # fmt: skip
def test_what_is_no_fix_says_why(change, reason):
    message = osmand.read_query(QUERY | change, NOW)
    assert not message.fixes
    assert [each.reason for each in message.refused] == [reason]
    assert set(change.values()) <= set(json.loads(message.refused[0].raw).values()), "as it came"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["location", "coords", "timestamp", "latitude", "longitude", "battery", "level", "device_id",
                         "_type", "lat", "lon", "tst"]), inner | st.just("location"), max_size=4),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(JSON)
def test_no_document_breaks_a_reader(document):
    for read in (osmand.read_json, owntracks.read):
        message = read(document, NOW)
        assert all(-90 <= fix.latitude <= 90 and -180 <= fix.longitude <= 180 for fix in message.fixes)
        assert all("\x00" not in each.raw for each in message.refused)
