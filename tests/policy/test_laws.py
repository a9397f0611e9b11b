"""Laws that hold for every month anyone can think of: the vectorised engine against a plain re-computation, and more."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.policy.village import appointment, check_in, facts, leave, local, mark

from yigang.policy import Facts, Period, PolicyVersion, lines_digest, load_policies, settle
from yigang.policy.load_pay import instalments

JULY = Period.parse("2020-07")
DAYS = [date(2020, 7, number) for number in range(1, 32)]
KINDS = ["sick", "personal", "trip", "training", "other"]
MARKS = ["township", "village", "station"]
POLICIES = load_policies()
CENT, POINT = Decimal("0.01"), Decimal("0.01")


@dataclass
class Life:
    """One person's July: appointment, days checked in, missed, logged, on leave, and the township's mark."""

    start: date
    end: date | None
    present: list[int]
    missed: list[int]
    logged: list[int]
    leaves: list[tuple[str, int, int]]
    mark: int | None
    number: int = field(default=1)

    def rows(self) -> dict[str, list[dict[str, Any]]]:
        person = self.number * 10
        checks = [check_in(person, local(2020, 7, day)) for day in self.present]
        checks += [check_in(person, local(2020, 7, day, "18:00"), result="not_signed") for day in self.missed]
        return {
            "appointments": [appointment(self.number, start=self.start, end=self.end)],
            "check_ins": checks,
            "work_logs": [{"person_id": person, "date": date(2020, 7, day)} for day in self.logged],
            "leaves": [leave(person, kind, DAYS[min(a, b) - 1], DAYS[max(a, b) - 1]) for kind, a, b in self.leaves],
            "marks": [] if self.mark is None else [mark(self.number, self.mark / 100, name) for name in MARKS],
        }


day = st.integers(1, 31)
days = st.lists(day, max_size=40)
lives = st.builds(
    Life,
    start=st.dates(date(2020, 5, 1), date(2020, 7, 31)),
    end=st.none() | st.dates(date(2020, 8, 1), date(2020, 9, 1)) | st.just(date(2020, 7, 31)),
    present=days,
    missed=days,
    logged=days,
    leaves=st.lists(st.tuples(st.sampled_from(KINDS), day, day), max_size=2),
    mark=st.none() | st.integers(0, 2000),
)
FEW = settings(deadline=None, max_examples=25)
villages = st.lists(lives, min_size=1, max_size=12)


def numbered(village: list[Life]) -> list[Life]:
    for number, life in enumerate(village, 1):
        life.number = number
    return village


def together(village: list[Life], *, seed: int | None = None) -> Facts:
    tables: dict[str, list[dict[str, Any]]] = {}
    for life in village:
        for name, rows in life.rows().items():
            tables.setdefault(name, []).extend(rows)
    if seed is not None:
        for rows in tables.values():
            random.Random(seed).shuffle(rows)  # noqa: S311 - an order, not a secret
    return facts(**tables)


def lines(village: list[Life], code: str = "pingba-ranger", seed: int | None = None) -> list[dict[str, Any]]:
    return settle(together(village, seed=seed), text(code), JULY).lines.to_dicts()


def text(code: str) -> PolicyVersion:
    return POLICIES[code].versions[-1]


# --- the same month by hand, one person at a time, with sets, loops and Decimal


@dataclass
class ByHand:
    """Pingba's month section, computed again from its words and not from the engine."""

    life: Life

    def served(self) -> set[date]:
        last = self.life.end or date.max
        return {one for one in DAYS if self.life.start <= one <= last}

    def on_leave(self, *kinds: str) -> set[date]:
        found = set()
        for kind, a, b in self.life.leaves:
            if kind in kinds:
                found |= {DAYS[min(a, b) - 1] + timedelta(days=more) for more in range(abs(a - b) + 1)}
        return found & self.served()

    def result(self) -> tuple[str, str | None, Decimal | None, int | None]:
        """State, grade, score and fen."""
        served = self.served()
        seen = {DAYS[number - 1] for number in self.life.present} & served
        looked = seen | {DAYS[number - 1] for number in self.life.missed} & served
        if not looked or self.life.mark is None:
            return "undetermined", None, None, None
        present = seen | self.on_leave("trip", "training")
        excused = self.on_leave("sick", "personal", "annual", "marriage", "bereavement", "maternity") - present
        logged = {DAYS[number - 1] for number in self.life.logged} & served
        required = max(1, rounded(Decimal(22 * len(served)) / 31, Decimal(1)))
        absent = max(0, required - len(present) - len(excused))
        score = (
            rounded(Decimal(60 * min(required, len(present))) / required, POINT)
            + rounded(Decimal(20 * min(required, len(logged))) / required, POINT)
            + Decimal(self.life.mark) / 100
            - 5 * absent
        )
        score = max(Decimal(0), score)
        if score < 60 or absent >= 3:
            return "settled", "不合格", score, 0
        if not present | logged:
            return "undetermined", None, score, None
        return "settled", "合格", score, int(rounded(Decimal(83333 * len(served)) / 31, Decimal(1)))


def rounded(value: Decimal, to: Decimal) -> Any:
    return value.quantize(to, ROUND_HALF_UP)


@given(villages)
@FEW
def test_vectorised_equals_a_plain_recomputation(village: list[Life]) -> None:
    found = lines(numbered(village))

    for life, row in zip(village, found, strict=True):
        state, grade, score, fen = ByHand(life).result()
        assert (row["state"], row["grade"], row["pay_fen"]) == (state, grade, fen)
        assert score is None or row["score"] == score


@given(villages, st.integers())
@FEW
def test_the_order_of_people_and_of_events_does_not_matter(village: list[Life], seed: int) -> None:
    ordered = settle(together(numbered(village)), text("pingba-ranger"), JULY).lines
    shuffled = settle(together(village, seed=seed), text("pingba-ranger"), JULY).lines

    assert lines_digest(ordered) == lines_digest(shuffled)


@given(lives, day)
@FEW
@pytest.mark.parametrize("code", ["pingba-ranger", "huoqiu-rural-post", "yongzhou-ranger"])
def test_one_more_day_present_never_lowers_pay(code: str, life: Life, more: int) -> None:
    before = lines([life], code)[0]
    life.present = [*life.present, more]
    after = lines([life], code)[0]

    if before["pay_fen"] is None:
        return
    if after["pay_fen"] is None:  # one day more can bring a grade within reach that waits for a mark: held, not lowered
        assert before["pay_fen"] == 0
        assert after["missing"] == ["村级评定"]
    else:
        assert after["pay_fen"] >= before["pay_fen"]


@given(villages)
@FEW
@pytest.mark.parametrize("code", ["pingba-ranger", "huoqiu-rural-post", "yongzhou-ranger"])
def test_the_parts_sum_to_the_total_in_fen(code: str, village: list[Life]) -> None:
    for row in lines(numbered(village), code):
        if row["state"] != "settled":
            continue
        paid = sum(fen for name, fen in row.items() if name.startswith("金额·"))
        taken = sum(fen for name, fen in row.items() if name.startswith("扣款·"))
        assert row["pay_fen"] == paid - taken + row["调整·封顶保底"]
        assert row["pay_fen"] >= 0


@given(villages)
@FEW
def test_the_score_is_its_parts(village: list[Life]) -> None:
    for row in lines(numbered(village)):
        if row["score"] is None:
            continue
        parts = sum(points for name, points in row.items() if name.startswith("得分·"))
        lost = sum(points for name, points in row.items() if name.startswith("扣分·"))
        assert row["score"] == max(Decimal(0), parts - lost)


@given(villages)
@FEW
def test_an_undetermined_line_carries_no_money_and_says_why(village: list[Life]) -> None:
    for row in lines(numbered(village)):
        if row["state"] == "undetermined":
            assert row["pay_fen"] is None
            assert row["missing"] or row["problems"]


@given(lives, villages)
@FEW
def test_nobody_moves_anybody_else(one: Life, others: list[Life]) -> None:
    alone = lines([one])[0]

    assert lines(numbered([one, *others]))[0] == alone


@given(st.integers(0, 10**9), st.integers(1, 12))
def test_twelve_instalments_sum_to_the_year(year_fen: int, remainder_in: int) -> None:
    fen = instalments(year_fen, remainder_in)

    assert sum(fen) == year_fen
    assert fen.index(max(fen)) == (remainder_in - 1 if year_fen % 12 else 0)
    assert max(fen) - min(fen) < 12
