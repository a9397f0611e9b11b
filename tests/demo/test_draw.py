"""Chance is a function: of the seed, of the question, of whom it is about, and of nothing else."""

import polars as pl

from yigang.demo.draw import Draw, mix

MASK = 2**64 - 1


def splitmix(value: int) -> int:
    """The reference, with whole numbers."""
    value = (value + 0x9E3779B97F4A7C15) & MASK
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & MASK
    return value ^ (value >> 31)


def people(*numbers: int) -> pl.DataFrame:
    return pl.DataFrame({"person": numbers}, schema={"person": pl.UInt64})


def test_the_mixer_is_splitmix64():
    values = [0, 1, 7, 2**63, MASK]
    mixed = mix(pl.Series(values, dtype=pl.UInt64))
    assert mixed.to_list() == [splitmix(value) for value in values]


def test_a_person_draws_the_same_in_any_company():
    draw = Draw(1)
    together = people(*range(50)).select(draw.chance("came", "person")).to_series()
    alone = people(17).select(draw.chance("came", "person")).to_series()
    assert alone[0] == together[17]


def test_seed_and_question_change_the_draw():
    frame = people(*range(200))
    drawn = [
        tuple(frame.select(Draw(seed).number(what, 1000, "person")).to_series())
        for seed, what in ((1, "came"), (2, "came"), (1, "log"))
    ]
    assert len(set(drawn)) == 3


def test_chances_fill_the_range_evenly():
    drawn = people(*range(20_000)).select(Draw(3).chance("any", "person")).to_series()
    assert 0 <= drawn.min() < 0.001
    assert 0.999 < drawn.max() < 1
    assert abs(drawn.mean() - 0.5) < 0.01
