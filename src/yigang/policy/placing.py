"""How a policy brings people and posts together: what matching must keep to and prefers, and who waits in the reserve pool."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from yigang.policy.expressions import Expression
from yigang.policy.recruitment import Clause, Criterion

Within = Literal["village", "town", "county"]


@dataclass(frozen=True)
class Weights:
    """The points of each preference, in hundredths of a point; a pair's value is their sum.

    `urgency` and `abilities` are given in part: by the household's urgency (0 to 1), by the share of the needed abilities
    that the person has. `near` falls evenly from the door to the edge of the reach.
    """

    same_village: int = 4000
    same_town: int = 1500
    urgency: int = 3000
    abilities: int = 1500
    wish: int = 1000
    near: int = 500

    @property
    def most(self) -> int:
        """The greatest value a pair can have."""
        return max(self.same_village, self.same_town) + self.urgency + self.abilities + self.wish + self.near


@dataclass(frozen=True)
class Matching:
    """The hard limits beside eligibility, season and health, and the weights; without a section the presets hold.

    Where both positions are known, a post may lie `reach_metres` away; where one is not, it must lie `within` the same
    village, town or county. `one_per_household` lets one member of a household be proposed. `unfit` says which kinds of post a
    state of health rules out (None: all of them). `urgency` gives 0 to 100 for an applicant; without it everybody is equally
    urgent.
    """

    reach_metres: int = 10_000
    within: Within = "town"
    one_per_household: bool = True
    unfit: Mapping[str, tuple[str, ...] | None] = field(default_factory=dict)
    weights: Weights = field(default_factory=Weights)
    urgency: Expression | None = None
    cites: str = ""


@dataclass(frozen=True)
class Pool:
    """Who waits ready for a vacancy, and in what order: the sum of the criteria, then who has waited longest."""

    clauses: tuple[Clause, ...]
    order: tuple[Criterion, ...]
    cites: str
