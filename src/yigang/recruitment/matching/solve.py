"""The optimal assignment as a flow of least cost: each household sends one person, each post takes as many as it has places.

A flow of this kind has whole numbers at its optimum, and OR-tools' cost-scaling algorithm ends only with a proof: no circuit
of lower cost is left. Values are whole hundredths of a point, so nothing is rounded on the way.
"""

import numpy as np

from yigang.policy.placing import Matching
from yigang.recruitment.matching.frames import Arrays, Ints
from yigang.recruitment.matching.pairs import Pairs
from yigang.recruitment.matching.prune import leading


class NoProof(RuntimeError):
    """The solver stopped without an optimum; its own word for why is the argument."""


def solve(of: Arrays, pairs: Pairs, rules: Matching) -> Ints:
    """Which pairs are chosen: the greatest number of people placed, and of those assignments the greatest sum of values.

    Positions in `pairs`, in order. The same people, posts and rules give the same answer, because both are sorted by id.
    """
    from ortools.graph.python import min_cost_flow

    if not len(pairs.value):
        return np.zeros(0, dtype=np.int64)
    homes = households(of, rules)
    people, posts, count = of.people.height, of.posts.height, int(homes.max()) + 1
    source, sink, home_at, person_at = 0, 1, 2, 2 + count
    post_at = person_at + people
    places = of.posts["places"].clip(0).to_numpy()
    most = int(min(count, places.sum()))
    kept = leading(pairs, homes, posts, most)
    person, post, value = pairs.person[kept], pairs.post[kept], pairs.value[kept]
    flow = min_cost_flow.SimpleMinCostFlow()

    def arcs(tails: Ints, heads: Ints, capacity: Ints, cost: Ints) -> Ints:
        return np.asarray(flow.add_arcs_with_capacity_and_unit_cost(tails, heads, capacity, cost))

    def ones(length: int) -> Ints:
        return np.ones(length, dtype=np.int64)

    numbers = np.arange(max(count, people, posts), dtype=np.int64)
    arcs(source * ones(count), home_at + numbers[:count], ones(count), 0 * ones(count))
    arcs(home_at + homes, person_at + numbers[:people], ones(people), 0 * ones(people))
    between = arcs(person_at + person, post_at + post, ones(len(kept)), -value)
    arcs(post_at + numbers[:posts], sink * ones(posts), places, 0 * ones(posts))
    flow.set_node_supply(source, most)
    flow.set_node_supply(sink, -most)
    status = flow.solve_max_flow_with_min_cost()
    if status != flow.OPTIMAL:
        raise NoProof(str(status))
    return kept[np.flatnonzero(np.asarray(flow.flows(between)) > 0)]


def households(of: Arrays, rules: Matching) -> Ints:
    """The number of each person's household, from 0; without the rule, and without a household, everybody is one."""
    alone = -1 - of.people["person_id"].to_numpy()
    known = of.people["household_id"].to_numpy() if of.people["household_id"].null_count() < of.people.height else alone
    keys = np.where(of.people["household_id"].is_null().to_numpy(), alone, known) if rules.one_per_household else alone
    _, numbers = np.unique(keys, return_inverse=True)
    return np.asarray(numbers, dtype=np.int64)
