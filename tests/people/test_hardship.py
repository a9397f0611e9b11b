"""Hardship categories run for a time: seen before they end, renewed with new evidence, each with its paper."""

from datetime import date

import pytest
from tests.people.factories import VILLAGE, make_person

from yigang.foundation.errors import Refusal
from yigang.people import queries
from yigang.people.domain import add_hardship
from yigang.people.enums import HardshipKind
from yigang.people.hardship import attach_evidence, renew_hardship
from yigang.people.models import Hardship, Person

TODAY = date(2020, 7, 1)


def hardship(actor, order=1, *, kind=HardshipKind.DISABLED, until=date(2020, 8, 1)) -> Hardship:
    person = make_person("张三", order)
    return add_hardship(person, kind, evidence="残疾证", since=date(2018, 8, 1), until=until, actor=actor)


@pytest.mark.req("Z8")
def test_what_ends_soon_or_ended_without_renewal_is_listed_soonest_first(county_manager):
    soon = hardship(county_manager, 1)
    over = hardship(county_manager, 2, until=date(2020, 6, 1))
    hardship(county_manager, 3, until=date(2021, 6, 1))
    hardship(county_manager, 4, until=None)
    assert list(queries.hardships_ending(VILLAGE[:6], TODAY)) == [over, soon]
    renew_hardship(over, evidence="新证", since=TODAY, until=date(2022, 6, 30), actor=county_manager)
    assert list(queries.hardships_ending(VILLAGE[:6], TODAY)) == [soon]


@pytest.mark.req("Z8")
def test_people_are_found_by_how_their_category_stands(county_manager):
    lasting, soon, over = (hardship(county_manager, order, until=until) for order, until in (
        (1, None), (2, date(2020, 8, 1)), (3, date(2020, 6, 1))))  # fmt: skip
    renewed = hardship(county_manager, 4, until=date(2020, 6, 1))
    renew_hardship(renewed, evidence="新证", since=date(2020, 6, 2), until=None, actor=county_manager)
    nobody = make_person("无", 5)

    def found(condition):
        return set(Person.objects.filter(condition))

    in_force = {lasting.person, soon.person, renewed.person}
    assert found(queries.hardship_stands("now", TODAY)) == in_force
    assert found(queries.hardship_stands("soon", TODAY)) == {soon.person}
    assert found(queries.hardship_stands("over", TODAY)) == {over.person}
    assert found(queries.hardship_stands("none", TODAY)) == {nobody}
    assert found(queries.in_hardship("disabled", TODAY)) == in_force
    assert found(queries.in_hardship("disabled", date(2020, 6, 1))) == {*in_force, over.person}
    assert found(queries.in_hardship("old", TODAY)) == set()


@pytest.mark.req("Z8")
def test_a_renewal_is_a_new_term_with_its_own_evidence(county_manager):
    old = hardship(county_manager)
    new = renew_hardship(old, evidence="残疾证（换发）", since=TODAY, until=date(2022, 6, 30), actor=county_manager)
    old.refresh_from_db()
    assert (old.until, old.evidence) == (date(2020, 6, 30), "残疾证")
    assert (new.since, new.until, new.evidence, new.kind) == (TODAY, date(2022, 6, 30), "残疾证（换发）", old.kind)


@pytest.mark.req("Z8")
def test_a_renewal_without_evidence_or_before_the_first_day_is_refused_and_ends_nothing(county_manager):
    old = hardship(county_manager)
    for evidence, since in ((" ", TODAY), ("证", date(2018, 8, 1))):
        with pytest.raises(Refusal):
            renew_hardship(old, evidence=evidence, since=since, until=None, actor=county_manager)
    old.refresh_from_db()
    assert old.until == date(2020, 8, 1)
    assert Hardship.objects.count() == 1


@pytest.mark.req("Z8")
def test_the_paper_is_kept_and_other_files_are_refused(county_manager):
    row = hardship(county_manager)
    stored = attach_evidence(row, b"%PDF-1.7", name="证.pdf", actor=county_manager)
    assert row.file == stored
    with pytest.raises(Refusal) as caught:
        attach_evidence(row, b"MZ", name="证.pdf", actor=county_manager)
    assert caught.value.code == "no_paper"
