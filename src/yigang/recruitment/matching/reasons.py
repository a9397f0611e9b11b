"""Why somebody is proposed for nothing, and why a place stays open."""

import numpy as np
import polars as pl

from yigang.policy.placing import Matching
from yigang.recruitment.matching.frames import Arrays, Ints
from yigang.recruitment.matching.pairs import LIMITS, Pairs
from yigang.recruitment.matching.solve import households

PEOPLE_WHY = ("not_eligible", "undetermined", "no_post", "household", "outranked")
"""not_eligible, undetermined: by the policy's clauses. no_post: every open post was stopped by a limit, counted in
`reach`, `season`, `health`. household: `other_id` of the same household is proposed. outranked: every post within the limits is
full with people worth at least as much there; the closest call is `post_id`, with `own` against `theirs` points."""
POSTS_WHY = ("nobody", "placed")
"""nobody: nobody eligible passes the limits. placed: whoever does is proposed for another post, or one of the household is."""


def left_over(of: Arrays, rules: Matching, pairs: Pairs, which: Ints) -> pl.DataFrame:
    """Everybody without a proposal, with the first reason that holds and its figures (points in hundredths)."""
    people = of.people.select("person_id", "eligible", household=pl.Series(households(of, rules))).with_columns(
        pl.Series(name, pairs.stopped[:, number]) for number, name in enumerate(LIMITS)
    )
    ids = of.people["person_id"].to_numpy()
    holders = pl.DataFrame({"person_id": ids[pairs.person[which]]})
    homes = people.join(holders, on="person_id").select("household", other_id="person_id")
    calls = closest_calls(of, pairs, which)
    return (
        people.join(holders, on="person_id", how="anti")
        .join(homes, on="household", how="left")
        .join(calls, on="person_id", how="left")
        .select(
            "person_id", _why().alias("reason"), *LIMITS, "other_id", "post_id", "own", "theirs",
        )
        .sort("person_id")
    )  # fmt: skip


def _why() -> pl.Expr:
    return (
        pl.when(pl.col("eligible").is_null())
        .then(pl.lit("undetermined"))
        .when(~pl.col("eligible"))
        .then(pl.lit("not_eligible"))
        .when(pl.col("post_id").is_null())
        .then(pl.lit("no_post"))
        .when(pl.col("other_id").is_not_null())
        .then(pl.lit("household"))
        .otherwise(pl.lit("outranked"))
    )


def closest_calls(of: Arrays, pairs: Pairs, which: Ints) -> pl.DataFrame:
    """For everybody with a possible post: the one where the least was missing to the lowest of those who got it."""
    posts = of.posts["post_id"].to_numpy()
    got = pl.DataFrame({"post_id": posts[pairs.post[which]], "theirs": pairs.value[which]})
    lowest = got.group_by("post_id").agg(pl.min("theirs"))
    wanted = ~np.isin(pairs.person, pairs.person[which])
    possible = pl.DataFrame(
        {
            "person_id": of.people["person_id"].to_numpy()[pairs.person[wanted]],
            "post_id": posts[pairs.post[wanted]], "own": pairs.value[wanted],
        }
    )  # fmt: skip
    return (
        possible.join(lowest, on="post_id", how="left")
        .sort("person_id", pl.col("theirs") - pl.col("own"), "post_id", nulls_last=True)
        .group_by("person_id", maintain_order=True)
        .first()
    )


def left_open(of: Arrays, pairs: Pairs, which: Ints) -> pl.DataFrame:
    """post_id, places (still open after the proposals), possible (people who pass the limits), reason."""
    count = of.posts.height
    filled, possible = np.bincount(pairs.post[which], minlength=count), np.bincount(pairs.post, minlength=count)
    return (
        of.posts.select(
            "post_id", (pl.col("places").clip(0) - pl.Series(filled)).alias("places"), pl.Series("possible", possible)
        )
        .filter(pl.col("places") > 0)
        .with_columns(
            pl.when(pl.col("possible") == 0).then(pl.lit("nobody")).otherwise(pl.lit("placed")).alias("reason")
        )
    )
