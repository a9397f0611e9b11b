"""Units judged by a card of points (百分制考核表): what the card asks, how units rank, what a place brings, who shares it.

Pure functions over a checked text. Points and scores have two decimals, rounded half up; money is in fen.
`docs/algorithms/scorecards.md` says the rules in prose.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from typing import Any, Literal

from yigang.policy.problems import Say

UnitKind = Literal["village", "station", "team", "sending_unit"]
UNIT_WORDS: Mapping[UnitKind, Say] = {
    "village": Say("村（居）", "villages"), "station": Say("站点", "stations"), "team": Say("工作队", "teams"),
    "sending_unit": Say("派出单位", "sending units"),
}  # fmt: skip
ItemKind = Literal["basic", "addition", "deduction"]
ITEM_WORDS: Mapping[ItemKind, str] = {"basic": "基本分", "addition": "加分", "deduction": "减分"}
Penalty = Literal["same", "unless_own_task"]
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Item:
    """One line of a card; `most` points can be given (or taken, for a deduction)."""

    name: str
    kind: ItemKind
    most: Decimal
    cites: str


@dataclass(frozen=True)
class Role:
    """Who is bound to a unit: shares its award, and its penalty unless an own task is done."""

    name: str
    penalty: Penalty = "same"


@dataclass(frozen=True)
class Department:
    """Who is judged by the whole plan's schedule, like the unit on this place from the front, or from the end."""

    name: str
    place: int


@dataclass(frozen=True)
class Ranking:
    """How units are ranked over a period of so many months, and what the places bring.

    `own` is the weight in percent of the card's score, `others` that of the mean score in rankings within the period.
    `first` are awards from the first place on, `last` penalties from the last place on, both in fen.
    """

    name: str
    months: int
    own: int
    others: Mapping[str, int]
    first: tuple[int, ...]
    last: tuple[int, ...]
    red: str
    yellow: str
    departments: tuple[Department, ...]
    cites: str


@dataclass(frozen=True)
class Card:
    """The section `scorecards`: what a kind of unit is judged by."""

    name: str
    units: UnitKind
    points: Decimal
    items: tuple[Item, ...]
    ties: tuple[str, ...]
    rankings: tuple[Ranking, ...]
    bound: tuple[Role, ...]
    cites: str

    def item(self, name: str) -> Item | None:
        return next((item for item in self.items if item.name == name), None)

    def ranking(self, name: str) -> Ranking | None:
        return next((ranking for ranking in self.rankings if ranking.name == name), None)


@dataclass(frozen=True)
class Scored:
    """A unit's card: its score, or the basic items that nobody has judged."""

    score: Decimal | None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entrant:
    """A unit that is ranked. `ties` are compared one after the other where scores are equal, higher first."""

    unit: str
    score: Decimal
    ties: tuple[Decimal, ...] = ()


@dataclass(frozen=True)
class Placed:
    """Where a unit stands: units on one place are `together`. `fen` is positive for an award, negative for a penalty."""

    unit: str
    score: Decimal
    place: int
    together: int
    fen: int
    flag: str = ""


@dataclass(frozen=True)
class Bound:
    """A person bound to a unit; `own_task` says whether a task of their own was done, None where nobody asked."""

    key: str
    unit: str
    role: str
    own_task: bool | None = None


@dataclass(frozen=True)
class Shared:
    """What a bound person gets or pays, and why it differs from the unit's: `own_task` done, or nobody said."""

    key: str
    unit: str
    fen: int
    why: Literal["same", "own_task_done", "own_task_open"] = "same"


def cards(text: Mapping[str, Any]) -> tuple[Card, ...]:
    """The cards of a version that was checked when it was loaded."""
    return tuple(_card(each) for each in text.get("scorecards", ()))


def _card(data: Mapping[str, Any]) -> Card:
    return Card(
        data["name"], data["units"], Decimal(data.get("points", 100)),
        tuple(Item(each["name"], each.get("kind", "basic"), Decimal(each["most"]), each["cites"]) for each in data["items"]),
        tuple(data.get("ties", ())), tuple(_ranking(each) for each in data.get("rankings", ())),
        tuple(Role(each["role"], each.get("penalty", "same")) for each in data.get("bound", ())), data["cites"],
    )  # fmt: skip


def _ranking(data: Mapping[str, Any]) -> Ranking:
    flags = data.get("flags", {})
    return Ranking(
        data["name"], data["months"], data.get("own", 100), {each["ranking"]: each["weight"] for each in data.get("others", ())},
        tuple(_fen(each) for each in data.get("first", ())), tuple(_fen(each) for each in data.get("last", ())),
        flags.get("first", ""), flags.get("last", ""),
        tuple(Department(each["role"], each["place"]) for each in data.get("departments", ())), data["cites"],
    )  # fmt: skip


def _fen(yuan: Any) -> int:
    return int(Decimal(yuan) * 100)


def score(card: Card, points: Mapping[str, Decimal]) -> Scored:
    """Basic items and additions less deductions, not below 0. A basic item without points makes it undetermined; an
    addition or deduction that nobody entered is none."""
    missing = tuple(item.name for item in card.items if item.kind == "basic" and item.name not in points)
    if missing:
        return Scored(None, missing)
    signed = (
        -points[item.name] if item.kind == "deduction" else points[item.name]
        for item in card.items
        if item.name in points
    )
    return Scored(_half_up(max(sum(signed, Decimal(0)), Decimal(0))))


def tie_points(card: Card, points: Mapping[str, Decimal]) -> tuple[Decimal, ...]:
    """What decides between equal scores, in the card's order; the fewer points deducted the better."""
    found = []
    for name in card.ties:
        item = card.item(name)
        given = points.get(name, Decimal(0))
        found.append(-given if item and item.kind == "deduction" else given)
    return tuple(found)


def combined(ranking: Ranking, own: Decimal, others: Mapping[str, Sequence[Decimal]]) -> Scored:
    """The score a ranking compares: its own card's and the mean of earlier rankings', by weight; lacks are named."""
    missing = tuple(name for name in ranking.others if not others.get(name))
    if missing:
        return Scored(None, missing)
    total = own * ranking.own
    for name, weight in ranking.others.items():
        seen = others[name]
        total += sum(seen, Decimal(0)) / len(seen) * weight
    return Scored(_half_up(total / 100))


def _half_up(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


def rank(ranking: Ranking, entrants: Sequence[Entrant]) -> list[Placed]:
    """Places from the first on. Units with equal scores and equal ties stand on one place and share alike what the places
    they take up bring; fen that cannot be shared go to the unit whose key comes first. The sum is that of the places.
    """
    ordered = sorted(entrants, key=lambda each: (-each.score, tuple(-tie for tie in each.ties), each.unit))
    placed: list[Placed] = []
    for (_score, _ties), group in groupby(ordered, key=lambda each: (each.score, each.ties)):
        together = list(group)
        place = len(placed) + 1
        taken = range(place, place + len(together))
        amounts = _alike(sum(brings(ranking, each, len(ordered)) for each in taken), len(together))
        flag = _flag(ranking, taken, len(ordered))
        placed += [
            Placed(each.unit, each.score, place, len(together), fen, flag)
            for each, fen in zip(together, amounts, strict=True)
        ]
    return placed


def brings(ranking: Ranking, place: int, count: int) -> int:
    """Fen of a place among so many. Awards go first: a place that earns one never pays, however few units there are."""
    if place <= len(ranking.first):
        return ranking.first[place - 1]
    from_end = count - place + 1
    return -ranking.last[from_end - 1] if from_end <= len(ranking.last) else 0


def _flag(ranking: Ranking, taken: range, count: int) -> str:
    if taken.start <= len(ranking.first):
        return ranking.red
    return ranking.yellow if count - taken.stop + 2 <= len(ranking.last) else ""


def _alike(total: int, count: int) -> list[int]:
    """Parts that differ by one fen at most and sum to the total."""
    sign = 1 if total >= 0 else -1
    each, rest = divmod(abs(total), count)
    return [sign * (each + (n < rest)) for n in range(count)]


def shares(card: Card, placed: Sequence[Placed], bound: Sequence[Bound]) -> list[Shared]:
    """What each bound person gets or pays: the same as the unit (同奖同罚), except that who has done an own task pays no
    penalty where the card says so. Where nobody said whether it was done, nothing is taken: the line says it is open."""
    roles = {role.name: role for role in card.bound}
    fen = {each.unit: each.fen for each in placed}
    return [_share(roles.get(each.role), each, fen[each.unit]) for each in bound if each.unit in fen]


def _share(role: Role | None, each: Bound, fen: int) -> Shared:
    if fen < 0 and role and role.penalty == "unless_own_task" and each.own_task is not False:
        return Shared(each.key, each.unit, 0, "own_task_done" if each.own_task else "own_task_open")
    return Shared(each.key, each.unit, fen)


def department_fen(ranking: Ranking, department: Department, *, on_schedule: bool) -> int:
    """What the head or deputy of a department gets for the whole plan being on schedule, or pays when it is not."""
    amounts = ranking.first if on_schedule else ranking.last
    fen = amounts[department.place - 1]
    return fen if on_schedule else -fen


@dataclass(frozen=True)
class RankingCase:
    """A sentence about a ranking that is also a test: units with their scores, then what each gets or pays in yuan."""

    name: str
    card: str
    ranking: str
    given: Mapping[str, Decimal]
    then: Mapping[str, Decimal]
    line: int
