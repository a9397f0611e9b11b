"""All pairs of people and posts: which hard limit stops each, and what the others are worth."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from yigang.policy.placing import Matching
from yigang.recruitment.matching.frames import Arrays, Floats, Ints, Truths, needed

EARTH_METRES = 6_371_009.0
"""Mean radius (IUGG)."""
BLOCK = 500
"""People compared at once: with 1,500 posts a block's matrices stay in the processor's cache."""
LIMITS = ("reach", "season", "health")
"""In this order; a pair is stopped by the first that does not hold."""


@dataclass(frozen=True)
class Pairs:
    """The pairs that may be, as positions in the sorted frames, and how many posts each limit took from each person."""

    person: Ints
    post: Ints
    value: Ints
    """In hundredths of a point."""
    metres: Floats
    """NaN where a position is not known."""
    stopped: Ints
    """How many posts each limit took: people × limits."""


def pairs(of: Arrays, rules: Matching) -> Pairs:
    """Compare everybody eligible with every post that has places."""
    eligible = of.people["eligible"].fill_null(value=False).to_numpy()
    open_posts = of.posts["places"].to_numpy() > 0
    found = [(rows, _block(of, rules, rows, open_posts)) for rows in _blocks(np.flatnonzero(eligible))]
    stopped = np.zeros((of.people.height, len(LIMITS)), dtype=np.int64)
    for rows, one in found:
        stopped[rows] = one.stopped
    none = np.zeros(0, dtype=np.int64)
    return Pairs(
        person=np.concatenate([none, *(one.person for _, one in found)]),
        post=np.concatenate([none, *(one.post for _, one in found)]),
        value=np.concatenate([none, *(one.value for _, one in found)]),
        metres=np.concatenate([none.astype(np.float32), *(one.metres for _, one in found)]),
        stopped=stopped,
    )


def _blocks(rows: Ints) -> Iterator[Ints]:
    for first in range(0, len(rows), BLOCK):
        yield rows[first : first + BLOCK]


def _block(of: Arrays, rules: Matching, rows: Ints, open_posts: Truths) -> Pairs:
    """The pairs of some people; `stopped` has a row for each of them."""
    metres = distances(of.radians[0][rows], of.radians[1])
    person_codes, post_codes = of.codes[rules.within]
    near = np.where(np.isnan(metres), person_codes[rows][:, None] == post_codes, metres <= rules.reach_metres)
    season = (of.months[1] & ~of.months[0][rows][:, None]) == 0
    health = of.demands[0][rows] @ of.demands[1].T == 0
    allowed = np.broadcast_to(open_posts, near.shape)
    stopped = np.zeros((len(rows), len(LIMITS)), dtype=np.int64)
    for number, holds in enumerate((near, season, health)):
        stopped[:, number] = (allowed & ~holds).sum(axis=1)
        allowed = allowed & holds
    person, post = np.nonzero(allowed)
    apart = metres[person, post]
    value = sum(parts_of(of, rules, rows[person], post, apart).values())
    return Pairs(rows[person], post, np.asarray(value, dtype=np.int64), apart, stopped)


def distances(ours: Floats, theirs: Floats) -> Floats:
    """Metres over the sphere between every two positions; NaN where one is not known."""
    longitude, latitude = ours[:, None, 0] - theirs[:, 0], ours[:, None, 1] - theirs[:, 1]
    half = np.sin(latitude / 2) ** 2 + np.cos(ours[:, None, 1]) * np.cos(theirs[:, 1]) * np.sin(longitude / 2) ** 2
    metres: Floats = 2 * EARTH_METRES * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    return metres


def parts_of(of: Arrays, rules: Matching, person: Ints, post: Ints, metres: Floats) -> dict[str, Ints]:
    """The points of each preference for the given pairs, in whole hundredths, rounded half up."""
    weights, (_, wanted) = rules.weights, of.abilities
    village = of.codes["village"][0][person] == of.codes["village"][1][post]
    town = of.codes["town"][0][person] == of.codes["town"][1][post]
    asked = needed(of.posts)[post]
    had = np.einsum("ij,ij->i", of.abilities[0][person], wanted[post])
    share = np.where(asked > 0, had / np.maximum(asked, 1), 1)
    wished = np.einsum("ij,ij->i", of.wishes[0][person], of.wishes[1][post]) > 0
    closeness = np.where(np.isnan(metres), 0, 1 - metres / max(rules.reach_metres, 1))
    return {
        "same_village": np.where(village, weights.same_village, np.where(town, weights.same_town, 0)).astype(np.int64),
        "urgency": _rounded(weights.urgency * of.urgency[person].astype(np.float64)),
        "abilities": _rounded(weights.abilities * share.astype(np.float64)),
        "wish": np.where(wished, weights.wish, 0).astype(np.int64),
        "near": _rounded(weights.near * np.clip(closeness, 0, 1).astype(np.float64)),
    }


def _rounded(value: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]") -> Ints:
    return np.floor(value + 0.5).astype(np.int64)


def described(of: Arrays, rules: Matching, pairs: Pairs, which: Ints) -> pl.DataFrame:
    """Some of the pairs with the points of each preference and their distance: what a proposal says about itself."""
    person, post, metres = pairs.person[which], pairs.post[which], pairs.metres[which]
    parts = parts_of(of, rules, person, post, metres)
    return pl.DataFrame(
        {
            "person_id": of.people["person_id"].to_numpy()[person], "post_id": of.posts["post_id"].to_numpy()[post],
            **parts, "value": pairs.value[which],
            "metres": pl.Series(metres, dtype=pl.Float32).fill_nan(None).round().cast(pl.Int64),
        },
        schema={"person_id": pl.Int64, "post_id": pl.Int64, **dict.fromkeys(parts, pl.Int64), "value": pl.Int64,
                "metres": pl.Int64},
    ).sort("person_id")  # fmt: skip
