"""The plan of a rotation: rings of moves, the best there is, and no village without somebody who knows it."""

import random
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yigang.tenure.rotation.plan import Post, Rules, Weights, plan, score

A, B, C = "520403100201", "520403100202", "520403101201"
TWO_YEARS = Rules(after_years=2, know_years=1)


def district(seed: int = 2020, people: int = 635, villages: int = 209) -> tuple[list[Post], dict[str, int]]:
    """As many as in the source: 635 people in 209 villages of eleven towns, three in most."""
    draw = random.Random(seed)  # noqa: S311 - a district, not a secret
    codes = [f"431202{100 + number % 11:03d}{201 + number // 11:03d}" for number in range(villages)]
    posts = []
    for key in range(1, people + 1):
        village = codes[(key - 1) % villages]
        wish = draw.choices(["leave", "stay", ""], [3, 3, 4])[0]
        wanted = draw.choice(codes) if wish == "leave" and draw.random() < 0.5 else ""
        posts.append(Post(key, village, round(draw.uniform(0.2, 4.5), 1), wish, wanted))  # type: ignore[arg-type]
    return posts, {code: draw.randint(1, 5) for code in draw.sample(codes, 30)}


def left_behind(people: list[Post], moves: dict[int, str], rules: Rules) -> dict[str, int]:
    """Village → how many who know it stay there."""
    return {
        village: sum(
            one.village == village
            and one.key not in moves
            and one.years >= rules.know_years
            and (one.days_on is None or one.days_on >= rules.overlap_days)
            for one in people
        )
        for village in {one.village for one in people}
    }


def allowed(people: list[Post], moves: dict[int, str], rules: Rules) -> bool:
    """The rules again, written down another way: numbers kept, and somebody stays who knows each village that is left."""
    by_key = {one.key: one for one in people}
    for village in {one.village for one in people}:
        leave = [key for key in moves if by_key[key].village == village]
        come = [key for key, to in moves.items() if to == village]
        if len(leave) != len(come) or (leave and not left_behind(people, moves, rules)[village]):
            return False
    return all(by_key[key].years >= rules.after_years and by_key[key].village != to for key, to in moves.items())


def best_by_trying(people: list[Post], needs: dict[str, int], rules: Rules) -> int:
    """The greatest total over everything that could be done; for a handful of people."""
    villages = sorted({one.village for one in people})
    best = 0
    for choice in product(["", *villages], repeat=len(people)):
        moves = {one.key: to for one, to in zip(people, choice, strict=True) if to}
        worth = {one.key: score(one, moves[one.key], needs, rules)[0] for one in people if one.key in moves}
        few = rules.most is None or len(moves) <= rules.most
        if few and all(points > 0 for points in worth.values()) and allowed(people, moves, rules):
            best = max(best, sum(worth.values()))
    return best


@pytest.mark.req("M1")
def test_two_people_exchange_their_villages_and_somebody_stays_behind_in_each():
    people = [
        Post(1, A, 3.0, "leave"), Post(2, A, 1.5), Post(3, B, 2.5, "leave", wanted=A), Post(4, B, 4.0, "stay"),
    ]  # fmt: skip
    made = plan(people, {}, TWO_YEARS)
    assert [(move.key, move.to, move.takes) for move in made.moves] == [(1, B, 3), (3, A, 1)]
    assert made.optimal
    assert made.moves[1].why == (
        "在村 2.5 年，满 2 年：+100",
        "本人愿意轮换：+300",
        "去本人意向村：+250",
        "留在本乡镇：+40",
    )


def test_three_villages_exchange_in_one_ring():
    people = [
        Post(1, A, 3, "leave", wanted=B), Post(2, B, 3, "leave", wanted=C), Post(3, C, 3, "leave", wanted=A),
        Post(4, A, 1.5), Post(5, B, 1.5), Post(6, C, 1.5),
    ]  # fmt: skip
    made = plan(people, {}, TWO_YEARS)
    assert {move.key: move.to for move in made.moves} == {1: B, 2: C, 3: A}
    assert {move.ring for move in made.moves} == {1}


@pytest.mark.parametrize(
    ("people", "why"),
    [
        ([], "没有人在岗"),
        ([Post(1, A, 1.0), Post(2, B, 1.9)], "没有人在村满 2 年"),
        ([Post(1, A, 3), Post(2, B, 3)], "村里就没有熟悉情况的人"),
        ([Post(1, A, 3), Post(2, A, 3)], "都在同一个村"),
        ([Post(1, A, 2, "stay"), Post(2, A, 2, "stay"), Post(3, C, 2, "stay"), Post(4, C, 2, "stay")], "都愿意留任"),
    ],
)
def test_when_nobody_can_move_it_says_why(people, why):
    made = plan(people, {}, TWO_YEARS)
    assert (made.moves, made.optimal) == ((), True)
    assert why in "；".join(made.why_not)


def test_whoever_leaves_soon_shows_no_newcomer_around_and_may_move_himself():
    """In A the one who stays ends after ten days; the one who would move ends after ten days in B, and another stays there."""
    rules = Rules(after_years=2, know_years=1, overlap_days=30)
    b = [Post(3, B, 3, "leave", days_on=10), Post(4, B, 3, "stay", days_on=400)]
    assert plan([Post(1, A, 3, "leave", days_on=400), Post(2, A, 1.5, days_on=10), *b], {}, rules).moves == ()
    made = plan([Post(1, A, 3, "leave", days_on=400), Post(2, A, 1.5, days_on=30), *b], {}, rules)
    assert {move.key: move.to for move in made.moves} == {1: B, 3: A}


def test_kinds_of_posts_are_not_mixed():
    people = [Post(1, A, 3, kind="护林员"), Post(2, A, 3), Post(3, B, 3, kind="保洁员"), Post(4, B, 3, kind="保洁员")]
    assert plan(people, {}, TWO_YEARS).moves == ()


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([A, B, C]), st.sampled_from([0.5, 1.5, 2.0, 3.0]), st.sampled_from(["leave", "stay", ""]),
            st.sampled_from(["", A, B]), st.sampled_from([None, 10, 400]),
        ),
        min_size=1, max_size=5,
    ),
    st.dictionaries(st.sampled_from([A, B, C]), st.integers(1, 5)),
    st.sampled_from([None, 2, 3]),
)  # fmt: skip
def test_nothing_better_is_found_by_trying_everything(drawn, needs, most):
    people = [Post(key, *rest, days_on=days_on) for key, (*rest, days_on) in enumerate(drawn, start=1)]
    rules = Rules(2, 1, most, overlap_days=30, weights=Weights())
    made = plan(people, needs, rules)
    moves = {move.key: move.to for move in made.moves}
    assert allowed(people, moves, rules)
    assert (made.optimal, made.total) == (True, best_by_trying(people, needs, rules))


@pytest.mark.req("M1")
def test_635_people_in_209_villages_with_221_moves():
    people, needs = district()
    rules = Rules(after_years=2, know_years=1, most=221)
    made = plan(people, needs, rules)
    moves = {move.key: move.to for move in made.moves}
    assert made.optimal
    assert len(moves) == 221
    assert allowed(people, moves, rules)


def test_the_same_people_give_the_same_proposal():
    people, needs = district(people=120, villages=40)
    rules = Rules(after_years=2, know_years=1, most=40)
    assert plan(people, needs, rules) == plan(list(reversed(people)), needs, rules)
