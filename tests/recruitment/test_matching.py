"""People and posts as one optimal assignment: nothing beats it, no limit is broken, everybody left over knows why."""

from itertools import product
from typing import Any

import polars as pl
import pytest
from bench.matching import district
from hypothesis import given, settings
from hypothesis import strategies as st

from yigang.policy.placing import Matching, Weights
from yigang.recruitment.matching import PEOPLE, POSTS, match, prune
from yigang.recruitment.matching import solve as solving

HOME, NEIGHBOUR, FAR_TOWN = "520403100201", "520403100202", "520403101201"
PERSON: dict[str, Any] = {
    "person_id": 1, "household_id": None, "region_code": HOME, "longitude": None, "latitude": None, "eligible": True,
    "urgency": 0.0, "abilities": [], "wishes": [], "months": None, "barred": [],
}  # fmt: skip
POST: dict[str, Any] = {
    "post_id": 1, "region_code": HOME, "kind": "ranger", "places": 1, "longitude": None, "latitude": None,
    "abilities": [], "months": None, "demands": [],
}  # fmt: skip


def people(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame([{**PERSON, "person_id": n, **row} for n, row in enumerate(rows, 1)], schema=PEOPLE)


def posts(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame([{**POST, "post_id": n, **row} for n, row in enumerate(rows, 1)], schema=POSTS)


def proposed(result: Any) -> list[tuple[int, int]]:
    return list(result.proposals.select("person_id", "post_id").iter_rows())


def why(result: Any, person: int) -> dict[str, Any]:
    return result.left_over.row(by_predicate=pl.col("person_id") == person, named=True)


@pytest.mark.req("Z6")
def test_the_neediest_gets_the_only_place_and_the_other_learns_by_how_much():
    result = match(people({"urgency": 0.2}, {"urgency": 0.9}), posts({}), Matching())
    assert proposed(result) == [(2, 1)]
    assert why(result, 1)["reason"] == "outranked"
    assert (why(result, 1)["post_id"], why(result, 1)["own"], why(result, 1)["theirs"]) == (1, 6100, 8200)


@pytest.mark.req("Z6")
def test_a_proposal_says_what_each_preference_gave():
    someone = {
        "urgency": 0.5,
        "abilities": ["chainsaw", "first aid"],
        "wishes": ["ranger"],
        "longitude": 106.25,
        "latitude": 26.4,
    }
    post = {"abilities": ["first aid", "driving"], "longitude": 106.25, "latitude": 26.44497}
    (row,) = match(people(someone), posts(post), Matching()).proposals.iter_rows(named=True)
    assert row["metres"] == pytest.approx(5000, abs=2)  # 0.04497° of a meridian
    assert {key: row[key] for key in ("same_village", "urgency", "abilities", "wish", "near", "value")} == {
        "same_village": 4000, "urgency": 1500, "abilities": 750, "wish": 1000, "near": 250, "value": 7500,
    }  # fmt: skip


def test_placing_more_people_comes_before_placing_the_neediest_best():
    """The first would be worth most in the post at home, but the second can reach no other."""
    both = people({"urgency": 1.0}, {"urgency": 0.0, "months": [7, 8]})
    result = match(both, posts({"months": [7]}, {"region_code": NEIGHBOUR, "months": [1]}), Matching())
    assert proposed(result) == [(1, 2), (2, 1)]


@pytest.mark.parametrize(
    ("person", "post", "limit"),
    [
        ({"region_code": FAR_TOWN}, {}, "reach"),
        ({"longitude": 106.25, "latitude": 26.4}, {"longitude": 106.25, "latitude": 26.6}, "reach"),
        ({"months": [1, 2]}, {"months": [2, 3]}, "season"),
        ({"barred": ["mountain"]}, {"demands": ["mountain", "night"]}, "health"),
    ],
)
def test_a_limit_stops_a_pair_and_is_counted(person, post, limit):
    result = match(people(person), posts(post), Matching())
    assert proposed(result) == []
    told = why(result, 1)
    assert told["reason"] == "no_post"
    assert {name: told[name] for name in ("reach", "season", "health")} == {
        "reach": 0,
        "season": 0,
        "health": 0,
        limit: 1,
    }
    assert result.left_open["reason"].to_list() == ["nobody"]


@pytest.mark.parametrize(("eligible", "reason"), [(False, "not_eligible"), (None, "undetermined")])
def test_who_is_not_eligible_is_proposed_for_nothing(eligible, reason):
    result = match(people({"eligible": eligible}), posts({}), Matching())
    assert proposed(result) == []
    assert why(result, 1)["reason"] == reason


def test_one_of_a_household_is_proposed_and_the_other_is_told_who():
    family = people({"household_id": 7, "urgency": 0.1}, {"household_id": 7, "urgency": 0.6})
    result = match(family, posts({"places": 2}), Matching())
    assert proposed(result) == [(2, 1)]
    assert (why(result, 1)["reason"], why(result, 1)["other_id"]) == ("household", 2)
    assert result.left_open.select("post_id", "places", "reason").rows() == [(1, 1, "placed")]
    assert len(proposed(match(family, posts({"places": 2}), Matching(one_per_household=False)))) == 2


def test_nobody_and_no_post_give_an_empty_result():
    assert proposed(match(people(), posts({}), Matching())) == []
    assert match(people({}), posts(), Matching()).left_over["reason"].to_list() == ["no_post"]


@pytest.mark.parametrize(("frame", "message"), [("absent", "urgency"), ("twice", "person_id is given twice")])
def test_a_frame_that_cannot_be_matched_is_refused(frame, message):
    bad = people({}).drop("urgency") if frame == "absent" else people({}, {"person_id": 1})
    with pytest.raises(ValueError, match=message):
        match(bad, posts({}), Matching())


REGIONS = st.sampled_from([HOME, NEIGHBOUR, FAR_TOWN])
WORDS = st.lists(st.sampled_from(["a", "b"]), unique=True)
MONTHS = st.none() | st.lists(st.integers(1, 3), unique=True, min_size=1)
SOMEONE = st.fixed_dictionaries({
    "household_id": st.none() | st.integers(1, 3), "region_code": REGIONS, "eligible": st.sampled_from([True, True, False, None]),
    "urgency": st.integers(0, 4).map(lambda quarter: quarter / 4), "abilities": WORDS, "wishes": WORDS, "months": MONTHS,
    "barred": WORDS,
})  # fmt: skip
SOME_POST = st.fixed_dictionaries({
    "region_code": REGIONS, "kind": st.sampled_from(["a", "b"]), "places": st.integers(0, 2), "abilities": WORDS,
    "months": MONTHS, "demands": WORDS,
})  # fmt: skip
CASES = st.tuples(st.lists(SOMEONE, max_size=5), st.lists(SOME_POST, max_size=3))


def value_of(person: dict[str, Any], post: dict[str, Any], weights: Weights) -> int | None:
    """One pair computed by itself; None where a limit stops it."""
    if person["eligible"] is not True or person["region_code"][:9] != post["region_code"][:9]:
        return None
    if not set(post["months"] or range(1, 13)) <= set(person["months"] or range(1, 13)):
        return None
    if set(person["barred"]) & set(post["demands"]):
        return None
    place = weights.same_village if person["region_code"] == post["region_code"] else weights.same_town
    asked = set(post["abilities"])
    share = len(asked & set(person["abilities"])) / len(asked) if asked else 1
    wish = weights.wish if post["kind"] in person["wishes"] else 0
    return place + round(weights.urgency * person["urgency"]) + round(weights.abilities * share) + wish


def best_by_trying_everything(who: list[dict[str, Any]], where: list[dict[str, Any]]) -> tuple[int, int]:
    """(people placed, value) of the best of all assignments."""
    best = (0, 0)
    for choice in product(range(-1, len(where)), repeat=len(who)):
        taken = [(who[n], where[post]) for n, post in enumerate(choice) if post >= 0]
        values = [value_of(person, post, Weights()) for person, post in taken]
        homes = [person["household_id"] for person, _ in taken if person["household_id"] is not None]
        full = any(choice.count(n) > post["places"] for n, post in enumerate(where))
        if None not in values and not full and len(homes) == len(set(homes)):
            best = max(best, (len(values), sum(value or 0 for value in values)))
    return best


@given(CASES)
@settings(max_examples=60, deadline=None)
def test_no_assignment_is_better(case):
    who, where = case
    result = match(people(*who), posts(*where), Matching())
    assert (result.proposals.height, result.value) == best_by_trying_everything(who, where)
    assert result.proposals["value"].sum() == result.value


def test_pairs_that_no_best_assignment_uses_are_left_out_and_the_optimum_stays(monkeypatch):
    """A third of the pairs goes to the solver; without leaving any out the same number is placed for the same points."""
    ours, theirs = district(400, 40)
    everywhere, seen = Matching(reach_metres=100_000), []
    sieve = prune.leading
    monkeypatch.setattr(solving, "leading", lambda *given: seen.append(sieve(*given)) or seen[-1])
    pruned = match(ours, theirs, everywhere)
    monkeypatch.setattr(prune, "MOST_CELLS", 0)
    whole = match(ours, theirs, everywhere)
    assert (pruned.proposals.height, pruned.value) == (whole.proposals.height, whole.value)
    assert len(seen[1]) == whole.pairs == pruned.pairs > 3 * len(seen[0])


@given(CASES, st.randoms())
@settings(max_examples=60, deadline=None)
def test_the_order_of_rows_does_not_matter(case, random):
    ours, theirs = people(*case[0]), posts(*case[1])
    seed = random.randrange(1_000_000)
    shuffled = match(
        ours.sample(fraction=1, shuffle=True, seed=seed), theirs.sample(fraction=1, shuffle=True, seed=seed), Matching()
    )
    for name in ("proposals", "left_over", "left_open"):
        assert getattr(shuffled, name).equals(getattr(match(ours, theirs, Matching()), name))


@given(CASES)
@settings(max_examples=60, deadline=None)
def test_everybody_is_proposed_or_told_why_and_nobody_outranked_was_worth_more(case):
    who, where = case
    result = match(people(*who), posts(*where), Matching())
    assert sorted([*result.proposals["person_id"], *result.left_over["person_id"]]) == list(range(1, len(who) + 1))
    outranked = result.left_over.filter(pl.col("reason") == "outranked")
    assert (outranked["own"] <= outranked["theirs"]).all()
    assert outranked["theirs"].null_count() == 0
