"""One register, five lists: computed from the newest quarter, renamed and ruled by the county, each with its reason."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from tests.people.factories import VILLAGE
from tests.people.register.test_rules import ON, make_edition, make_record

from yigang.foundation import rls
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.foundation.models import AuditEntry
from yigang.people import queries
from yigang.people.domain import add_hardship
from yigang.people.enums import HardshipKind
from yigang.people.models import LabourList, LabourListVersion, LabourRecord
from yigang.people.register.lists import (
    ListRecord,
    ensure_lists,
    free_code,
    judged,
    members,
    newest,
    on_no_list,
    rules_on,
    save_list,
    tallies,
    what_if,
)

READY = {"able": True, "willing": True, "employment": "jobless", "in_training": False, "wants_training": False}


@pytest.fixture
def edition(county_manager):
    ensure_lists("520403")
    return make_edition(county_manager)


def list_of(code: str) -> LabourList:
    return LabourList.objects.get(code=code)


@pytest.mark.req("T1")
def test_five_lists_are_there_for_every_county_and_are_made_once(db):
    names = [one.name for one in ensure_lists("520403")]
    assert names == ["有能力有意愿", "在外务工", "就近务工", "正在培训", "需要帮扶"]
    ensure_lists("520403")
    ensure_lists("520402")
    assert LabourList.objects.count() == 10


@pytest.mark.req("T1")
def test_every_membership_says_why(edition):
    record = make_record(edition, **READY)
    [found] = judged([record], LabourList.objects.all(), ON)
    assert [(one.list.code, one.why) for one in found.on] == [
        ("able-willing", "年龄 40、劳动能力 是、就业意愿 是、就业状态 未就业")
    ]


@pytest.mark.req("T1")
def test_who_is_on_no_list_for_want_of_a_fact_is_told_which(edition):
    record = make_record(edition, able=True, employment="jobless")
    [found] = judged([record], LabourList.objects.all(), ON)
    assert found.on == []
    assert found.missing == ["就业意愿", "正在培训", "培训意愿"]
    assert "就业意愿" in found.standings[0].why
    assert list(on_no_list(LabourList.objects.all(), edition)) == [record]


@pytest.mark.req("T1")
def test_hardship_in_force_on_the_day_counts(edition, county_manager):
    record = make_record(edition, **READY)
    assert not members(list_of("to-support"), edition).exists()
    add_hardship(
        record.person, HardshipKind.POOR, evidence="手册", since=date(2019, 1, 1), until=ON, actor=county_manager
    )
    assert members(list_of("to-support"), edition).get() == record
    later = make_edition(county_manager, "2020Q3", as_of=date(2020, 9, 30))
    make_record(later, 2, **READY)
    assert not members(list_of("to-support"), later).exists(), "the category has ended by then"


@pytest.mark.req("T1")
def test_a_county_renames_a_list_and_writes_its_rule_anew(edition, county_manager, town_officer):
    record = ListRecord("able-willing", "可安置", "劳动能力 and 就业意愿 and 年龄 <= 60", 1, to_be_placed=True)
    assert save_list("520403", record, actor=county_manager).name == "可安置"
    with pytest.raises(Refusal) as caught:
        save_list("520403", ListRecord("able-willing", "可安置", "劳动力", 1), actor=county_manager)
    assert caught.value.field == "rule"
    with pytest.raises(Refusal):
        save_list("520403", ListRecord("able-willing", "在外务工", "劳动能力", 1), actor=county_manager)
    with pytest.raises(Refusal):
        save_list("520403", ListRecord("able-willing", " ", "劳动能力", 1), actor=county_manager)
    with pytest.raises(Forbidden):
        save_list("520403", record, actor=town_officer)
    assert list_of("able-willing").rule == "劳动能力 and 就业意愿 and 年龄 <= 60"


@pytest.mark.req("T1")
def test_a_sixth_list_is_added_previewed_and_taken_out_of_use(edition, county_manager, town_officer):
    stays, goes = (
        make_record(edition, 1, "甲", **READY),
        make_record(edition, 2, "乙", **{**READY, "health": "disabled"}),
    )
    rule = "健康状况 in ('残疾', '患慢性病') and 就业意愿"
    seen = what_if(None, rule, edition)
    assert (seen.before, seen.after, [one.name for one, _joins in seen.examples]) == (0, 1, ["乙"])
    sixth = ListRecord(free_code("520403"), "重点关注", rule, 6, to_be_placed=True)
    for wrong, why in (("劳动力 > 3", "劳动力"), ("健康状况 = '很好'", "很好"), ("年龄 >=", "年龄")):
        with pytest.raises(Refusal, match=why) as caught:
            save_list("520403", replace(sixth, rule=wrong), actor=county_manager)
        assert caught.value.field == "rule"
    with pytest.raises(Forbidden):
        save_list("520403", sixth, actor=town_officer)
    assert LabourList.objects.count() == 5
    made = save_list("520403", sixth, actor=county_manager)
    assert (made.code, [one.person for one in members(made, edition)]) == ("list-6", [goes.person])
    assert free_code("520403") == "list-7"
    able = ListRecord.of(list_of("able-willing"))
    save_list("520403", replace(able, active=False, since=EARLIER, reason="并入"), actor=county_manager)
    assert set(queries.placeable("520403", EARLIER - timedelta(days=1))) == {stays.person, goes.person}
    assert [one.name for one in rules_on("520403000000", EARLIER)] == ["在外务工", "就近务工", "正在培训", "需要帮扶"]
    assert set(queries.placeable("520403", timezone.localdate())) == {goes.person}
    entry = AuditEntry.objects.filter(verb="people.save_list").latest("pk")
    assert (entry.before["active"], entry.after["active"], entry.after["reason"]) == (True, False, "并入")
    back = what_if(list_of("able-willing"), able.rule, edition)
    assert (back.before, back.joins) == (0, 2)


EARLIER, LATER = date(2020, 7, 10), date(2020, 9, 1)


@pytest.mark.req("T1")
def test_a_rule_that_was_changed_still_says_who_was_to_be_placed_before(edition, county_manager):
    old, young = make_record(edition, 1, "甲", **READY), make_record(edition, 2, "乙", **READY)
    LabourRecord.objects.filter(pk=old.pk).update(birth=date(1965, 1, 1))
    narrower = "年龄 <= 50 and 劳动能力 and 就业意愿"
    record = ListRecord("able-willing", "可安置", narrower, 1, to_be_placed=True, since=EARLIER, reason="县里文件")
    save_list("520403", record, actor=county_manager)
    none = ListRecord("able-willing", "可安置", narrower, 1, to_be_placed=False, since=LATER)
    save_list("520403", none, actor=county_manager)

    def placeable(on):
        return set(queries.placeable("520403", on))

    assert placeable(date(2020, 7, 9)) == {old.person, young.person}
    assert placeable(EARLIER) == {young.person}
    assert placeable(LATER) == set()
    stood = [(one.since, one.to_be_placed, one.reason, one.set_by) for one in list_of("able-willing").versions.all()]
    assert stood == [
        (LATER, False, "", county_manager), (EARLIER, True, "县里文件", county_manager), (None, True, "", None),
    ]  # fmt: skip
    assert AuditEntry.objects.filter(verb="people.save_list").latest("pk").after["since"] == "2020-09-01"
    again = ListRecord("able-willing", "可安置", "劳动能力", 1, since=EARLIER)
    with pytest.raises(Refusal) as caught:
        save_list("520403", again, actor=county_manager)
    assert caught.value.code == "before_latest"
    with pytest.raises(Refusal) as caught:
        save_list("520403", replace(again, since=timezone.localdate() + timedelta(days=1)), actor=county_manager)
    assert caught.value.code == "future"
    assert list_of("able-willing").rule == narrower


def test_versions_are_never_rewritten_and_seen_by_the_towns_below(edition, make_user):
    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
        LabourListVersion.objects.update(rule="劳动能力")
    with rls.scope(make_user(Role.TOWN_OFFICER, VILLAGE[:9])):
        assert len(rules_on("520403000000", ON)) == 5
    with rls.scope(make_user(Role.COUNTY_MANAGER, "520402")):
        assert rules_on("520403000000", ON) == []


@pytest.mark.req("T1")
def test_who_would_move_is_seen_before_a_rule_is_changed(edition):
    stays = make_record(edition, 1, "甲", **READY)
    leaves = make_record(edition, 2, "乙", **{**READY, "employment": "farming"})
    joins = make_record(edition, 3, "丙", **{**READY, "willing": None})
    move = what_if(list_of("able-willing"), "劳动能力 and 就业状态 = '未就业'", edition)
    assert (move.before, move.after, move.joins, move.leaves) == (2, 2, 1, 1)
    assert [(record, joined) for record, joined in move.examples] == [(joins, True), (leaves, False)]
    assert set(members(list_of("able-willing"), edition)) == {stays, leaves}, "nothing was changed"


@pytest.mark.req("T1")
def test_counts_of_a_region_take_one_query(edition, django_assert_num_queries):
    for order in range(1, 4):
        make_record(edition, order, **READY)
    make_record(edition, 4, employment="employed", workplace="elsewhere")
    lists = list(LabourList.objects.all())
    with django_assert_num_queries(1):
        found = tallies(lists, edition, edition.records.all())
    assert [tally.on for tally in found.lists] == [3, 1, 0, 0, 0]
    assert (found.people, found.nowhere) == (4, 0)


@pytest.mark.req("Z6")
def test_the_people_to_be_placed_are_those_of_the_newest_quarter(edition, county_manager, make_user):
    earlier = make_record(edition, 1, **READY)
    assert list(queries.placeable("520403", ON)) == [earlier.person]
    newer = make_edition(county_manager, "2020Q3", previous=edition)
    here = make_record(newer, 2, **READY)
    make_record(newer, 3, **{**READY, "willing": False})
    dead = make_record(newer, 4, **READY)
    dead.person.died_on = ON
    dead.person.save()
    far = make_record(newer, 5, region_code="520403101201", **READY)
    child = make_record(newer, 6, **{**READY, "birth": date(2006, 1, 1)})
    assert set(queries.placeable("520403", ON)) == {here.person, far.person}
    assert list(queries.placeable(VILLAGE, ON)) == [here.person]
    assert child.person in queries.placeable("520403", date(2022, 1, 1)), "she is sixteen by then"
    assert newest("52") is None
    assert not queries.placeable("520402", ON).exists()
    with rls.scope(make_user(Role.TOWN_OFFICER, "520403100")):
        assert list(queries.placeable("520403", ON)) == [here.person]
