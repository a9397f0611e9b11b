"""The columns that matching reads, and their form as arrays: codes, positions, bit sets and indicator matrices."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from yigang.policy.placing import Within

PEOPLE = {
    "person_id": pl.Int64(),
    "household_id": pl.Int64(),  # null: a household of one
    "region_code": pl.String(),  # the village, 12 digits
    "longitude": pl.Float64(), "latitude": pl.Float64(),  # WGS-84; null: not known
    "eligible": pl.Boolean(),  # null: undetermined, which is not yes
    "urgency": pl.Float64(),  # 0 to 1
    "abilities": pl.List(pl.String()),
    "wishes": pl.List(pl.String()),  # kinds of post, by code
    "months": pl.List(pl.Int8()),  # in which the person can work; null: all
    "barred": pl.List(pl.String()),  # demands that the person's health rules out
}  # fmt: skip
POSTS = {
    "post_id": pl.Int64(),
    "region_code": pl.String(),
    "kind": pl.String(),
    "places": pl.Int64(),  # still open
    "longitude": pl.Float64(), "latitude": pl.Float64(),
    "abilities": pl.List(pl.String()),  # needed
    "months": pl.List(pl.Int8()),  # in which there is work; null: all
    "demands": pl.List(pl.String()),  # on health
}  # fmt: skip
DIGITS: dict[Within, int] = {"village": 12, "town": 9, "county": 6}
ALL_MONTHS = (1 << 12) - 1

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
Truths = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Arrays:
    """People and posts, each sorted by id, in the form in which all pairs are compared at once."""

    people: pl.DataFrame
    posts: pl.DataFrame
    codes: dict[Within, tuple[Ints, Ints]]
    months: tuple[Ints, Ints]
    abilities: tuple[Floats, Floats]
    wishes: tuple[Floats, Floats]
    demands: tuple[Floats, Floats]
    radians: tuple[Floats, Floats]
    """Longitude and latitude in two columns; NaN where not known."""
    urgency: Floats


def arrays(people: pl.DataFrame, posts: pl.DataFrame) -> Arrays:
    """Check the columns, sort by id, encode. Raises `ValueError` naming a column that is absent or an id given twice."""
    people, posts = _checked(people, PEOPLE, "person_id"), _checked(posts, POSTS, "post_id")
    return Arrays(
        people, posts,
        codes={level: _codes(people["region_code"], posts["region_code"], digits) for level, digits in DIGITS.items()},
        months=(_months(people["months"]), _months(posts["months"])),
        abilities=_indicators(people["abilities"], posts["abilities"]),
        wishes=_indicators(people["wishes"], posts.select(pl.concat_list("kind")).to_series()),
        demands=_indicators(people["barred"], posts["demands"]),
        radians=(_radians(people), _radians(posts)),
        urgency=people["urgency"].fill_null(0.0).clip(0.0, 1.0).to_numpy().astype(np.float32),
    )  # fmt: skip


def _checked(frame: pl.DataFrame, columns: dict[str, pl.DataType], key: str) -> pl.DataFrame:
    absent = [name for name in columns if name not in frame.columns]
    if absent:
        raise ValueError(f"matching needs the column {', '.join(absent)}")
    if frame[key].is_duplicated().any():
        raise ValueError(f"{key} is given twice")
    return frame.select(pl.col(name).cast(kind) for name, kind in columns.items()).sort(key)


def _codes(ours: pl.Series, theirs: pl.Series, digits: int) -> tuple[Ints, Ints]:
    """Region codes cut to a level, as numbers."""
    return tuple(each.str.slice(0, digits).cast(pl.Int64).to_numpy() for each in (ours, theirs))  # type: ignore[return-value] # a pair


def _months(lists: pl.Series) -> Ints:
    """Months as the bits of one number."""
    return np.array([_bits(months) for months in lists.to_list()], dtype=np.int64)


def _bits(months: Iterable[int] | None) -> int:
    return ALL_MONTHS if months is None else sum(1 << (month - 1) for month in set(months))


def _indicators(ours: pl.Series, theirs: pl.Series) -> tuple[Floats, Floats]:
    """Two columns of words as matrices of 0 and 1 over the words they share, so that one product counts what is common."""
    rows = [[set(each or ()) for each in series.to_list()] for series in (ours, theirs)]
    words = sorted(set().union(*rows[0], set()) & set().union(*rows[1], set()))
    number = {word: position for position, word in enumerate(words)}
    return _matrix(rows[0], number), _matrix(rows[1], number)


def _matrix(rows: Sequence[set[str]], number: dict[str, int]) -> Floats:
    matrix = np.zeros((len(rows), max(1, len(number))), dtype=np.float32)
    for row, words in enumerate(rows):
        for word in words & number.keys():
            matrix[row, number[word]] = 1
    return matrix


def _radians(frame: pl.DataFrame) -> Floats:
    degrees: Floats = frame.select("longitude", "latitude").to_numpy().astype(np.float32)
    return np.radians(degrees)


def needed(posts: pl.DataFrame) -> Floats:
    """How many abilities each post asks for."""
    return posts["abilities"].list.unique().list.len().fill_null(0).to_numpy().astype(np.float32)
