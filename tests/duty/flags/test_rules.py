"""Each rule finds what it is for and leaves alone what looks like it; order does not matter, nor do other people."""

import ast
import inspect
import random
import sys
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yigang.duty.flags import laps
from yigang.duty.flags.found import LOGS, PAIRS, PATROLS, PHOTOS, SEEN
from yigang.duty.flags.rules import READS, Evidence, find
from yigang.policy.flags import RULES, flag_rules

pytestmark = pytest.mark.req("Z3")
BEGIN = datetime(2020, 7, 1, 0, 0, tzinfo=UTC)
"""Eight o'clock in China."""
METRE = 1 / 111_195
LOOKS_ACROSS = {"many_on_one_device", "one_device_moving", "copied_log", "same_photo", "near_same_photo"}


def frame(types, rows) -> pl.DataFrame:
    return pl.DataFrame({name: [row.get(name) for row in rows] for name in types}, schema=dict(types))


def seen(day: int, minutes: float = 0, *, person: int = 1, **more) -> dict:
    """Somebody checks in so many minutes after eight on a day of July."""
    at = BEGIN + timedelta(days=day - 1, minutes=minutes)
    usual = {"kind": "on", "source": "phone", "lat": 26.4, "lon": 106.25, "acc": 8.0, "mock": False, "photos": 0}
    return {"key": f"c:{person}:{at:%dT%H%M%S}", "person": person, "at": at, "day": date(2020, 7, day)} | usual | more


def asked(rows, types=SEEN, **policy):
    """Kind → how often it was found."""
    name = next(name for name, one in {"seen": SEEN, "logs": LOGS, "photos": PHOTOS, "pairs": PAIRS, "patrols": PATROLS}.items()
                if one is types)  # fmt: skip
    found = list(find(Evidence(**{name: frame(types, rows)}), flag_rules({"flags": policy})))
    return {kind: sum(one.kind == kind for one in found) for kind in {one.kind for one in found}}


def varied(days: int, **more) -> list[dict]:
    """A person as people are: a few minutes here and there, a few metres here and there."""
    noise = random.Random(more.get("person", 1))  # noqa: S311 - scatter, no secret
    return [
        seen(day, noise.uniform(-20, 5), lat=26.4 + noise.gauss(0, 5) * METRE, lon=106.25 + noise.gauss(0, 5) * METRE, **more)
        for day in range(1, days + 1)
    ]  # fmt: skip


CASES = {
    "as people are": (varied(28, device="d1", off_m=0.0), {}),
    "150 m beyond the edge is within what is allowed": ([seen(1, off_m=150.0)], {}),
    "300 m, but the radius is as wide": ([seen(1, off_m=300.0, acc=150.0)], {"poor_accuracy": None}),
    "outside, twice on a day": ([seen(1, off_m=900.0), seen(1, 500, off_m=950.0, lat=26.401)], {"outside_area": 1}),
    "the source says outside": ([seen(1, place="outside", lat=None, lon=None)], {"outside_area": 1}),
    "three in the morning": ([seen(1, -300)], {"outside_hours": 1}),
    "a night's end counts for the day before": ([seen(2, -440) | {"day": date(2020, 7, 1), "kind": "off"}], {}),
    "vague once": ([seen(1, acc=900.0)], {}),
    "vague again and again": ([seen(day, day, acc=900.0, lat=26.4 + day / 1e4) for day in (1, 2, 3)], {"poor_accuracy": 1}),
    "mock": ([seen(1, mock=True)], {"mock_reported": 1}),
    "one spot on three days": ([seen(day, day * 3) for day in (1, 2, 3)], {"identical_coordinates": 1}),
    "typed from paper": ([seen(day, source="proxy") for day in range(1, 25)], {}),
    "one address all month": (
        [seen(day, day % 7 * 9, address="村委会", lat=None, lon=None) for day in range(1, 23)], {"identical_address": 1}
    ),
    "30 km in ten minutes": ([seen(1), seen(1, 10, lat=26.4 + 30_000 * METRE)], {"impossible_speed": 1}),
    "30 km in an hour": ([seen(1), seen(1, 60, lat=26.4 + 30_000 * METRE)], {}),
    "two on one phone": ([seen(1, device="d"), seen(1, 1, person=2, device="d", lat=26.4001)], {"many_on_one_device": 2}),
    "a phone handed on next day": ([seen(1, device="d"), seen(2, 1, person=2, device="d", lat=26.4001)], {}),
    "a phone carried round": (
        [seen(1, device="d"), seen(1, 20, person=2, device="d", lat=26.4 + 900 * METRE)],
        {"many_on_one_device": 2, "one_device_moving": 2},
    ),
    "the clock a year back": ([seen(1, moved_s=-31_536_000)], {"clock_moved": 1}),
    "the clock five minutes off": ([seen(1, moved_s=300)], {}),
    "to the minute for three weeks": ([seen(day, 0.1, lat=26.4 + day / 1e4) for day in range(1, 22)], {"perfect_regularity": 1}),
    "to the minute for a week": ([seen(day, 0.1, lat=26.4 + day / 1e4) for day in range(1, 8)], {}),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_is_found_and_what_is_left_alone(case):
    rows, expected = CASES[case]
    policy = {kind: None for kind, times in expected.items() if times is None}
    assert asked(rows, **policy) == {kind: times for kind, times in expected.items() if times}


LOG = "上午沿北山防火道巡护，清理路边枯枝杂草，劝阻两名村民在林边烧田埂，下午到各户发放防火宣传单。"
OTHER = "雨后查看滑坡点三处，拍照上报林业站，与邻村护林员会合交接巡护路段，傍晚回村委会填写台账并参加例会。"


def log(day: int, text: str, person: int = 1) -> dict:
    return {"key": f"l:{person}:{day}", "person": person, "day": date(2020, 7, day), "text": text}


LOGS_OF = {
    "one's own, other dates": ([log(day, f"7月{day}日{LOG}") for day in (1, 2, 3)], 1),
    "two days are no habit": ([log(1, LOG), log(2, OTHER), log(3, LOG)], 0),
    "a neighbour's, a word changed": ([log(1, LOG), log(2, LOG.replace("两名", "三名"), person=2)], 2),
    "short ones are alike": (
        [log(day, "巡山一圈，未发现火情。", person) for day in range(1, 9) for person in (1, 2)], 0
    ),
    "two logs": ([log(1, LOG), log(1, OTHER, person=2)], 0),
}  # fmt: skip


@pytest.mark.parametrize("case", LOGS_OF)
def test_copied_logs(case):
    rows, times = LOGS_OF[case]
    assert asked(rows, LOGS).get("copied_log", 0) == times


def test_a_loop_walked_five_times_is_five_rounds_there_and_back_two():
    import numpy as np

    corner = np.array([0, 500, 500, 0, 0], float), np.array([0, 0, 500, 500, 0], float)
    loop = [np.concatenate([one[:-1]] * 5 + [one[:1]]) for one in corner]
    assert laps.rounds(*loop, np.zeros(21, int)) == pytest.approx(5, rel=0.06)
    there = np.array([0.0, 3000, 0]), np.array([0.0, 900, 0])
    assert laps.rounds(*there, np.zeros(3, int)) == pytest.approx(2, rel=0.06)
    patrol = {"key": "p:1", "person": 1, "day": date(2020, 7, 1), "metres": 10_000.0}
    assert asked([patrol | {"rounds": 5.0}], PATROLS) == {"circles": 1}
    assert asked([patrol | {"rounds": 2.2}], PATROLS) == {}
    assert asked([patrol | {"rounds": 5.0, "metres": 900.0}], PATROLS) == {}


ROW = st.builds(
    seen, st.integers(1, 28), st.floats(-500, 900).map(lambda one: round(one, 1)), person=st.integers(1, 4),
    kind=st.sampled_from(["on", "off", "night"]), lat=st.sampled_from([26.4, 26.401, 26.6]),
    acc=st.sampled_from([5.0, 400.0]), device=st.sampled_from([None, "d1", "d2"]), moved_s=st.sampled_from([0, 9000]),
    off_m=st.sampled_from([None, 0.0, 700.0]), mock=st.booleans(), address=st.sampled_from(["", "村委会"]),
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(st.lists(ROW, max_size=40, unique_by=lambda row: row["key"]), st.randoms(use_true_random=False))
def test_order_does_not_matter_and_other_people_only_where_the_rule_says_so(rows, shuffled):
    rules = flag_rules({})
    found = {(one.kind, one.subject): one for one in find(Evidence(seen=frame(SEEN, rows)), rules)}
    other_order = shuffled.sample(rows, len(rows))
    assert {(one.kind, one.subject): one for one in find(Evidence(seen=frame(SEEN, other_order)), rules)} == found
    mine = [row for row in rows if row["person"] == 1]
    alone = {(one.kind, one.subject): one for one in find(Evidence(seen=frame(SEEN, mine)), rules)}
    assert alone == {key: one for key, one in found.items() if one.person == 1 and one.kind not in LOOKS_ACROSS}


PHOTO = {"key": "r:1", "person": 1, "day": date(2020, 7, 1), "at": BEGIN, "photo": "a" * 64}
PHOTOS_OF = {
    "taken a month before": ({"taken": BEGIN - timedelta(days=30)}, {"old_photo": 1}),
    "taken this morning": ({"taken": BEGIN - timedelta(hours=2)}, {}),
    "peaks of a grid": ({"screen": 14.0}, {"photo_of_screen": 1}),
    "another face": ({"likeness": 0.12}, {"other_face": 1}),
    "the same face on a bad day": ({"likeness": 0.45}, {}),
    "not compared, nothing told": ({}, {}),
}


@pytest.mark.parametrize("case", PHOTOS_OF)
def test_photos_by_themselves(case):
    told, expected = PHOTOS_OF[case]
    assert asked([PHOTO | told], PHOTOS) == expected


def functions(code: str) -> list[ast.FunctionDef]:
    """A rule's function, and those of its module that it hands its thresholds to."""
    rule = READS[code][1]
    known = {
        node.name: node for node in ast.parse(inspect.getsource(sys.modules[rule.__module__])).body
        if isinstance(node, ast.FunctionDef)
    }  # fmt: skip
    found, waiting = [], [rule.__name__]
    while waiting:
        found.append(known[waiting.pop()])
        waiting += [
            call.func.id for call in ast.walk(found[-1])
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in known
            and any(isinstance(one, ast.Name) and one.id == "asked" for one in call.args)
        ]  # fmt: skip
    return found


@pytest.mark.parametrize("code", RULES)
def test_thresholds_are_the_policys_and_none_is_in_the_code(code):
    """Each threshold is read, no other is, and what is measured is compared with no figure of the code's own but 0, 1, 2."""
    nodes = [node for function in functions(code) for node in ast.walk(function)]
    read = {
        node.slice.value for node in nodes
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == "asked"
        and isinstance(node.slice, ast.Constant)
    }  # fmt: skip
    assert read == set(RULES[code].thresholds)
    compared = {
        one.value for node in nodes if isinstance(node, ast.Compare) for one in (node.left, *node.comparators)
        if isinstance(one, ast.Constant) and isinstance(one.value, int | float)
    }  # fmt: skip
    assert compared <= {0, 1, 2}


def test_every_rule_has_a_function_and_a_sentence():
    from yigang.duty.flag_words import SENTENCES

    assert set(RULES) == set(READS) == set(SENTENCES)
