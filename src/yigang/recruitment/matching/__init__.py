"""People who need work and posts that need people, as one optimal assignment.

Pure: Polars frames in, Polars frames out, no database and no clock. `docs/algorithms/matching.md` says it in prose.

    result = match(people, posts, rules)
    result.proposals   # who is proposed for which post, with the points of every preference
    result.left_over   # who is not, and why
    result.left_open   # which places stay open, and why
"""

from yigang.recruitment.matching.frames import PEOPLE, POSTS
from yigang.recruitment.matching.match import Matched, match

__all__ = ["PEOPLE", "POSTS", "Matched", "match"]
