"""Records through the real endpoint: what is stored, known, in conflict, refused."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import msgspec
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.duty.sync.conftest import ON

from yigang.duty.domain import devices
from yigang.duty.domain.projections import REGISTRY
from yigang.duty.models import CheckIn, Device, Record, SetAside


def outcomes(answers) -> list[tuple[str, str]]:
    return [(each["outcome"], each["code"]) for each in answers]


def test_a_check_in_is_stored_once_however_often_it_comes(phone):
    record = phone.make("check_in", ON)
    assert outcomes(phone.deliver(records=[record])) == [("stored", "")]
    assert outcomes(phone.deliver(records=[record, record])) == [("known", ""), ("known", "")]
    kept = Record.objects.get()
    assert (str(kept.id), kept.body, kept.seq, kept.lane, kept.clock) == (record.id, record.body, 1, "now", "phone")
    row = CheckIn.objects.get()
    assert (row.kind, row.source, row.latitude, row.region_code) == ("on", "phone", 26.4123, kept.region_code)
    assert abs(row.at.timestamp() * 1000 - record.wall) < 1
    assert not phone.waiting
    assert not SetAside.objects.exists()


def test_one_check_in_costs_few_statements(phone, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):  # the month's intake is remembered once it is committed
        phone.deliver(records=[phone.make("check_in", ON)])
    with CaptureQueriesContext(connection) as queries:
        phone.deliver(records=[phone.make("check_in", ON)])
    statements = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert len(statements) == 4, statements  # who, the month's lock, the record, the check-in
    assert len(queries) <= 10


def test_of_two_contents_under_one_number_both_are_kept(phone):
    record = phone.make("check_in", ON)
    phone.deliver(records=[record])
    forged = phone.resigned(phone.make("check_in", ON | {"note": "换了内容"}), id=record.id)
    assert outcomes(phone.deliver(records=[forged])) == [("conflict", "conflict")]
    assert outcomes(phone.deliver(records=[forged, record])) == [("conflict", "conflict"), ("known", "")]
    aside = SetAside.objects.get()
    assert (aside.outcome, str(aside.record_id)) == ("conflict", record.id)
    assert json.loads(bytes(aside.raw))["sha256"] == forged.sha256 == sha256(forged.body.encode()).hexdigest()
    assert CheckIn.objects.count() == Record.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"sha256": "0" * 64}, "digest"),
        ({"wall": 1}, "signature"),
        ({"sig": "A" * 88}, "malformed"),
        ({"sig": "A" * 86 + "=="}, "signature"),
        ({"seq": -1}, "malformed"),
        ({"boot": "\x00"}, "malformed"),
        ({"kind": "nothing_known"}, "signature"),
    ],
    ids=["content", "clock", "no-signature", "other-signature", "number", "zero-byte", "kind"],
)
def test_what_the_phone_did_not_sign_is_refused_and_kept(phone, change, code):
    good, bad, last = (phone.make("check_in", ON | {"note": str(n)}) for n in range(3))
    answers = phone.deliver(records=[good, last, msgspec.structs.replace(bad, **change)])
    assert outcomes(answers) == [("stored", ""), ("stored", ""), ("refused", code)]
    assert [each["id"] for each in answers] == [good.id, last.id, bad.id]
    assert answers[2]["detail"]
    aside = SetAside.objects.get()
    assert (aside.code, str(aside.record_id)) == (code, bad.id)
    assert CheckIn.objects.count() == 2
    assert outcomes(phone.deliver(records=[bad])) == [("stored", "")]  # the true one still comes in


def test_a_body_that_the_database_cannot_keep_is_refused_and_stops_no_other(phone):
    body = '{"kind":"on\x00"}'
    zero = phone.resigned(phone.make("check_in", ON), body=body, sha256=sha256(body.encode()).hexdigest())
    assert outcomes(phone.deliver(records=[zero, phone.make("check_in", ON)])) == [
        ("refused", "malformed"),
        ("stored", ""),
    ]


def test_a_record_of_another_phone_or_person_is_refused(phone, phone_of, hold):
    other = phone_of(hold("李小林"))
    same_phone = phone_of(hold("王大河"), like=phone)
    for sender in (other, same_phone):
        assert outcomes(sender.deliver(records=[phone.make("check_in", ON)])) == [("refused", "signature")]
    assert not Record.objects.exists()
    assert SetAside.objects.count() == 2


def test_latitude_91_is_stored_as_a_record_and_counts_for_nothing(phone):
    record = phone.make("check_in", ON | {"place": ON["place"] | {"lat": 91.0}})
    for _again in range(2):
        [answer] = phone.deliver(records=[record])
        assert (answer["outcome"], answer["code"]) == ("refused", "body")
        assert "place.lat" in answer["detail"]
    assert Record.objects.count() == SetAside.objects.count() == 1
    assert not CheckIn.objects.exists()


def test_a_phone_that_was_revoked_is_heard_no_more_and_what_it_sent_stays(phone, town_officer):
    before, after = phone.make("check_in", ON), phone.make("check_in", ON)
    phone.deliver(records=[before])
    devices.revoke(Device.objects.get(pk=phone.device), reason="丢失", actor=town_officer)
    answer = phone.send(records=[after, before])
    assert (answer.status_code, answer.json()["code"]) == (401, "revoked")
    assert not phone.hear(answer.content), "the queue stays on the phone"
    assert list(phone.waiting) == [after.id]
    assert [str(record.pk) for record in Record.objects.all()] == [before.id]


@pytest.mark.parametrize("wall", [0, 4_070_908_800_000], ids=["1970", "2099"])
def test_a_clock_of_another_century_costs_nobody_a_day(phone, wall):
    now = datetime.now(UTC)
    phone.clock.wall = wall
    phone.deliver(records=[phone.make("check_in", ON)])
    kept, row = Record.objects.get(), CheckIn.objects.get()
    assert (kept.wall, kept.clock) == (wall, "running"), "both are kept"
    assert abs(row.at - now) < timedelta(minutes=5)


def test_one_record_on_which_the_program_fails_stops_no_other(phone, monkeypatch, caplog):
    def fails_on_one(records):
        if any(record.body.note == "怪" for record in records):
            raise ZeroDivisionError
        return check_ins.work(records)

    check_ins = REGISTRY["check_in"]
    monkeypatch.setitem(REGISTRY, "check_in", replace(check_ins, work=fails_on_one))
    sent = [phone.make("check_in", ON | {"note": note}) for note in ("早", "怪", "晚")]
    for _again in range(2):
        answers = phone.deliver(records=sent)
        assert answers[1]["code"] == "program"
    assert {each["outcome"] for each in (answers[0], answers[2])} == {"known"}
    assert (Record.objects.count(), CheckIn.objects.count(), SetAside.objects.get().code) == (3, 2, "program")
    assert "ZeroDivisionError" in caplog.text
