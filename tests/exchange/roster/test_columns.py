"""A roster's columns: each heading means one thing, and every choice of the database can be written."""

from collections import Counter

import pytest

from yigang.exchange.columns import match_columns
from yigang.exchange.roster.columns import (
    CAUSES,
    HARDSHIPS,
    POOR_KINDS,
    PRIVATE,
    RELATIONS,
    RESIDENCES,
    ROSTER,
    SEXES,
    cause_of,
    kinships,
    parts,
)  # fmt: skip
from yigang.people.enums import HardshipKind, PoorKind, PovertyCause, Relation, Residence, Sex


def test_every_heading_and_alias_means_one_column():
    names = Counter(name for spec in ROSTER for name in spec.names())
    assert [name for name, count in names.items() if count > 1] == []


def test_the_templates_own_headings_are_all_found():
    mapping = match_columns([spec.label for spec in ROSTER], ROSTER)
    assert list(mapping.columns) == [spec.key for spec in ROSTER]
    assert not mapping.missing
    assert not mapping.unknown


def test_private_columns_exist():
    assert {spec.key for spec in ROSTER} > PRIVATE


@pytest.mark.parametrize(
    ("written", "values"),
    [
        (RELATIONS, Relation), (SEXES, Sex), (RESIDENCES, Residence), (POOR_KINDS, PoorKind),
        (HARDSHIPS, HardshipKind), (CAUSES, PovertyCause),
    ],
)  # fmt: skip
def test_every_choice_of_the_database_can_be_written(written, values):
    assert set(written.values()) == set(values)


def test_a_cell_may_hold_several_values():
    assert parts("巡护、防火，防虫; 宣传\n") == ["巡护", "防火", "防虫", "宣传"]
    assert parts(None) == []


def test_causes_are_read_whatever_their_width_and_unknown_ones_are_not_guessed():
    assert cause_of(" 因 病") is PovertyCause.ILLNESS
    assert cause_of("缺劳力") is PovertyCause.LABOUR
    assert cause_of("因懒") is None


def test_ties_to_officials_have_three_parts():
    assert kinships("李某/村支书/叔叔、王某／副镇长／姐夫") == [("李某", "村支书", "叔叔"), ("王某", "副镇长", "姐夫")]
    assert kinships("") == []
    assert kinships("李某是我叔叔") is None
