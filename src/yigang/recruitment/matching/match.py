"""Matching from frames to frames: compare, solve, say why."""

from dataclasses import dataclass

import polars as pl

from yigang.policy.placing import Matching
from yigang.recruitment.matching import pairs as comparing
from yigang.recruitment.matching import reasons
from yigang.recruitment.matching.frames import arrays
from yigang.recruitment.matching.solve import solve


@dataclass(frozen=True)
class Matched:
    """An assignment that no other beats: none places more people, and none that places as many is worth more.

    `proposals`: person_id, post_id, the points of every preference and their sum `value` (hundredths), metres.
    `left_over`: person_id, reason and its figures, see `reasons.PEOPLE_WHY`. `left_open`: post_id, places, reason.
    """

    proposals: pl.DataFrame
    left_over: pl.DataFrame
    left_open: pl.DataFrame
    value: int
    """Sum over the proposals, in hundredths of a point."""
    pairs: int
    """How many pairs passed every limit."""


def match(people: pl.DataFrame, posts: pl.DataFrame, rules: Matching) -> Matched:
    """Assign people to posts. Frames as `PEOPLE` and `POSTS` say; rows in any order give the same result."""
    of = arrays(people, posts)
    possible = comparing.pairs(of, rules)
    which = solve(of, possible, rules)
    proposals = comparing.described(of, rules, possible, which)
    return Matched(
        proposals,
        reasons.left_over(of, rules, possible, which),
        reasons.left_open(of, possible, which),
        value=int(possible.value[which].sum()),
        pairs=len(possible.value),
    )
