"""Pages of quarters and years: the same queries for one person and three, marks to a closed quarter by post, refusals shown."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.appraisal.year_world import QUARTER, YearWorld
from tests.console.conftest import make_regions
from tests.payment.world import TOWN

from yigang.appraisal import closings
from yigang.appraisal.models import Closing, Mark, PeriodResult
from yigang.console.rhythms.today import periods_in_hand
from yigang.console.today import dues_of
from yigang.foundation.enums import Role

PERIOD = "/rhythms/{}/quarter/2023-07-01/"
QUERIES = {"": 10, "results/": 12, "reserve/": 11, "closings/": 10, PERIOD[9:]: 15}
"""Address → queries of a page, for whatever number of rows."""


@pytest.fixture
def world(town_officer) -> YearWorld:
    make_regions()
    made = YearWorld(town_officer, policy="zaozhuang-public-welfare")
    made.seal()
    return made


def close(world, actor, people: int) -> Closing:
    """A closed quarter, and a year that put everybody on the reserve list."""
    held = [world.judged(f"全{number}") for number in range(people)]
    for one in held:
        world.given(one)
    closing = closings.close(closings.asked_for(world.programme, "quarter", QUARTER, TOWN), actor=actor)
    year = Closing.objects.create(
        programme=world.programme, region_code=TOWN, rhythm="year", first=date(2023, 1, 1), last=date(2023, 12, 31),
        policy_digest="x", facts_digest="x", results_digest="x", people=people, undetermined=0, closed_by=actor,
    )  # fmt: skip
    PeriodResult.objects.bulk_create(
        PeriodResult(
            region_code=one.region_code, closing=year, appointment=one, person=one.person, grade="优秀", passed=True,
            missing=[], consequences=["cadre_reserve"], because=["年总评优秀〔办法〕"], trace={"合格月数": 12},
        )
        for one in held
    )  # fmt: skip
    return closing


@pytest.mark.req("Z5")
def test_a_quarter_from_marks_to_the_closing_and_back(sign_in, world, town_officer):
    held = world.judged("王大山")
    world.given(held, town="")
    office, address = sign_in(town_officer, "zh-hans"), PERIOD.format(world.programme.pk)
    page = office.get(address).content.decode()
    assert "镇街季评" in page
    assert "待定" in page
    refused = office.post(f"{address}give/", {f"mark-{held.pk}-0": "101", "reason": "季评"}, follow=True)
    assert "100" in refused.content.decode()
    assert not Mark.objects.filter(rhythm="quarter").exists()
    office.post(f"{address}give/", {f"mark-{held.pk}-0": "90", "reason": "季评"})
    pasted = office.post(
        f"{address}paste/", {"mark": "镇街季评", "pasted": "王大山\t95", "reason": "复核"}, follow=True
    )
    assert "已保存 1 个评分" in pasted.content.decode()
    assert "91.10" in office.get(address).content.decode()
    closed = office.post(f"{address}close/", follow=True).content.decode()
    assert "已结账：1 人，其中待定 0 人" in closed
    row = PeriodResult.objects.get()
    told = office.get(f"/rhythms/results/{row.pk}/").content.decode()
    assert "镇街季评 95.00，计 28.50 分" in told
    assert "得分 ≥ 90 且 不合格月数 = 0" in told
    late = office.post(f"{address}give/", {f"mark-{held.pk}-0": "80", "reason": "改"}, follow=True).content.decode()
    assert "不能再评分" in late
    office.post(f"/rhythms/closings/{row.closing_id}/reopen/", {"reason": "漏评"})
    assert Closing.objects.get().reopened_why == "漏评"


@pytest.mark.req("Z5")
def test_a_refused_mark_leaves_everything_typed_where_it_was(sign_in, world, town_officer):
    first, second = (world.judged(name) for name in ("王大山", "李小河"))
    office, address = sign_in(town_officer, "zh-hans"), PERIOD.format(world.programme.pk)
    typed = {f"mark-{first.pk}-0": "91", f"mark-{second.pk}-0": "一百", "reason": "七月评定会"}
    page = office.post(f"{address}give/", typed, follow=True).content.decode()
    for said in ("“一百”", 'value="一百"', 'value="91"', 'value="七月评定会"'):
        assert said in page
    pasted = {"mark": "镇街季评", "pasted": "王大山\t91\n无此人\t90", "reason": "复核"}
    page = office.post(f"{address}paste/", pasted, follow=True).content.decode()
    for said in ("王大山\t91\n无此人\t90</textarea>", 'value="复核"'):
        assert said in page
    assert not Mark.objects.filter(rhythm="quarter").exists()
    for form in ("give", "paste"):
        assert office.get(f"{address}{form}/", follow=True).redirect_chain == [(address, 302)]


@pytest.mark.parametrize("people", [1, 3])
def test_every_list_asks_as_much_for_one_person_as_for_three(sign_in, world, county_manager, people, town_officer):
    close(world, town_officer, people)
    office = sign_in(county_manager, "zh-hans")
    office.get("/rhythms/")
    asked = {}
    for path in QUERIES:
        with CaptureQueriesContext(connection) as queries:
            assert office.get(f"/rhythms/{path}".format(world.programme.pk)).status_code == 200
        asked[path] = len(queries)
    assert asked == QUERIES


def test_results_are_found_and_taken_along_as_a_workbook(sign_in, world, town_officer, county_manager):
    close(world, town_officer, 2)
    office = sign_in(county_manager, "zh-hans")
    listed = office.get("/rhythms/results/?grade=优秀").content.decode()
    assert listed.count(">2023年第3季度</a>") == 2
    assert office.get("/rhythms/results/?export=xlsx").status_code in {200, 302}


def test_what_waits_is_said_with_its_day_to_whom_it_concerns(world, town_officer, make_user):
    world.judged("王大山")
    assert list(periods_in_hand(make_user(Role.AUDITOR, "520403"), "520403")) == []
    dues = [one for one in dues_of(town_officer, TOWN[:9]) if one.chapter == "rhythms"]
    assert dues
    assert {one.due_on.day for one in dues} <= {10, 20}
    assert all("评分" in one.title for one in dues)


@pytest.mark.req("P9")
def test_the_reserve_for_village_cadres_stands_with_its_evidence(sign_in, world, town_officer, county_manager):
    close(world, town_officer, 1)
    page = sign_in(county_manager, "zh-hans").get("/rhythms/reserve/").content.decode()
    for said in ("全0", "2023年", "年总评优秀〔办法〕"):
        assert said in page


def test_a_period_before_the_policy_says_so_and_is_no_failure(sign_in, world, county_manager):
    answer = sign_in(county_manager).get(
        reverse("console:rhythms-period", args=[world.programme.pk, "year", "1990-01-01"])
    )
    assert answer.status_code == 409
    assert "This cannot be shown" in answer.content.decode()
    assert "Add the text of that time to the policy." in answer.content.decode()


def test_a_station_officer_reads_and_does_not_close(sign_in, world, make_user):
    world.judged("王大山")
    station = sign_in(make_user(Role.STATION_OFFICER, "520403100"), "zh-hans")
    station.post(f"{PERIOD.format(world.programme.pk)}close/")
    assert not Closing.objects.exists()
    assert station.get("/rhythms/reserve/").status_code == 200
