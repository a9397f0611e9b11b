"""The law without a database: chains of signatures, and whose clock is believed."""

from __future__ import annotations

import msgspec
import pytest

from yigang.duty.sync.chain import proven, verifier
from yigang.duty.sync.clocks import judge
from yigang.duty.sync.envelope import Envelope, SentClock, media_of, read
from yigang.duty.sync.phone import Clock, Phone, new_key

HOUR, DAY, YEAR = 3_600_000, 86_400_000, 365 * 86_400_000
NOW = 1_795_000_000_000
POINT, SIGN = new_key()


def chain(length: int) -> list[Envelope]:
    """Records of one phone, as the server reads them."""
    phone = Phone("device", "7", SIGN, Clock(NOW))
    made = [phone.make("log", {"day": "2026-11-22", "text": str(n)}) for n in range(length)]
    found = [read(msgspec.json.encode(each), "device", "7") for each in made]
    assert all(isinstance(each, Envelope) for each in found)
    return [each for each in found if isinstance(each, Envelope)]


def test_one_signature_proves_a_chain_and_a_bad_one_costs_no_other():
    counted = []
    key = verifier(POINT)

    def verify(head: bytes, sig: bytes) -> bool:
        counted.append(head)
        return key(head, sig)

    records = chain(20)
    assert proven(records, verify) == set(range(20))
    assert len(counted) == 1
    counted.clear()
    assert proven(records[::-1], verify) == set(range(20))  # in another order nothing continues anything
    assert len(counted) == 20
    spoilt = msgspec.structs.replace(records[-1], sig=bytes(64))
    assert proven([*records[:-1], spoilt], verify) == set(range(19))
    changed = msgspec.structs.replace(
        records[5], head=records[5].head + b"!", digest=bytes(32)
    )  # content of the middle
    assert proven([*records[:5], changed, *records[6:]], verify) == set(range(20)) - {5}
    assert proven([], verify) == set()
    with pytest.raises(ValueError, match="EC key"):
        verifier(b"\x04" + bytes(64))


@pytest.mark.parametrize(
    ("wall", "offset", "waited", "boot", "expected", "clock"),
    [
        (NOW - HOUR, 0, None, "", NOW - HOUR, "offset"),
        (NOW - YEAR, YEAR - HOUR, None, "", NOW - HOUR, "offset"),  # the clock a year back, and known to be
        (NOW + DAY, -DAY - HOUR, None, "", NOW - HOUR, "offset"),  # a day ahead, and known to be
        (0, None, HOUR, "b", NOW - HOUR, "running"),  # 1970
        (NOW + 73 * YEAR, None, HOUR, "b", NOW - HOUR, "running"),  # 2099
        (NOW - YEAR, None, HOUR, "b", NOW - HOUR, "running"),
        (NOW - HOUR - 5_000, None, HOUR, "b", NOW - HOUR - 5_000, "phone"),  # the message took five seconds
        (NOW - HOUR, None, None, "", NOW - HOUR, "phone"),
        (NOW - HOUR, None, HOUR * 9, "other", NOW - HOUR, "phone"),  # restarted since
        (0, None, None, "", NOW, "arrival"),
        (NOW + 73 * YEAR, 5, None, "", NOW, "arrival"),
        (NOW + 4 * 60_000, 0, None, "", NOW + 4 * 60_000, "offset"),
        (NOW + 6 * 60_000, 0, None, "", NOW, "arrival"),
        (NOW - 31 * DAY, 0, None, "", NOW, "arrival"),  # before the phone had ever signed in
    ],
    ids=[
        "known", "year-back-known", "day-ahead-known", "1970-running", "2099-running", "year-back-running", "agrees",
        "alone", "restarted", "1970", "2099", "a-little-ahead", "too-far-ahead", "before-the-phone",
    ],
)  # fmt: skip
def test_the_time_that_counts(wall, offset, waited, boot, expected, clock):
    phone = Phone("device", "7", SIGN, Clock(wall, mono=HOUR, boot="b", offset=offset))
    record = read(msgspec.json.encode(phone.make("log", {"day": "x"})), "device", "7")
    assert isinstance(record, Envelope)
    sent = SentClock(wall, HOUR + waited, boot) if waited is not None else None
    assert judge(record, NOW, NOW - 29 * DAY, sent) == (expected, clock)


def test_the_offset_follows_a_clock_that_is_set():
    clock = Clock(NOW - 7_000, offset=7_000)
    clock.set_wall(NOW - YEAR)
    clock.pass_time(HOUR)
    assert clock.wall + clock.offset == NOW + HOUR
    clock.restart("again")
    assert clock.offset is None


def test_media_are_found_wherever_a_body_names_them():
    one, two, three, four = ("1" * 64, "2" * 64, "3" * 64, "4" * 64)
    body = msgspec.json.encode(
        {"before": [one, two], "after": [], "voice": three, "text": f'"media":["{four}"]'}
    ).decode()
    assert media_of(body) == [one, two, three]
    assert media_of('{"media": [ "' + one + '" ]}') == [one]
    assert media_of('{"voice":null,"media":[]}') == []
