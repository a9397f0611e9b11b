"""Trackers speak to the program: kept once, after the commit, and nobody learns which devices there are."""

import base64
import json
from datetime import date, time, timedelta

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from yigang.exchange.models import TrackerFix, TrackerRefusal
from yigang.exchange.trackers import devices, receiving
from yigang.foundation import rls
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.foundation.models import AuditEntry
from yigang.people.models import Consent

RECENTLY = int((timezone.now() - timedelta(hours=2)).timestamp())
"""Two hours before the tests began: no fix may be much older."""


def seconds(minutes: int = 0) -> int:
    return RECENTLY + 60 * minutes


def query(code: str, minutes: int = 0, **more: object) -> dict[str, object]:
    return {"id": code, "timestamp": seconds(minutes), "lat": 26.4, "lon": 106.25, "accuracy": 9, "batt": 60} | more


def consented(person, clerk, at, *, given: bool) -> None:
    Consent.objects.create(
        person=person,
        region_code=person.region_code,
        capability="track",
        given=given,
        at=at,
        text_version="1",
        noted_by=clerk,
    )


def basic(code: str, secret: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{code}:{secret}".encode()).decode()}


def test_each_protocol_is_kept_once(client, device, sent):
    tracker, secret = device
    address = f"/trackers/osmand/{secret}"
    assert client.get(address, query(tracker.code)).status_code == 200
    assert (
        client.post(f"{address}?" + "&".join(f"{k}={v}" for k, v in query(tracker.code, 1).items())).status_code == 200
    )
    assert client.post(address, query(tracker.code, 2)).status_code == 200
    location = {"timestamp": seconds(3) * 1000, "coords": {"latitude": 26.4, "longitude": 106.25}}
    batch = {"device_id": tracker.code, "location": [location, {**location, "timestamp": seconds(4) * 1000}]}
    assert client.post(address, batch, content_type="application/json").status_code == 200
    own = {"_type": "location", "tst": seconds(5), "lat": 26.4, "lon": 106.25, "batt": 55}
    answer = client.post(
        "/trackers/owntracks", own, content_type="application/json", headers=basic(tracker.code, secret)
    )
    assert (answer.status_code, answer.json()) == (200, []), "the app expects a list"
    assert TrackerFix.objects.count() == 6
    tracker.refresh_from_db()
    assert (int(tracker.last_at.timestamp()), tracker.battery) == (seconds(5), 55)
    again = [client.get(address, query(tracker.code)), client.post(address, batch, content_type="application/json")]
    assert [each.status_code for each in again] == [200, 200], "what is known is a success too"
    assert TrackerFix.objects.count() == 6
    empty = client.post("/trackers/owntracks", b"", content_type="text/plain", headers=basic(tracker.code, secret))
    assert (empty.status_code, TrackerRefusal.objects.count()) == (200, 0), "a friend deleted in the app"


def test_nobody_learns_which_devices_there_are(client, device, county_manager):
    tracker, secret = device
    assert client.get(f"/trackers/osmand/{secret}", query(tracker.code)).status_code == 200
    refused = [
        client.get(f"/trackers/osmand/{secret}", query("unknown2")),
        client.get("/trackers/osmand/wrong", query(tracker.code)),
        client.get("/trackers/osmand", query(tracker.code)),
        client.post("/trackers/owntracks", {}, content_type="application/json", headers=basic(tracker.code, "wrong")),
    ]
    devices.revoke(tracker, reason="丢失", actor=county_manager)
    refused.append(client.get(f"/trackers/osmand/{secret}", query(tracker.code, 1)))
    assert {(each.status_code, each.content) for each in refused} == {(401, b"")}
    assert len({tuple(sorted(each.headers.items())) for each in refused[:3]}) == 1
    assert TrackerFix.objects.count() == 1


def test_the_queue_of_a_post_that_has_ended_still_brings_its_days(client, device, ranger, programme, county_manager):
    """The phone was out of signal when the post ended: its days of duty arrive, the days after them do not."""
    tracker, secret = device
    noon = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=3)
    ranger.appointments.update(ends=timezone.localdate(noon), plan_start=time(8), plan_end=time(17))
    consented(ranger, county_manager, noon + timedelta(hours=1), given=False)
    consented(ranger, county_manager, noon + timedelta(hours=2, minutes=30), given=True)
    hours = {"on duty": 0, "withdrawn": 2, "agreed again": 3, "evening": 8, "after the post": 24}
    said = [
        client.get(
            f"/trackers/osmand/{secret}", query(tracker.code) | {"timestamp": (noon + timedelta(hours=n)).timestamp()}
        )
        for n in hours.values()
    ]
    assert {answer.status_code for answer in said} == {200}, "the phone need not send them again"
    assert [fix.at for fix in TrackerFix.objects.order_by("at")] == [noon, noon + timedelta(hours=3)]
    day, next_day = f"{noon:%Y-%m-%d}", f"{noon + timedelta(days=1):%Y-%m-%d}"
    told = TrackerRefusal.objects.order_by("pk").values_list("reason", "raw")
    assert list(told) == [("consent_withdrawn", day), ("off_duty", day), ("no_post", next_day)], "no place is kept"
    programme.policy_code = "huaihua-team"
    programme.save()
    client.get(f"/trackers/osmand/{secret}", query(tracker.code) | {"timestamp": noon.timestamp() + 60})
    assert TrackerRefusal.objects.latest("pk").reason == "not_asked"


def test_success_is_said_after_the_commit_only(device, monkeypatch):
    tracker, secret = device
    client = Client(raise_request_exception=False)
    with monkeypatch.context() as broken:
        broken.setattr(receiving, "_note_seen", lambda *_: (_ for _ in ()).throw(DatabaseError("disk full")))
        assert client.get(f"/trackers/osmand/{secret}", query(tracker.code)).status_code == 500
    assert not TrackerFix.objects.exists(), "half a message is none"
    assert client.get(f"/trackers/osmand/{secret}", query(tracker.code)).status_code == 200
    assert TrackerFix.objects.count() == 1


def test_what_can_never_be_used_is_kept_and_not_asked_for_again(client, device):
    tracker, secret = device
    address = f"/trackers/osmand/{secret}"
    broken = [query(tracker.code, lat=91), query(tracker.code, timestamp=0), query(tracker.code, lat=91)]
    assert {client.get(address, each).status_code for each in broken} == {200}
    cut = b'{"device_id": "' + tracker.code.encode() + b'", "location": {"coords'
    assert client.post(f"{address}?id={tracker.code}", cut, content_type="application/json").status_code == 200
    kept = TrackerRefusal.objects.order_by("pk").values_list("reason", flat=True)
    assert list(kept) == ["latitude", "date", "not_readable"], "the one that came twice is kept once"
    assert TrackerRefusal.objects.latest("pk").raw == cut.decode()
    assert not TrackerFix.objects.exists()
    large = client.post(address, json.dumps([0] * 800_000), content_type="application/json")
    assert large.status_code == 413


def test_throttled(client, device, monkeypatch):
    tracker, secret = device
    monkeypatch.setattr(receiving, "REQUESTS_AN_HOUR", 2)
    monkeypatch.setattr(receiving, "FAILURES_AN_HOUR", 2)
    found = [client.get(f"/trackers/osmand/{secret}", query(tracker.code, n)).status_code for n in range(3)]
    failed = [client.get("/trackers/osmand/wrong", query(tracker.code)).status_code for _n in range(3)]
    assert (found, failed) == ([200, 200, 429], [401, 401, 429])


def test_one_message_is_few_queries(client, device):
    tracker, secret = device
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(f"/trackers/osmand/{secret}", query(tracker.code)).status_code == 200
    statements = [each["sql"] for each in queries if "SAVEPOINT" not in each["sql"] and "set_config" not in each["sql"]]
    assert len(statements) == 7, statements


def test_devices_are_given_by_those_who_may_and_where_tracks_are_allowed(
    ranger, hold, programme, county_manager, make_user
):
    elsewhere = make_user(Role.VILLAGE_CLERK, "520403101201")
    with pytest.raises(Forbidden):
        devices.register(ranger, actor=elsewhere)
    with pytest.raises(Forbidden):
        devices.register(ranger, actor=make_user(Role.FINANCE, "520403"))
    clerk = make_user(Role.VILLAGE_CLERK, "520403100201")
    tracker, first = devices.register(ranger, name="手机", actor=clerk)
    second = devices.renew_secret(tracker, actor=clerk)
    assert receiving.device_of(tracker.code, first) is None
    assert receiving.device_of(tracker.code.upper(), second) == tracker, "people type codes as they like"
    with pytest.raises(Refusal) as no_reason:
        devices.revoke(tracker, reason=" ", actor=clerk)
    assert no_reason.value.code == "reason"
    devices.revoke(tracker, reason="换手机", actor=clerk)
    for verb in (
        lambda: devices.revoke(tracker, reason="再次", actor=clerk),
        lambda: devices.renew_secret(tracker, actor=clerk),
    ):
        with pytest.raises(Refusal) as gone:
            verb()
        assert gone.value.code == "revoked"
    left = hold("李二", ends=date(2021, 1, 1))
    with pytest.raises(Refusal) as no_post:
        devices.register(left, actor=clerk)
    programme.policy_code = "huaihua-team"
    programme.save()
    with pytest.raises(Refusal) as off:
        devices.register(ranger, actor=clerk)
    assert (no_post.value.code, off.value.code) == ("no_post", "capability_off")
    verbs = AuditEntry.objects.order_by("sequence").values_list("verb", flat=True)
    wanted = ["exchange.register_tracker", "exchange.renew_tracker_secret", "exchange.revoke_tracker"]
    assert [verb for verb in verbs if verb.startswith("exchange.")] == wanted
    assert second not in json.dumps(list(AuditEntry.objects.values("before", "after")), default=str)
    with rls.scope(elsewhere):
        assert not type(tracker).objects.exists()
