"""Who of the applicants stands in a register: laws of the pure comparison, and cases an officer would recognise."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yigang.recruitment.comparison import match

BORN = date(1975, 3, 14)
FROM = 0.75


def subjects(*rows: dict[str, object]) -> pl.DataFrame:
    plain = {"via": "", "identity": None, "name": "张小明", "birth": BORN, "lives": "520403", "born": None}
    return pl.DataFrame([{"subject": order, **plain, **row} for order, row in enumerate(rows)], schema=match.SUBJECTS)


def register(*rows: dict[str, object]) -> pl.DataFrame:
    plain = {"identity": None, "fault": None, "name": "张小明", "birth": BORN, "lives": None, "born": "520403"}
    return pl.DataFrame([{"row": 100 + order, **plain, **row} for order, row in enumerate(rows)], schema=match.REGISTER)


def pairs(found: pl.DataFrame) -> list[tuple[int, int, bool, float]]:
    return list(found.select("subject", "row", "exact", "likeness").iter_rows())


@pytest.mark.req("P4")
def test_the_number_decides_and_a_differing_name_is_told():
    found = match.compare(
        subjects({"identity": "aa"}), register({"identity": "aa", "name": "李四"}, {"identity": "bb", "name": "王五"}),
        fuzzy_from=FROM,
    )  # fmt: skip
    assert pairs(found) == [(0, 100, True, 1.0)]
    assert found["name_class"].to_list() == [""]


def test_the_same_name_and_birth_date_without_a_number_is_shown_with_its_likeness():
    found = match.compare(subjects({"identity": "aa"}), register({}), fuzzy_from=FROM)
    assert pairs(found) == [(0, 100, False, 0.99)]


def test_two_whole_numbers_that_differ_make_two_people_less_alike():
    found = match.compare(subjects({"identity": "aa"}), register({"identity": "bb"}), fuzzy_from=FROM)
    assert pairs(found) == [(0, 100, False, 0.85)]
    assert found["two_numbers"].to_list() == [True]


@pytest.mark.parametrize("name", ["张晓名", "张小?", "张大明"])
def test_names_alike_are_found_when_the_number_is_missing(name):
    assert match.compare(subjects({"identity": "aa"}), register({"name": name}), fuzzy_from=FROM).height == 1


def test_another_name_born_on_the_same_day_in_the_same_county_is_nobody():
    found = match.compare(subjects({"identity": "aa"}), register({"name": "李建国"}), fuzzy_from=FROM)
    assert found.is_empty()


def test_a_faulty_number_with_two_digits_exchanged_is_recognised():
    ours, theirs = "520403197503140019", "520403197530140019"
    digits = match.Digits(lambda _ids: {0: ours}, lambda _ids: {100: theirs})
    row = {"fault": "birth", "birth": None}
    without = match.compare(subjects({"identity": "aa"}), register(row), fuzzy_from=FROM)
    found = match.compare(subjects({"identity": "aa"}), register(row), fuzzy_from=FROM, digits=digits)
    assert pairs(without) == [(0, 100, False, 0.79)]
    assert pairs(found) == [(0, 100, False, 0.89)]
    assert found["near"].to_list() == [True]


def test_day_and_month_exchanged_is_recognised_without_a_number():
    found = match.compare(subjects({"birth": date(1980, 3, 7)}), register({"birth": date(1980, 7, 3)}), fuzzy_from=FROM)
    assert pairs(found) == [(0, 100, False, 0.86)]


def test_a_register_by_number_only_finds_nobody_by_name():
    assert match.compare(subjects({"identity": "aa"}), register({}), fuzzy_from=None).is_empty()


def test_members_of_the_household_are_looked_for_by_number_only():
    household = subjects({"identity": "aa", "via": "7"})
    assert match.compare(household, register({}), fuzzy_from=FROM).is_empty()
    found = match.compare(household, register({"identity": "aa"}), fuzzy_from=FROM)
    assert found.select("subject", "via", "exact").rows() == [(0, "7", True)]


def test_an_empty_register_and_nobody_to_compare():
    assert match.compare(subjects(), register({}), fuzzy_from=FROM).is_empty()
    assert match.compare(subjects({}), register(), fuzzy_from=FROM).is_empty()


PEOPLE = st.fixed_dictionaries(
    {
        "identity": st.sampled_from([None, "a", "b", "c", "d"]),
        "name": st.sampled_from(["张小明", "张晓明", "张小?", "张龙", "张龍", "李芳", "李方", "王芳", ""]),
        "birth": st.sampled_from([None, BORN, date(1957, 3, 14), date(1975, 3, 15), date(1990, 1, 1)]),
        "lives": st.sampled_from([None, "520403", "520421", "110101"]),
        "born": st.sampled_from([None, "520403", "430103"]),
    }
)


@settings(max_examples=15, deadline=None)
@given(st.lists(PEOPLE, max_size=8), st.lists(PEOPLE, max_size=8), st.sampled_from([0.5, 0.75, 0.9]), st.randoms())
def test_laws(ours, theirs, least, random):
    """Rows may come in any order; whoever stands there by number is found; likeness keeps to its bounds."""
    applicants, there = subjects(*ours), register(*theirs)
    found = match.compare(applicants, there, fuzzy_from=least)
    rows = list(range(there.height))
    random.shuffle(rows)
    assert match.compare(applicants.reverse(), there[rows], fuzzy_from=least).equals(found)

    exact = match.compare(applicants, there, fuzzy_from=None)
    assert set(pairs(exact)) <= set(pairs(found))
    assert {(s, r) for s, r, sure, _ in pairs(found) if sure} == {
        (s, 100 + r) for s, one in enumerate(ours) for r, other in enumerate(theirs)
        if one["identity"] is not None and one["identity"] == other["identity"]
    }  # fmt: skip
    assert all(least <= value < 1 for _s, _r, sure, value in pairs(found) if not sure)


@settings(max_examples=15, deadline=None)
@given(st.lists(PEOPLE, max_size=6), st.lists(PEOPLE, max_size=6))
def test_who_is_alike_does_not_depend_on_who_applies(ours, theirs):
    """The register compared with the applicants finds the same pairs, as alike, as the other way round."""
    there = match.compare(subjects(*ours), register(*theirs), fuzzy_from=FROM)
    back = match.compare(subjects(*theirs), register(*ours), fuzzy_from=FROM)
    assert {(s, r - 100, value) for s, r, _x, value in pairs(there)} == {
        (r - 100, s, value) for s, r, _x, value in pairs(back)
    }
