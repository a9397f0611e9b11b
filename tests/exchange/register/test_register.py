"""A quarter's labour-force register: loaded whole, compared with the quarter before, and taken back whole."""

from collections import Counter

import pytest
from django.db import connection
from tests.exchange.register.conftest import COUNTY_CODE, CREATED, VILLAGE, codes, person
from tests.people.factories import identity_number, make_person

from yigang.exchange import domain
from yigang.exchange.enums import ImportKind, ImportState
from yigang.exchange.register import sheets
from yigang.exchange.register.columns import REGISTER
from yigang.foundation import rls
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.foundation.models import AuditEntry
from yigang.people import queries
from yigang.people.domain import set_phone
from yigang.people.enums import ChangeKind, ReviewState
from yigang.people.models import Household, LabourList, LabourRecord, Person, RegisterChange, RegisterEdition
from yigang.people.register import review

TABLES = (Person, Household, RegisterEdition, LabourRecord, RegisterChange, LabourList)


def csv_bytes(rows) -> bytes:
    return "\n".join(",".join(map(str, row)) for row in rows).encode("gb18030")


def standing() -> dict[str, list[tuple[object, ...]]]:
    """Every row of the register's tables, as they are."""
    found = {}
    for model in TABLES:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT t::text FROM {model._meta.db_table} t ORDER BY id")  # noqa: S608
            found[model.__name__] = cursor.fetchall()
    return found


@pytest.mark.req("T1")
def test_a_first_quarter_brings_the_people_nobody_knew_and_keeps_what_it_says(load):
    found = load([person(1), person(2, relation="配偶", household="001"), person(3, able="", willing="")])
    assert found.state == ImportState.APPLIED, found.problems
    assert (found.counts["new"], found.counts["unknown"]) == (3, 3)
    edition = RegisterEdition.objects.get()
    assert (edition.quarter, str(edition.as_of), edition.rows, edition.added) == ("2020Q2", "2020-06-30", 3, 3)
    first, second, third = LabourRecord.objects.order_by("pk")
    assert (first.skills, first.employment, first.able) == (["驾驶", "种植"], "jobless", True)
    assert (third.able, third.willing) == (None, None), "what is not said is not no"
    assert queries.identity_number(first.person) == identity_number(1)
    assert first.person.household == second.person.household
    assert (first.person.relation, second.person.relation, first.person.region_code) == ("head", "spouse", VILLAGE)
    assert Household.objects.get(number="001").poor_kind == "registered"
    assert not RegisterChange.objects.exists(), "there is nothing to compare a first quarter with"
    assert AuditEntry.objects.get(verb="people.load_register").after["quarter"] == "2020Q2"
    assert LabourList.objects.count() == 5


@pytest.mark.req("T1")
def test_the_next_quarter_shows_who_is_new_who_is_gone_and_every_changed_field(load):
    load([person(1), person(2), person(3)])
    load([person(1, employment="已就业", workplace="省外", skills=""), person(3), person(4)], "2020Q3")
    changed, new, gone = (
        RegisterChange.objects.get(what=what) for what in (ChangeKind.CHANGED, ChangeKind.NEW, ChangeKind.GONE)
    )
    assert RegisterChange.objects.count() == 3
    assert (changed.before, changed.after) == (
        {"employment": "jobless", "workplace": None, "skills": "驾驶、种植"},
        {"employment": "employed", "workplace": "elsewhere", "skills": None},
    )
    assert (changed.proposals, changed.state) == ({}, ReviewState.OPEN)
    assert (new.name, gone.name) == (person(4)["name"], person(2)["name"])
    assert gone.before["willing"] is True
    assert Person.objects.count() == 4, "who is gone from the register stays a person"


@pytest.mark.req("T1")
def test_nothing_of_a_persons_file_is_overwritten_before_somebody_accepts_it(load, county_manager):
    known = make_person("张一", 1, phone="13900000000", region_code=VILLAGE)
    load([person(1)])
    known.refresh_from_db()
    assert known.phone == "13900000000"
    change = RegisterChange.objects.get()
    assert change.proposals["phone"] == ["13900000000", "13800000001"]
    review.accept(change, actor=county_manager)
    known.refresh_from_db()
    change.refresh_from_db()
    assert (known.phone, known.household.number, known.name) == ("13800000001", "001", person(1)["name"])
    assert (change.state, change.reviewed_by) == (ReviewState.ACCEPTED, county_manager)
    assert change.reviewed_at is not None
    with pytest.raises(Refusal) as caught:
        review.accept(change, actor=county_manager)
    assert caught.value.code == "decided"


@pytest.mark.req("T1")
def test_a_file_that_was_changed_since_is_not_overwritten_by_the_register(load, county_manager):
    known = make_person("张一", 1, phone="13900000000", region_code=VILLAGE)
    load([person(1)])
    set_phone(known, "13911111111", actor=county_manager)
    with pytest.raises(Refusal) as caught:
        review.accept(RegisterChange.objects.get(), actor=county_manager)
    assert caught.value.code == "changed_since"
    review.keep(RegisterChange.objects.get(), actor=county_manager)
    known.refresh_from_db()
    assert known.phone == "13911111111"


@pytest.mark.req("T1")
def test_all_of_a_filter_is_decided_at_once_and_what_cannot_be_stays_open(load, county_manager):
    people = [make_person("某", order, phone="13900000000", region_code=VILLAGE) for order in (1, 2, 3)]
    load([person(order) for order in (1, 2, 3)])
    set_phone(people[1], "13922222222", actor=county_manager)
    edition = RegisterEdition.objects.get()
    rows = RegisterChange.objects.filter(name__contains="张")
    done = review.decide_all(edition, rows, ReviewState.ACCEPTED, actor=county_manager)
    assert (done.done, [change.person_id for change, _why in done.left]) == (2, [people[1].pk])
    phones = list(Person.objects.order_by("pk").values_list("phone", flat=True))
    assert phones == ["13800000001", "13922222222", "13800000003"]
    assert AuditEntry.objects.get(verb="people.review_register").after["left"] == 1
    rest = review.decide_all(edition, RegisterChange.objects.all(), ReviewState.KEPT, actor=county_manager)
    assert (rest.done, RegisterChange.objects.filter(state=ReviewState.OPEN).count()) == (1, 0)


@pytest.mark.req("T1")
def test_a_second_head_of_a_household_stays_open(load, county_manager):
    household = Household.objects.create(region_code=VILLAGE, number="001")
    make_person("老", 7, region_code=VILLAGE, household=household, relation="head")
    load([person(1)])
    load([person(1), person(8, household="001")], "2020Q3")
    assert {each.relation for each in Person.objects.filter(household=household)} == {"head", "other"}
    change = RegisterChange.objects.get(what=ChangeKind.CHANGED)
    with pytest.raises(Refusal) as caught:
        review.accept(change, actor=county_manager)
    assert caught.value.code == "second_head"


@pytest.mark.req("T1")
def test_a_move_within_the_county_is_proposed_and_takes_belongings_along(load, county_manager):
    load([person(1)])
    load([person(1, town="白云镇")], "2020Q3")
    change = RegisterChange.objects.get()
    assert change.proposals["region_code"] == [VILLAGE, "520403101201"]
    moved = review.accept(change, actor=county_manager).person
    assert (moved.region_code, moved.household.region_code) == ("520403101201", "520403101201")


@pytest.mark.req("T1")
def test_undo_puts_everything_back_exactly(load, county_manager):
    make_person("张一", 1, phone="13900000000", region_code=VILLAGE)
    load([person(1), person(2)])
    before = standing()
    found = load([person(1, employment="务农"), person(3), person(4)], "2020Q3")
    assert standing() != before
    with rls.scope(county_manager):
        domain.undo(found, reason="文件发错", actor=county_manager)
    assert standing() == before


@pytest.mark.req("T1")
def test_an_undo_is_refused_once_something_was_built_on_the_quarter(load, county_manager):
    first = load([person(1)])
    second = load([person(1, employment="务农"), person(2)], "2020Q3")

    def refused(found) -> str:
        with pytest.raises(Refusal) as caught, rls.scope(county_manager):
            domain.undo(found, reason="错", actor=county_manager)
        return caught.value.code

    assert refused(first) == "later_edition"
    added = Person.objects.latest("pk")
    set_phone(added, "13999999999", actor=county_manager)
    assert refused(second) == "changed_since"
    set_phone(added, "13800000002", actor=county_manager)
    review.keep(RegisterChange.objects.first(), actor=county_manager)
    assert refused(second) == "reviewed"


# Bad input


@pytest.mark.req("T1")
def test_last_quarters_file_again_is_refused_whatever_it_is_called(load):
    content = sheets.workbook([person(1), person(2)], CREATED)
    load([], content=content)
    before = standing()
    again = load([], "2020Q3", content=content)
    assert (again.state, codes(again)) == (ImportState.REFUSED, ["same_register"])
    turned = load([person(2), person(1)], "2020Q3")
    assert codes(turned) == ["same_register"], "another order is no other register"
    other = load([person(1), person(3)], "2020Q2")
    assert codes(other) == ["quarter_loaded"]
    assert codes(load([person(1)], "2020Q1")) == ["quarter_loaded"]
    assert standing() == before


@pytest.mark.req("T1")
def test_a_missing_identity_column_is_asked_for_and_nothing_is_read(load, county_manager):
    rows = [[person(1)[key] for key in ("town", "village", "name", "phone")] for _ in range(3)]
    content = csv_bytes([["乡镇", "村", "姓名", "联系电话"], *rows])
    before = standing()
    found = load([], content=content, name="2020年第二季度.csv")
    assert (found.state, codes(found)) == (ImportState.REFUSED, ["column_missing"])
    assert "身份证号" in found.problems[0]["message"]
    assert standing() == before


@pytest.mark.req("T1")
def test_a_column_of_another_name_is_chosen_once(load, county_manager):
    keys = ("town", "village", "name", "identity")
    content = csv_bytes([["乡镇", "村", "姓名", "证号"], [person(1)[key] for key in keys]])
    found = load([], content=content, name="2020Q2.csv")
    assert codes(found) == ["column_missing"]
    with rls.scope(county_manager):
        domain.choose_columns(
            found, {"乡镇": "town", "村": "village", "姓名": "name", "证号": "identity"}, actor=county_manager
        )
        domain.preview(found, actor=county_manager)
        domain.apply(found, actor=county_manager)
    assert LabourRecord.objects.get().name == person(1)["name"]


@pytest.mark.req("T1")
def test_every_wrong_row_is_named_with_its_place_and_nothing_is_changed(load):
    wrong_digit = identity_number(5)[:-1] + ("1" if identity_number(5)[-1] != "1" else "2")
    rows = [
        person(1),
        person(2, identity=identity_number(1)),
        person(1),
        person(5, identity=wrong_digit),
        person(6, village="没有村"),
        person(7, employment="摸鱼"),
        person(8, phone="123"),
        person(9, sex="女"),
        person(10, birth="1999-01-01"),
        person(11, name="名" * 61),
        person(12, skills="很" * 41),
        person(13, identity=""),
    ]
    before = standing()
    found = load(rows)
    assert found.state == ImportState.REFUSED
    assert Counter(codes(found)) == Counter(
        ["two_people", "twice", "check_digit", "village_unknown", "unknown_choice", "not_a_phone", "sex_mismatch",
         "birth_mismatch", "too_long", "too_long", "empty"]
    )  # fmt: skip
    where = {problem["code"]: (problem["row"], problem["column"][:1]) for problem in found.problems}
    assert where["two_people"][0] == 3
    assert where["check_digit"][0] == 5
    said = next(problem["message"] for problem in found.problems if problem["code"] == "two_people")
    assert person(1)["name"] in said
    assert person(2)["name"] in said
    assert standing() == before


@pytest.mark.req("T1")
def test_a_file_says_its_quarter_in_a_column_or_in_its_name(load):
    assert codes(load([person(1)], name="登记库.xlsx")) == ["no_quarter"]
    assert codes(load([person(1, quarter="2020Q1"), person(2, quarter="2020Q2")])) == ["two_quarters"]
    assert load([person(1, quarter="2021年第一季度")], name="登记库.xlsx").state == ImportState.APPLIED
    assert RegisterEdition.objects.get().quarter == "2021Q1"


@pytest.mark.req("T1")
def test_a_register_is_a_whole_countys_and_its_managers(load, town_officer, county_manager):
    assert codes(load([person(1)], region="520403100000")) == ["not_a_county"]
    with pytest.raises(Forbidden):
        load([person(1)], actor=town_officer)


@pytest.mark.req("T1")
def test_somebody_registered_in_another_county_is_named(load):
    make_person("远", 1, region_code="520402100201")
    found = load([person(1), person(2)])
    assert codes(found) == ["elsewhere"]
    assert not RegisterEdition.objects.exists()


def test_an_empty_table_and_one_without_a_heading_are_refused(load):
    assert codes(load([])) == ["no_rows"]
    assert codes(load([], content=csv_bytes([["甲", "乙"], ["1", "2"]]), name="2020Q2.csv")) == ["no_heading"]


def test_totals_and_repeated_headings_are_no_people(load):
    labels = [spec.label for spec in REGISTER]
    rows = [[person(order).get(spec.key, "") for spec in REGISTER] for order in (1, 2)]
    total = ["合计", "", "2"] + [""] * (len(labels) - 3)
    found = load([], content=csv_bytes([labels, rows[0], labels, rows[1], total]), name="2020Q2.csv")
    assert found.counts["rows"] == 2


def test_data_changed_between_the_look_and_the_import_are_refused(load, county_manager):
    found = load([person(1)], apply=False)
    make_person("张一", 1, region_code=VILLAGE)
    with pytest.raises(Refusal) as caught, rls.scope(county_manager):
        domain.apply(found, actor=county_manager)
    assert caught.value.code == "data_changed"
    assert not RegisterEdition.objects.exists()


def test_the_template_is_read_without_its_example(load):
    found = load([], content=sheets.template(CREATED))
    assert codes(found) == ["no_rows"]


@pytest.mark.req("P5")
def test_a_town_sees_its_own_part_of_the_register(load, make_user):
    load([person(1), person(2, town="白云镇")])
    with rls.scope(make_user(Role.TOWN_OFFICER, "520403101")):
        assert RegisterEdition.objects.count() == 1
        assert [record.name for record in LabourRecord.objects.all()] == [person(2)["name"]]


def test_the_kind_is_known(county):
    assert ImportKind.REGISTER.value == "register"
    assert COUNTY_CODE.startswith("520403")
