"""One optimal assignment of 5,000 people to 1,500 posts of a district.

python -m bench.matching                        reach of 10 km, and everybody within reach of everything
python -m bench.matching --people 1000 --posts 300
"""

import argparse
import resource
import time

import numpy as np
import polars as pl

from yigang.policy.placing import Matching
from yigang.recruitment.matching import PEOPLE, POSTS, match

VILLAGES = 200
SPREAD = (106.0, 0.5, 26.2, 0.4)
"""A district of about 50 km by 45 km: from this longitude on, so many degrees; the same for latitude."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=5_000)
    parser.add_argument("--posts", type=int, default=1_500)
    given = parser.parse_args()
    people, posts = district(given.people, given.posts)
    for reach in (10_000, 100_000):
        begun, worked = time.perf_counter(), time.process_time()
        result = match(people, posts, Matching(reach_metres=reach))
        seconds, peak = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(
            f"reach {reach // 1000:3} km: {result.pairs:9,} pairs, {result.proposals.height:5,} placed, "
            f"value {result.value / 100:,.2f}, {seconds:5.2f} s, "
            f"{time.process_time() - worked:5.2f} s of the processors, {peak} MB"
        )


def district(people: int, posts: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """People and posts strewn over villages, the same at every run."""
    chance = np.random.default_rng(20200601)

    def places(count: int) -> dict[str, object]:
        village = chance.integers(0, VILLAGES, count)
        longitude, width, latitude, height = SPREAD
        return {
            "region_code": [f"520403{100 + v // 20:03d}{200 + v % 20:03d}" for v in village],
            "longitude": longitude + width * chance.random(count), "latitude": latitude + height * chance.random(count),
        }  # fmt: skip

    def words(count: int, letter: str, kinds: int, most: int) -> list[list[str]]:
        return [
            [f"{letter}{one}" for one in chance.integers(0, kinds, chance.integers(0, most + 1))] for _ in range(count)
        ]

    who = {
        "person_id": range(people), "household_id": chance.integers(0, people * 3 // 4, people), **places(people),
        "eligible": chance.random(people) < 0.9, "urgency": chance.random(people), "abilities": words(people, "a", 6, 3),
        "wishes": words(people, "k", 10, 2), "months": [None] * people, "barred": words(people, "d", 8, 1),
    }  # fmt: skip
    where = {
        "post_id": range(posts), **places(posts), "kind": [f"k{one}" for one in chance.integers(0, 10, posts)],
        "places": chance.integers(1, 3, posts), "abilities": words(posts, "a", 6, 2), "months": [None] * posts,
        "demands": words(posts, "d", 8, 1),
    }  # fmt: skip
    return pl.DataFrame(who, schema=PEOPLE), pl.DataFrame(where, schema=POSTS)


if __name__ == "__main__":
    main()
