"""Chance without state: every draw is a function of the seed, of what it is for, and of whom it is about.

So a person's fate does not depend on how many people are drawn before him, and 150,000 people are drawn at once. The
mixer is SplitMix64 (Steele, Lea and Flood 2014); Polars' own hash may change between its versions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from zlib import crc32

import polars as pl

WORD = pl.UInt64
_GOLDEN = 0x9E3779B97F4A7C15
_STEPS = ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB))


def _word(value: int) -> pl.Series:
    return pl.Series([value], dtype=WORD)


def mix(values: pl.Series) -> pl.Series:
    """SplitMix64's finaliser on a column of 64-bit words; integer overflow wraps, as it must."""
    state = values + _word(_GOLDEN)
    for shift, factor in _STEPS:
        state = (state ^ (state // _word(2**shift))) * _word(factor)
    return state ^ (state // _word(2**31))


@dataclass(frozen=True)
class Draw:
    """Draws of one seed. `what` names the question; `keys` are the columns of integers that it is asked about."""

    seed: int

    def word(self, what: str, *keys: str) -> pl.Expr:
        """64 random bits."""
        start = mix(_word(self.seed * 2**32 + crc32(what.encode())))

        def mixed(columns: Sequence[pl.Series]) -> pl.Series:
            return reduce(lambda state, column: mix(state ^ column.cast(WORD)), columns, start)

        # As an expression the state would stand in it twice at every step: a tree of thousands of leaves.
        return pl.map_batches([pl.col(key) for key in keys], mixed, return_dtype=WORD)

    def chance(self, what: str, *keys: str) -> pl.Expr:
        """A number from 0 up to, not including, 1."""
        return (self.word(what, *keys) // pl.lit(2**11, dtype=WORD)).cast(pl.Float64) / 2**53

    def number(self, what: str, below: int, *keys: str) -> pl.Expr:
        """A whole number from 0 up to, not including, `below`."""
        return (self.word(what, *keys) % pl.lit(below, dtype=WORD)).cast(pl.Int64)

    def between(self, what: str, first: int, last: int, *keys: str) -> pl.Expr:
        """A whole number from `first` to `last`, both included."""
        return self.number(what, last - first + 1, *keys) + first

    def choice(self, what: str, values: Sequence[str], *keys: str) -> pl.Expr:
        """One of the values, each as likely."""
        return looked_up(self.number(what, len(values), *keys), values)

    def weighted(self, what: str, values: Sequence[tuple[str, int]], *keys: str) -> pl.Expr:
        """One of the values by its weight."""
        table = [value for value, weight in values for _ in range(weight)]
        return self.choice(what, table, *keys)


def looked_up(position: pl.Expr, values: Sequence[str]) -> pl.Expr:
    """The value at each position of a list."""
    return position.replace_strict(range(len(values)), list(values), return_dtype=pl.String)
