"""Pairs that no best assignment uses, left out before the solver sees them; the optimum stays the optimum.

Two rules, each by exchange:

1. Of one household only the best person for a post can be sent there: another would be replaced by him, for more points
   and without moving anybody else.
2. When at most m places can be filled, whoever takes a post is among the m best households for it: of these m at most
   m - 1 sit elsewhere, so one is free and would take the place for more points.

Both replace one person by another in one place, so as many are placed as before. Only pairs worth strictly less are left
out: every best assignment is still there, ties included.
"""

from __future__ import annotations

import numpy as np

from yigang.recruitment.matching.frames import Ints
from yigang.recruitment.matching.pairs import Pairs

MOST_CELLS = 60_000_000
"""Households × posts up to which the table of best values is made: 240 MB. Beyond, every pair is kept."""
NOBODY = np.int32(-1)


def leading(pairs: Pairs, homes: Ints, posts: int, most: int) -> Ints:
    """Positions of the pairs that a best assignment can use.

    `homes` is each person's household, `posts` the number of posts, `most` how many places can be filled.
    """
    count = int(homes.max()) + 1
    if count * posts > MOST_CELLS:
        return np.arange(len(pairs.value), dtype=np.int64)
    home = homes[pairs.person]
    value = pairs.value.astype(np.int32)
    best = np.full((count, posts), NOBODY, dtype=np.int32)
    np.maximum.at(best, (home, pairs.post), value)
    keep = value == best[home, pairs.post]
    if most < count:
        lowest = np.partition(best, count - most, axis=0)[count - most]
        keep &= value >= lowest[pairs.post]
    return np.flatnonzero(keep)
