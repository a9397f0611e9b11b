"""One optimal rotation: who moves where, so that no village is left without somebody who knows it.

A rotation is an exchange: as many come into a village as leave it, so villages keep their numbers and the moves form rings.
The choice is a circulation between villages with a limit to how many may leave each of them, and one on all moves together,
solved as an integer program by CP-SAT with one worker and a fixed seed: the same people give the same proposal. What is
returned is proven optimal, or says by how much it may fall short. See docs/algorithms/tenure.md.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

Asked = Literal["leave", "stay", ""]
NEAREST = 40
"""As many villages are looked at for one person, the best ones for him; his wanted village is always among them."""
SECONDS = 60.0


@dataclass(frozen=True)
class Post:
    """A person in his place: village code, years there, what he asks and, if he says so, where to."""

    key: int
    village: str
    years: float
    wish: Asked = ""
    wanted: str = ""
    kind: str = ""
    """Only places of the same kind are exchanged."""
    days_on: int | None = None
    """Days he still serves from the day of the moves on; None: without an end."""


@dataclass(frozen=True)
class Weights:
    """Points of a move; a wish to stay counts against it."""

    year_over: int = 100
    wants_to_move: int = 300
    wants_to_stay: int = 200
    wanted_village: int = 250
    need: int = 120
    same_town: int = 40


@dataclass(frozen=True)
class Rules:
    """Who may move (years in the village), who knows the village, and at most how many move.

    Whoever stays for the newcomers knows the village and serves `overlap_days` beside them.
    """

    after_years: float
    know_years: float = 0.0
    most: int | None = None
    overlap_days: int = 0
    weights: Weights = field(default_factory=Weights)


@dataclass(frozen=True)
class Move:
    """One person's way, to the place of `takes`. Moves with the same `ring` belong together."""

    key: int
    to: str
    takes: int
    ring: int
    score: int
    why: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """The proposal. `bound` is the best that could be; equal to `total` when it is proven optimal."""

    moves: tuple[Move, ...]
    total: int
    bound: int
    optimal: bool
    may_move: int
    why_not: tuple[str, ...] = ()

    @property
    def gap(self) -> float:
        """By which share the proposal may fall short of the best."""
        return 0.0 if self.optimal or not self.bound else (self.bound - self.total) / self.bound


def plan(people: Sequence[Post], needs: Mapping[str, int], rules: Rules, *, seconds: float = SECONDS) -> Plan:
    """Propose moves. `needs` are villages that want somebody new, with their urgency."""
    knowing = Counter(one.village for one in people if knows(one, rules))
    movable = [one for one in people if _may_move(one, rules)]
    free = [one for one in movable if knowing[one.village] > knows(one, rules)]
    open_to: dict[str, set[str]] = defaultdict(set)
    for one in free:
        open_to[one.kind].add(one.village)
    options = {one.key: _options(one, open_to, needs, rules) for one in free}
    if not any(options.values()):
        return Plan((), 0, 0, optimal=True, may_move=len(movable), why_not=_why_nobody(people, movable, free, rules))
    return _solve(people, options, knowing, needs, rules, seconds)


def knows(one: Post, rules: Rules) -> bool:
    """Whether somebody can show newcomers his village: long enough there, and there for long enough to come."""
    return one.years >= rules.know_years and (one.days_on is None or one.days_on >= rules.overlap_days)


def _may_move(one: Post, rules: Rules) -> bool:
    return one.years >= rules.after_years


def _options(one: Post, open_to: Mapping[str, set[str]], needs: Mapping[str, int], rules: Rules) -> dict[str, int]:
    """The villages he could move to, with the points; only the best ones are kept."""
    scored = {
        village: points for village in open_to[one.kind] - {one.village}
        if (points := score(one, village, needs, rules)[0]) > 0
    }  # fmt: skip
    best = sorted(scored, key=lambda village: (village != one.wanted, -scored[village], village))[:NEAREST]
    return {village: scored[village] for village in best}


def score(one: Post, village: str, needs: Mapping[str, int], rules: Rules) -> tuple[int, tuple[str, ...]]:
    """Points of moving somebody to a village, with the sentences that make them up."""
    weights = rules.weights
    over = int(one.years - rules.after_years)
    parts = [
        (weights.year_over * (over + 1), f"在村 {one.years:.1f} 年，满 {rules.after_years:g} 年"),
        (weights.wants_to_move * (one.wish == "leave"), "本人愿意轮换"),
        (-weights.wants_to_stay * (one.wish == "stay"), "本人愿意留任"),
        (weights.wanted_village * (bool(one.wanted) and one.wanted == village), "去本人意向村"),
        (weights.need * needs.get(village, 0), f"该村需要新人（紧迫程度 {needs.get(village, 0)}）"),
        (weights.same_town * (one.village[:9] == village[:9]), "留在本乡镇"),
    ]
    return sum(points for points, _why in parts), tuple(f"{why}：{points:+d}" for points, why in parts if points)


def _solve(
    people: Sequence[Post], options: Mapping[int, Mapping[str, int]], knowing: Mapping[str, int],
    needs: Mapping[str, int], rules: Rules, seconds: float,
) -> Plan:  # fmt: skip
    from ortools.sat.python import cp_model

    by_key = {one.key: one for one in people}
    model = cp_model.CpModel()
    goes = {
        (key, village): model.new_bool_var(f"{key}>{village}")
        for key in sorted(options)
        for village in sorted(options[key])
    }
    leaving: dict[tuple[str, str], list[cp_model.IntVar]] = defaultdict(list)
    coming: dict[tuple[str, str], list[cp_model.IntVar]] = defaultdict(list)
    for key in sorted(options):
        one = by_key[key]
        model.add_at_most_one(goes[key, village] for village in sorted(options[key]))
        for village in sorted(options[key]):
            leaving[one.village, one.kind].append(goes[key, village])
            coming[village, one.kind].append(goes[key, village])
    for place in sorted(leaving.keys() | coming.keys()):
        model.add(sum(leaving[place]) == sum(coming[place]))
    for village, those in sorted(_knowing_movers(by_key, goes, rules).items()):
        model.add(sum(those) <= knowing[village] - 1)
    if rules.most is not None:
        model.add(sum(goes.values()) <= rules.most)
    model.maximize(sum(options[key][village] * chosen for (key, village), chosen in goes.items()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers, solver.parameters.random_seed = 1, 7
    solver.parameters.linearization_level = 2
    solver.parameters.max_time_in_seconds = seconds
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise RuntimeError(f"a rotation in which nobody moves is always possible: {solver.status_name(status)}")
    taken = {key: village for (key, village), chosen in goes.items() if solver.value(chosen)}
    return _read(by_key, taken, needs, rules, solver, optimal=status == cp_model.OPTIMAL)


def _knowing_movers(
    people: Mapping[int, Post], goes: Mapping[tuple[int, str], cp_model.IntVar], rules: Rules
) -> dict[str, list[cp_model.IntVar]]:
    """Village → the choices that take somebody away who knows it."""
    found: dict[str, list[cp_model.IntVar]] = defaultdict(list)
    for (key, _village), chosen in goes.items():
        if knows(people[key], rules):
            found[people[key].village].append(chosen)
    return found


def _read(
    people: Mapping[int, Post], taken: Mapping[int, str], needs: Mapping[str, int], rules: Rules,
    solver: cp_model.CpSolver, *, optimal: bool,
) -> Plan:  # fmt: skip
    whose = places_taken({people[key]: village for key, village in taken.items()})
    ring = rings(whose)
    moves = []
    for key in sorted(taken, key=lambda key: (ring[key], key)):
        points, why = score(people[key], taken[key], needs, rules)
        moves.append(Move(key, taken[key], whose[key], ring[key], points, why))
    total = round(solver.objective_value)
    return Plan(
        tuple(moves), total, total if optimal else int(solver.best_objective_bound), optimal=optimal,
        may_move=sum(_may_move(one, rules) for one in people.values()),
        why_not=() if moves else ("任何对换都会使某个村没有熟悉情况的人，或者得分不为正",),
    )  # fmt: skip


def places_taken(goes: Mapping[Post, str]) -> dict[int, int]:
    """Whose place each mover takes: in every village the newcomers follow those who leave, both by their keys."""
    left: dict[tuple[str, str], list[int]] = defaultdict(list)
    for one in sorted(goes, key=lambda one: one.key):
        left[one.village, one.kind].append(one.key)
    whose = {}
    for one in sorted(goes, key=lambda one: one.key):
        whose[one.key] = left[goes[one], one.kind].pop(0)
    return whose


def rings(taken: Mapping[int, int]) -> dict[int, int]:
    """Person → number of the ring: whoever takes somebody's place moves together with him."""
    found: dict[int, int] = {}
    for start in sorted(taken):
        if start in found:
            continue
        number, key = len(set(found.values())) + 1, start
        while key not in found:
            found[key] = number
            key = taken[key]
    return found


def _why_nobody(
    people: Sequence[Post], movable: Sequence[Post], free: Sequence[Post], rules: Rules
) -> tuple[str, ...]:  # fmt: skip
    """Why no move is possible, in sentences."""
    if not people:
        return ("没有人在岗",)
    if not movable:
        return (f"没有人在村满 {rules.after_years:g} 年",)
    sentences = []
    if not free:
        sentences.append("可以轮换的人一走，村里就没有熟悉情况的人")
    if len({one.village for one in movable}) == 1:
        sentences.append("可以轮换的人都在同一个村，无从对换")
    if all(one.wish == "stay" for one in movable):
        sentences.append("可以轮换的人都愿意留任")
    return tuple(sentences) or ("没有得分为正的对换",)
