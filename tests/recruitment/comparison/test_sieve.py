"""Few lines of a register are read whole, and the hits are those of the whole register."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.people.factories import identity_number, make_household, make_person
from tests.recruitment.comparison.world import hand_in, line
from tests.recruitment.world import World, make_world

from yigang.foundation import facts
from yigang.people.enums import Relation
from yigang.policy.comparison import RegisterKind, presets
from yigang.recruitment.comparison import match, reading
from yigang.recruitment.comparison.sieve import GLANCE, Sieve
from yigang.recruitment.models import ComparisonRegister

BORN = date(1980, 3, 7)
WHOLE = """
SELECT id, encode(identity_index, 'hex'), nullif(fault, ''), name, birth, nullif(left(lives, 6), ''), nullif(born, '')
FROM recruitment_comparisonrow WHERE register_id = %s
"""
"""The plain way: every line of the register."""
NAMES = [
    "张小明", "张晓明", "章晓鸣", "张小?", "张明", "张小山明", "李龙", "李龍", "李虎", "阿依古丽·买买提", "王芳", "",
]  # fmt: skip
BIRTHS = [None, BORN, date(1980, 7, 3), date(1980, 3, 8), date(1908, 3, 7), date(1991, 12, 30)]


@pytest.fixture
def world(make_user) -> World:
    """Four people who applied; the first lives with somebody."""
    made = make_world(make_user)
    made.open()
    made.next()
    made.next()
    home = make_household("H")
    make_person("张大山", 40, household=home, relation=Relation.SPOUSE)
    for name, columns in (("张小明", {"household": home}), ("李龙", {}), ("阿依古丽·买买提", {}), ("王芳", {})):
        made.apply(made.person(name, **columns))
    return made


def found(applicants: reading.Applicants, kind: RegisterKind, rows: pl.DataFrame) -> pl.DataFrame:
    digits = match.Digits(applicants.of_subjects, reading.numbers_of_rows)
    subjects = applicants.subjects(household=kind.household)
    return match.compare(subjects, rows, fuzzy_from=kind.fuzzy_from, digits=digits)


def whole(register: ComparisonRegister) -> pl.DataFrame:
    return facts.read(WHOLE, [register.pk], match.REGISTER)


@pytest.mark.req("P4")
def test_only_lines_that_can_be_somebodys_are_read(world):
    register = hand_in(
        world, "deaths", line(1, "别人"), line(801, "张晓明"), line(802, "欧阳春"), line(803, "张小明", birth=date(1999, 1, 1)),
        line(804, "王芳", number="52040319800307", birth=None, born="520403"), line(805, "李建国", number="", birth=None),
    )  # fmt: skip
    applicants, kind = reading.Applicants.of(world.round), presets()["deaths"]
    read = reading.rows_of(register, applicants, kind)
    assert sorted(read["name"]) == ["别人", "张晓明", "王芳"]
    assert found(applicants, kind, read)["exact"].to_list() == [True, False, False]
    assert found(applicants, kind, read).equals(found(applicants, kind, whole(register)))


def test_a_register_by_number_only_is_read_for_its_numbers(world):
    register = hand_in(world, "deaths", line(1, "张小明"), line(900, "张小明"), line(40, "张大山"))
    applicants = reading.Applicants.of(world.round)
    kind = replace(presets()["deaths"], fuzzy_from=None)
    assert reading.rows_of(register, applicants, kind)["name"].to_list() == ["张小明"]
    with_household = reading.rows_of(register, applicants, replace(kind, household=True))
    assert sorted(with_household["name"]) == ["张大山", "张小明"]


ENTRIES = st.builds(
    lambda order, name, birth, form, born: {
        **line(order, name), "birth": birth, "born": born,
        **{
            "whole": {"fault": ""},
            "none": {"identity": None, "fault": "empty"},
            "faulty": {"identity": identity_number(order)[:12] + "7" + identity_number(order)[13:], "fault": "check"},
        }[form],
    },
    st.sampled_from([1, 2, 3, 4, 40, 41, 900]), st.sampled_from(NAMES), st.sampled_from(BIRTHS),
    st.sampled_from(["whole", "none", "faulty"]), st.sampled_from([None, "520403", "430103"]),
)  # fmt: skip


@pytest.mark.req("P4")
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(ENTRIES, min_size=1, max_size=12), st.sampled_from([None, 0.3, 0.5, 0.75, 0.9]), st.booleans())
def test_the_lines_read_give_the_hits_of_the_whole_register(world, entries, fuzzy_from, household):
    kind = replace(presets()["deaths"], fuzzy_from=fuzzy_from, household=household)
    with transaction.atomic():
        register = hand_in(world, "deaths", *entries)
        applicants = reading.Applicants.of(world.round)
        read = reading.rows_of(register, applicants, kind)
        assert found(applicants, kind, read).equals(found(applicants, kind, whole(register)))
        assert set(read["row"]) <= set(whole(register)["row"])
        transaction.set_rollback(True)


PEOPLE = st.tuples(st.sampled_from(NAMES), st.sampled_from(BIRTHS), st.sampled_from([None, "520403"]))


@settings(max_examples=60, deadline=None)
@given(st.lists(PEOPLE, min_size=1, max_size=6), st.lists(PEOPLE, min_size=1, max_size=10))
def test_whoever_is_alike_and_born_on_the_day_goes_through(ours, theirs):
    columns = ["name", "birth", "born"]
    subjects = pl.DataFrame(ours, schema=columns, orient="row").cast({"birth": pl.Date, "born": pl.String})
    subjects = subjects.with_row_index("subject").with_columns(via=pl.lit(""), identity=None, lives=None)
    subjects = subjects.select(match.SUBJECTS.keys()).cast(dict(match.SUBJECTS))
    there = pl.DataFrame(theirs, schema=columns, orient="row").cast({"birth": pl.Date, "born": pl.String})
    there = there.with_row_index("row").with_columns(identity=None, fault=None, lives=None)
    there = there.select(match.REGISTER.keys()).cast(dict(match.REGISTER))
    glance = there.with_columns(wanted=pl.lit(0, pl.Int8)).select(GLANCE.keys())
    through = Sieve.of(subjects).through(glance)
    alike = match.compare(subjects, there, fuzzy_from=0.3).filter(pl.col("birth_class") == "same")
    assert set(alike["row"]) <= set(through)
    assert set(through) <= set(there.filter(pl.col("birth").is_in(subjects["birth"].drop_nulls().implode()))["row"])
