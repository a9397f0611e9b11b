"""Leave, visits, incidents, results and logs as phones send them: in any order, more than once, with faults of every kind."""

import json
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django.utils import timezone
from tests.duty.conftest import VILLAGE
from tests.duty.sync.conftest import PLACE, now_ms

from yigang.duty import domain, own
from yigang.duty.enums import LeaveState
from yigang.duty.models import CheckIn, Incident, LeaveRequest, Pairing, Record, SetAside, Visit, WorkLog, WorkResult
from yigang.foundation import gcj02
from yigang.people.models import Household, Person

SHA = "ab" * 32
SHIFTED = {**PLACE, "datum": "gcj02"} | dict(
    zip(("lat", "lon"), gcj02.from_wgs84(PLACE["lat"], PLACE["lon"]), strict=True)
)
WHERE = pytest.approx((PLACE["lat"], PLACE["lon"]), abs=1e-7)


def day(offset: int) -> date:
    return timezone.localdate() + timedelta(days=offset)


def leave(first: int, last: int, **more) -> dict:
    said = {"kind": "personal", "first": str(day(first)), "last": str(day(last)), "reason": "家中有事", "media": []}
    return said | more


def said(answers) -> list[tuple[str, str]]:
    return [(each["outcome"], each["code"]) for each in answers]


@pytest.mark.req("H4")
def test_leave_asked_without_signal_is_decided_and_read_on_the_phone(phone, programme, town_officer):
    record = phone.make("leave", leave(1, 3))
    assert said(phone.deliver(records=[record, record])) == [("stored", ""), ("known", "")]
    request = LeaveRequest.objects.get()
    assert (str(request.record), request.asked_by, request.levels) == (record.id, None, ["town"])
    assert abs(request.asked_at.timestamp() * 1000 - record.wall) < 1
    domain.decide_leave(request, approve=True, actor=town_officer)
    found = own.leaves(request.person_id, programme, day(0))
    assert [(one.state, one.answers[0][:2]) for one in found.requests] == [(LeaveState.APPROVED, ("town", True))]
    personal = next(one for one in found.account.kinds if one.kind == "personal")
    assert (personal.taken, personal.left) == (3, 27)
    assert said(phone.deliver(records=[phone.make("leave_cancel", {"leave": record.id, "reason": "不去了"})])) == [
        ("stored", "")
    ]
    request.refresh_from_db()
    assert (request.state, request.cancel_reason) == (LeaveState.CANCELLED, "不去了")


@pytest.mark.req("H4")
@pytest.mark.parametrize("backwards", [False, True], ids=["in order", "backwards"])
def test_leave_and_return_end_the_same_in_any_order(phone, programme, town_officer, backwards):
    asked = phone.make("leave", leave(-3, 0, kind="sick", media=[SHA]))
    back = phone.make("leave_return", {"leave": asked.id, "at": now_ms() - 86_400_000})
    for record in reversed([asked, back]) if backwards else (asked, back):
        assert said(phone.deliver(records=[record])) == [("stored", "")]
    request = LeaveRequest.objects.get()
    assert (request.returned_on, request.last, request.asked_last) == (day(-1), day(-2), day(0))
    first = domain.decide_leave(request, approve=True, actor=town_officer) if request.waits_for == "town" else request
    assert first.waits_for == "county"  # four days asked for; the return does not change who decides


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (leave(1, 8), "leave_each"), (leave(1, 2, kind="other"), "leave_kind"), (leave(1, 2, kind="holiday"), "body"),
        (leave(1, 2, reason=""), "reason"), (leave(3, 2), "period"), (leave(1, 2) | {"first": "2026-02-30"}, "day"),
        (leave(1, 2) | {"first": "1970-01-01"}, "far"), (leave(1, 2) | {"first": "2099-01-01", "last": "2099-01-02"}, "far"),
        (leave(-1, 2), "leave_late"), (leave(1, 2, stand_in="他弟弟"), "leave_stand_in"),
    ],
)  # fmt: skip
def test_leave_against_the_policy_is_kept_with_the_reason_and_costs_no_other(phone, programme, body, code):
    bad, good = phone.make("leave", body), phone.make("leave", leave(10, 11))
    assert said(phone.deliver(records=[bad, good])) == [("refused", code), ("stored", "")]
    assert (LeaveRequest.objects.count(), SetAside.objects.get().code) == (1, code)
    assert said(phone.deliver(records=[phone.make("leave", leave(11, 12))])) == [("refused", "overlap")]


@pytest.fixture
def household(db) -> Household:
    return Household.objects.create(region_code=VILLAGE, number="H-7")


@pytest.mark.req("T8")
def test_a_visit_moves_the_deadline_of_its_pairing(phone, programme, household, town_officer):
    programme.policy_code = "huaihua-team"  # once a quarter
    programme.save()
    person = Person.objects.get()
    domain.pair(programme, household, domain.Helper(person), since=date(day(0).year - 1, 1, 1), actor=town_officer)
    [mine] = own.households(person.pk, day(0))
    assert (mine.overdue, mine.visits, mine.visits_asked, mine.given_asked_fen) == (True, 0, 4, 30_000)
    body = {
        "household": household.pk,
        "day": str(day(0)),
        "text": "送去米油",
        "given_fen": 30_000,
        "place": SHIFTED,
        "media": [SHA],
    }
    record = phone.make("visit", body)
    assert said(phone.deliver(records=[record, record])) == [("stored", ""), ("known", "")]
    visit = Visit.objects.get()
    assert (visit.record, visit.pairing, visit.given_fen) == (UUID(record.id), Pairing.objects.get(), 30_000)
    assert (visit.latitude, visit.longitude) == WHERE
    [mine] = own.households(person.pk, day(0))
    assert (mine.overdue, mine.visits, mine.given_fen, mine.last_visit) == (False, 1, 30_000, day(0))
    wrong = [
        {**body, "household": household.pk + 99}, {**body, "day": str(day(1))}, {**body, "text": " "},
        {**body, "day": "2026-13-01"}, {**body, "given_fen": 10**9},
    ]  # fmt: skip
    answers = phone.deliver(records=[phone.make("visit", one) for one in wrong])
    assert [code for _outcome, code in said(answers)] == ["household", "future", "empty", "day", "given"]
    assert Visit.objects.count() == 1


@pytest.mark.req("Z14")
def test_reports_become_incidents_and_results(phone, programme):
    report = {"text": "北坡有烟", "place": PLACE, "before": [], "after": [], "voice": None}
    bodies = [
        {**report, "type": "incident", "kind": "fire"},
        {**report, "type": "result", "kind": "planting", "quantity": 12.5, "unit": "mu", "before": [SHA], "after": [SHA]},
        {**report, "type": "incident", "kind": "dragon"}, {**report, "type": "result", "kind": "planting", "unit": "mu"},
        {**report, "type": "result", "kind": "planting", "quantity": 3, "unit": "acre"},
        {**report, "type": "result", "kind": "planting", "quantity": -3, "unit": "mu"},
        {**report, "type": "incident", "kind": "fire", "text": " "},
        {**report, "type": "incident", "kind": "fire", "place": {**PLACE, "lat": 91}},
    ]  # fmt: skip
    answers = said(phone.deliver(records=[phone.make("report", body) for body in bodies]))
    assert answers == [
        ("stored", ""), ("stored", ""), ("refused", "kind"), ("refused", "quantity"), ("refused", "unit"),
        ("refused", "quantity"), ("refused", "empty"), ("refused", "body"),
    ]  # fmt: skip
    incident, result = Incident.objects.get(), WorkResult.objects.get()
    assert incident.remind_at - incident.at == timedelta(hours=2)
    assert (incident.latitude, incident.person, incident.region_code) == (PLACE["lat"], result.person, VILLAGE)
    assert (result.quantity, result.amount, result.before, result.after) == (
        Decimal("12.5"),
        Decimal("12.5"),
        [SHA],
        [SHA],
    )


def test_places_of_chinese_maps_are_converted_at_the_door_and_the_original_stays(phone, programme):
    records = [
        phone.make("check_in", {"kind": "on", "place": SHIFTED}),
        phone.make("report", {"type": "incident", "kind": "fire", "text": "北坡有烟", "place": SHIFTED}),
        phone.make("report", {"type": "result", "kind": "planting", "quantity": 1, "unit": "mu", "place": SHIFTED}),
    ]
    assert said(phone.deliver(records=records)) == [("stored", "")] * 3
    for model in (CheckIn, Incident, WorkResult):
        one = model.objects.get()
        assert (one.latitude, one.longitude) == WHERE, model
    assert all(json.loads(kept.body)["place"] == SHIFTED for kept in Record.objects.all())


@pytest.mark.req("H5")
def test_a_log_keeps_its_ticks_households_and_photos(phone, programme, household):
    body = {
        "day": str(day(0)),
        "text": "查看沟渠",
        "done": ["patrol", "visit"],
        "households": [household.pk],
        "media": [SHA],
    }
    unknown = {**body, "done": ["sleeping"]}
    answers = phone.deliver(records=[phone.make("log", body), phone.make("log", unknown)])
    assert said(answers) == [("stored", ""), ("refused", "body")]
    log = WorkLog.objects.get()
    assert (log.done, log.households, log.media) == (["patrol", "visit"], [household.pk], [SHA])
    assert log.text.splitlines()[0] == "查看沟渠"


def test_what_speaks_of_nothing_known_waits(phone, programme):
    answers = phone.deliver(records=[phone.make("leave_cancel", {"leave": str(uuid4()), "reason": "不去了"})])
    assert said(answers) == [("stored", "")]
    assert not LeaveRequest.objects.exists()
