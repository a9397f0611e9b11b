"""What a test amounts to. A question counts whole or not at all; several answers must be exactly the right ones."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

FULL = Decimal(100)


@dataclass(frozen=True)
class Given:
    """An answer that came in."""

    question: int
    chosen: frozenset[str]
    at: datetime
    late: bool


def counting(answers: Iterable[Given]) -> dict[int, Given]:
    """By question the last answer in time; of two at one moment the one that arrived later."""
    last: dict[int, Given] = {}
    for one in sorted((one for one in answers if not one.late), key=lambda one: one.at):
        last[one.question] = one
    return last


def score(
    drawn: Sequence[tuple[int, Decimal]], right: Mapping[int, Collection[str]], answers: Iterable[Given]
) -> Decimal:  # fmt: skip
    """Out of 100, two places, half up, whatever the points of the paper sum to."""
    given = counting(answers)
    whole = sum((points for _key, points in drawn), Decimal(0))
    if not whole:
        return Decimal(0)
    reached = sum(
        (points for key, points in drawn if key in given and given[key].chosen == frozenset(right[key])), Decimal(0)
    )
    return (reached * FULL / whole).quantize(Decimal("0.01"), ROUND_HALF_UP)
