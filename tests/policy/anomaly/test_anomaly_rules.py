"""Each rule over a year finds what it is for, and lets go of what is just short of it."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from yigang.policy.anomalies import NEXT, RULES, anomaly_rules, grade, strength
from yigang.policy.anomaly import READS, Suspect, Year, find
from yigang.policy.anomaly import frames as shapes
from yigang.policy.anomaly.together import BY_ADDRESS, BY_PLACE, NOWHERE, SEEN, TURN, presence, together

FIRST, LAST = date(2020, 1, 1), date(2020, 12, 1)
ME, HER, THIRD = 1, 2, 3
FULL = 2**22 - 1
"""The first 22 days of a month."""


def month(number: int) -> date:
    return date(2020, number, 1)


def year(**rows: list[dict]) -> Year:
    """A year of these rows; what a row does not say is null, of work a nought."""
    made = {}
    for name, given in rows.items():
        types = getattr(shapes, {"registers": "REGISTERS"}.get(name, name.upper()))
        blank = dict.fromkeys(types, 0 if name == "work" else None)
        made[name] = pl.DataFrame([blank | row for row in given], schema=dict(types))
    return Year(FIRST, LAST, **made)


def found(rule: str, of: Year, **figures: float) -> list[Suspect]:
    return list(find(of, {rule: anomaly_rules({"anomalies": {rule: figures}})[rule]}))


def paid(*numbers: int, person: int = ME, fen: int = 80_000, **more) -> list[dict]:
    return [{"line": number, "person": person, "month": month(number), "fen": fen} | more for number in numbers]


def work(*numbers: int, person: int = ME, **more) -> list[dict]:
    return [{"person": person, "month": month(number)} | more for number in numbers]


def honest(*numbers: int, count: int = 9) -> tuple[list[dict], list[dict]]:
    """Others of the programme, present and with logs: so both kinds are kept there."""
    people = range(100, 100 + count)
    return (
        [row for person in people for row in paid(*numbers, person=person)],
        [row for person in people for row in work(*numbers, person=person, days=FULL, logs=8)],
    )


def test_every_rule_has_its_function_and_what_comes_next():
    assert set(RULES) == set(READS) == set(NEXT)


def test_a_year_without_rows_raises_nothing():
    assert list(find(Year(FIRST, LAST), anomaly_rules({}))) == []


@pytest.mark.req("Z11")
@pytest.mark.parametrize(
    ("mine", "expected"),
    [
        ({}, 1),
        ({"days": FULL}, 1),
        ({"typed": FULL, "logs": 8}, 1),  # typed by the village, which is a claim, not evidence
        ({"days": FULL, "logs": 8}, 0),
        ({"days": FULL, "words": 1}, 0),
        ({"logs": 8, "results": 1}, 0),
        ({"days": FULL, "met": 1}, 0),
    ],
)
def test_pay_needs_two_kinds_of_evidence_that_agree(mine, expected):
    pay, there = honest(1, 2, 3)
    suspects = found("unsupported_pay", year(pay=pay + paid(1, 2, 3), work=there + work(1, 2, 3, **mine)))
    assert [one.people for one in suspects] == [(ME,)] * expected


def test_two_months_without_evidence_are_not_yet_a_pattern_and_a_kind_that_nobody_keeps_is_not_asked():
    pay, there = honest(1, 2, 3)
    assert found("unsupported_pay", year(pay=pay + paid(1, 2), work=there)) == []
    for row in there:
        row["logs"] = 0
    only_present = year(pay=pay + paid(1, 2, 3), work=there + work(1, 2, 3, days=FULL))
    assert found("unsupported_pay", only_present) == []
    [one] = found("unsupported_pay", year(pay=pay + paid(1, 2, 3), work=there))
    assert (one.figures["months"], one.fen, one.strength) == (3, 240_000, Decimal("0.60"))


@pytest.mark.req("H10")
@pytest.mark.parametrize(
    ("mine", "expected"),
    [
        ({"days": FULL}, 1),
        ({"days": FULL, "logs": 1}, 1),  # the same words again and again are one log
        ({"typed": FULL}, 1),
        ({"days": FULL, "logs": 2}, 0),
        ({"days": FULL, "results": 1}, 0),
        ({"days": 2**14 - 1}, 0),
    ],
)
def test_present_every_day_with_nothing_to_show(mine, expected):
    pay, there = honest(7)
    assert len(found("idle", year(pay=pay + paid(7), work=there + work(7, **mine)))) == expected


def test_where_nobody_keeps_logs_nobody_is_idle():
    assert found("idle", year(pay=paid(7), work=work(7, days=FULL))) == []


@pytest.mark.parametrize(
    ("died", "expected"), [(date(2020, 5, 8), ["2020-05", "2020-06"]), (date(2020, 6, 22), []), (date(2020, 5, 22), ["2020-06"])]
)  # fmt: skip
def test_the_dead_are_neither_present_nor_paid(died, expected):
    """Who dies on the 22nd is owed that month: only what comes after it counts."""
    given = year(pay=paid(5, 6), work=work(5, 6, days=FULL), deaths=[{"key": "p:1", "person": ME, "died": died}])
    suspects = found("paid_after_death", given)
    assert [row["key"][-7:] for one in suspects for row in one.rows[1:]] == expected
    assert all(one.strength >= Decimal("0.85") for one in suspects)


def test_a_register_says_tibet_and_the_list_says_44_days():
    said = [
        {"key": "l:7", "person": ME, "kind": "labour", "since": month(4), "until": date(2020, 6, 30), "detail": "西藏"}
    ]
    there = work(5, 6, days=FULL)
    [one] = found("works_elsewhere", year(pay=paid(5, 6, fen=304_750), work=there, registers=said))
    assert (one.fen, one.figures["days"], one.first, one.last) == (609_500, 44, month(5), month(6))
    assert found("works_elsewhere", year(pay=paid(7, 8), work=work(7, 8, days=FULL), registers=said)) == []
    assert found("works_elsewhere", year(pay=paid(5, 6), work=work(5, 6, days=0b111), registers=said)) == []


def account(key: str, person: int | None, card: str, **more) -> dict:
    return {"key": key, "person": person, "who": f"p{person}", "card": card, "kept": False, "foreign": False} | more


def test_one_account_for_two_of_whom_one_is_paid():
    accounts = [account("b:1", ME, "x"), account("b:2", HER, "x"), account("b:3", THIRD, "y")]
    [one] = found("shared_account", year(pay=paid(1), accounts=accounts))
    assert (one.people, one.subject, one.fen, one.strength) == ((ME, HER), "1,2", 80_000, Decimal("0.85"))
    assert found("shared_account", year(pay=paid(1, person=THIRD), accounts=accounts)) == []
    again = [account("b:1", ME, "x"), account("b:4", ME, "x")]
    assert found("shared_account", year(pay=paid(1), accounts=again)) == []


def test_an_account_that_somebody_keeps_or_that_bears_another_name():
    own = account("b:1", ME, "x")
    [one] = found("kept_account", year(pay=paid(1), accounts=[own, account("r:9", None, "x", kept=True)]))
    assert [row["key"] for row in one.rows] == ["b:1", "r:9"]
    assert len(found("kept_account", year(pay=paid(1), accounts=[own | {"foreign": True}]))) == 1
    assert found("kept_account", year(pay=paid(1), accounts=[own, account("r:9", None, "y", kept=True)])) == []


@pytest.mark.parametrize(
    ("masks", "expected"),
    [
        ({1: FULL, 2: FULL, 3: FULL}, 3),
        ({1: FULL, 2: FULL, 3: FULL | 2**29}, 3),  # the last days of the month are not everywhere
        ({1: FULL, 2: FULL, 4: FULL}, 0),
        ({1: FULL, 2: FULL, 3: FULL ^ 1}, 0),
        ({1: 0b11, 2: 0b11, 3: 0b11}, 0),
        ({1: FULL ^ 1, 2: FULL, 3: FULL, 4: FULL, 5: FULL}, 4),
    ],
)
def test_the_same_days_month_after_month(masks, expected):
    suspects = found("fixed_roster", year(work=[row for at, mask in masks.items() for row in work(at, days=mask)]))
    assert [one.figures["months"] for one in suspects] == [expected] * bool(expected)


def test_nobody_is_on_leave_and_at_work_on_one_day():
    leave = [{"leave": 5, "person": ME, "month": month(7), "days": 0b1110}]
    [one] = found("two_claims", year(leave=leave, work=work(7, days=FULL)))
    assert [row["day"] for row in one.rows] == ["2020-07-02", "2020-07-03", "2020-07-04"]
    assert found("two_claims", year(leave=leave, work=work(7, days=0b1101))) == []


def test_a_phone_has_him_present_where_inspectors_found_nobody():
    visits = [{"finding": n, "person": ME, "day": date(2020, 7, day)} for n, day in enumerate((9, 16, 30))]
    [one] = found("absent_but_clocked", year(found=visits, work=work(7, days=FULL)))
    assert one.figures["times"] == 2
    assert found("absent_but_clocked", year(found=visits[1:], work=work(7, days=FULL))) == []
    assert found("absent_but_clocked", year(found=visits, work=work(7, typed=FULL))) == []


def flags(kind: str, *days: int) -> list[dict]:
    return [{"flag": day, "person": ME, "day": date(2020, 7, day), "kind": kind, "days": 1} for day in days]


@pytest.mark.parametrize(
    ("rule", "hit", "miss"),
    [
        ("phone_for_many", flags("many_on_one_device", 1, 2, 3, 4, 5), flags("many_on_one_device", 1, 2, 3, 4)),
        ("phone_for_many", [flags("many_on_one_device", 9)[0] | {"days": 5}], flags("many_on_one_device", 9)),
        ("phone_for_many", flags("one_device_moving", 1), flags("clock_moved", 1)),
        ("frozen_place", flags("identical_coordinates", 6), flags("circles", 6)),
        ("laps", flags("circles", 6, 9), flags("circles", 6)),
        ("photo_again", flags("same_photo", 6), flags("old_photo", 6, 7)),
        ("photo_again", flags("old_photo", 6, 7, 8), flags("photo_of_screen", 6)),
        ("substitute", flags("other_face", 6, 7, 8), flags("other_face", 6, 7)),
        ("substitute", flags("impossible_speed", 6, 7) + flags("other_face", 8), flags("impossible_speed", 6, 7)),
    ],
)  # fmt: skip
def test_questions_about_records_are_summed_up(rule, hit, miss):
    [one] = found(rule, year(flags=hit))
    assert [row["key"] for row in one.rows] == [f"g:{row['flag']}" for row in hit]
    assert found(rule, year(flags=miss)) == []


def held(*rows: tuple) -> list[dict]:
    names = ("appointment", "person", "post", "place", "household", "starts", "ends")
    return [dict(zip(names, row, strict=True)) for row in rows]


def test_three_names_in_turn_on_one_place():
    turns = held(
        (1, ME, 9, 1, 11, month(1), date(2020, 3, 31)), (2, HER, 9, 1, 12, month(4), date(2020, 6, 30)),
        (3, THIRD, 9, 1, 13, month(7), None), (4, 4, 9, 2, 14, month(1), None),
    )  # fmt: skip
    [one] = found("rotating_names", year(held=turns))
    assert (one.people, one.subject) == ((THIRD, HER, ME), "9:1")
    assert found("rotating_names", year(held=turns[1:])) == []
    before = held((1, ME, 9, 1, 11, date(2019, 1, 1), date(2019, 12, 31)))
    assert found("rotating_names", year(held=before + turns[1:])) == []


def test_two_posts_in_one_household_at_a_time():
    one = (1, ME, 8, 1, 11, month(1), date(2020, 3, 31))
    [suspect] = found("household_posts", year(held=held(one, (2, HER, 9, 1, 11, month(3), None))))
    assert (suspect.people, grade(suspect.strength)) == ((ME, HER), "weak")
    assert found("household_posts", year(held=held(one, (2, HER, 9, 1, 11, month(4), None)))) == []
    assert found("household_posts", year(held=held(one, (2, HER, 9, 1, None, month(1), None)))) == []


def test_paid_for_a_month_after_the_last_day():
    lines = paid(5, 6, ended=date(2020, 5, 10))
    [one] = found("paid_after_exit", year(pay=lines))
    assert [row["key"] for row in one.rows] == ["s:6"]
    taken_back = [{"line": 16, "person": ME, "month": month(6), "fen": -80_000, "ended": date(2020, 5, 10)}]
    assert found("paid_after_exit", year(pay=lines + taken_back)) == []


def seen(*rows: tuple) -> pl.DataFrame:
    """Rows of person, day, second, place, how; on duty, in one village."""
    names = ("person", "day", "second", "place", "how")
    blank = {"village": 7, "kind": 0, "typed": 0}
    return pl.DataFrame([blank | dict(zip(names, row, strict=True)) for row in rows], schema=dict(SEEN))


def pairs(frame: pl.DataFrame) -> list[tuple]:
    asked = anomaly_rules({})["moving_together"]
    return sorted(together(frame, month(7), asked).select("person", "other", "times", "of").iter_rows())


SPOT = 100 * TURN + 200


def test_who_checks_in_with_whom():
    near, far, over_the_turn = SPOT + 5, SPOT + 6, SPOT - 201
    assert pairs(seen((ME, 1, 500, SPOT, BY_PLACE), (HER, 1, 560, near, BY_PLACE))) == [(ME, HER, 1, 1)]
    assert pairs(seen((HER, 1, 500, SPOT, BY_PLACE), (ME, 1, 561, near, BY_PLACE))) == []
    assert pairs(seen((ME, 1, 500, SPOT, BY_PLACE), (HER, 1, 510, far, BY_PLACE))) == []
    assert pairs(seen((ME, 1, 500, SPOT, BY_PLACE), (HER, 2, 500, SPOT, BY_PLACE))) == []
    assert pairs(seen((ME, 1, 500, SPOT, BY_PLACE), (HER, 1, 500, SPOT, BY_ADDRESS))) == []
    assert pairs(seen((ME, 1, 500, SPOT, NOWHERE), (HER, 1, 500, SPOT, NOWHERE))) == []
    assert pairs(seen((ME, 1, 500, 100 * TURN, BY_PLACE), (HER, 1, 500, over_the_turn, BY_PLACE))) == [(ME, HER, 1, 1)]
    assert pairs(
        seen((ME, 1, 500, 77, BY_ADDRESS), (THIRD, 1, 505, 78, BY_ADDRESS), (HER, 1, 510, 77, BY_ADDRESS))
    ) == [(ME, HER, 1, 1)]


def test_four_at_once_are_a_meeting():
    assert pairs(seen(*((person, 1, 500 + person, SPOT, BY_PLACE) for person in range(1, 5)))) == []
    assert len(pairs(seen(*((person, 1, 500 + person, SPOT, BY_PLACE) for person in range(1, 4))))) == 3


def test_two_phones_in_one_pocket_are_found_and_neighbours_are_not():
    both = [{"person": ME, "other": HER, "month": month(at), "times": 12, "of": 20} for at in (5, 6)]
    [one] = found("moving_together", year(pairs=both))
    assert (one.people, one.figures["times"]) == ((ME, HER), 24)
    assert found("moving_together", year(pairs=both[:1])) == []
    assert found("moving_together", year(pairs=[row | {"of": 21} for row in both])) == []


def test_days_present_are_bits_of_the_month():
    rows = seen((ME, 1, 500, SPOT, BY_PLACE), (ME, 1, 900, SPOT, BY_PLACE), (ME, 31, 500, 0, NOWHERE))
    typed = rows.with_columns(typed=pl.lit(1, pl.Int64), day=pl.lit(3, pl.Int64)).head(1)
    [row] = presence(pl.concat([rows, typed]), month(7)).iter_rows(named=True)
    assert (row["days"], row["typed"]) == (1 | 2**30, 0b100)


def test_strength_grows_by_a_tenth_each_time_the_threshold_is_filled_again():
    asked = anomaly_rules({})["unsupported_pay"]
    assert [strength(asked, times, 3) for times in (3, 4, 6, 12)] == [Decimal(n) / 100 for n in (60, 63, 70, 90)]
    assert strength(anomaly_rules({})["shared_account"], 50, 2) == Decimal("0.99")
    assert [grade(Decimal(n)) for n in ("0.49", "0.5", "0.79", "0.8")] == ["weak", "middle", "middle", "strong"]


def test_a_policy_turns_rules_off_and_changes_them():
    text = {"anomalies": {"household_posts": None, "laps": {"days": 4, "cites": "县局通知"}}}
    asked = anomaly_rules(text)
    assert "household_posts" not in asked
    assert (asked["laps"]["days"], asked["laps"].cites, asked["idle"]["days"]) == (4, "县局通知", 15)
