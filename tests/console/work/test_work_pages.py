"""Work done in the browser: logs and days without one, helpers and households, incidents, results and their sums."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from tests.duty.conftest import at, punch
from tests.duty.test_facts import log
from tests.foundation.factories import picture

from yigang.console import today
from yigang.duty import domain
from yigang.duty.enums import IncidentKind, MediaKind, ResultKind, Table, Unit
from yigang.duty.models import Incident, Media, Pairing, Visit, WorkLog, WorkResult
from yigang.duty.quantities import UNITS, amount_of, shown
from yigang.foundation.domain import store_picture
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.people.models import Household

VILLAGE, OTHER_VILLAGE = "520403100201", "520403101201"
pytestmark = pytest.mark.usefixtures("regions")


@pytest.fixture
def officer(town_officer, sign_in):
    return sign_in(town_officer)


def page(client, name: str, *args: object, **query: str) -> str:
    response = client.get(reverse(f"console:{name}", args=args), query)
    assert response.status_code == 200, response
    return response.content.decode()


def waiting(user) -> list[tuple[str, int]]:
    """What waits for the user about work done: the filter it leads to, how many."""
    return [
        (one.url.partition("?")[2], one.count) for one in today.dues_of(user, user.prefixes[0]) if one.chapter == "work"
    ]


def household(number: str = "H-7", village: str = VILLAGE) -> Household:
    return Household.objects.create(region_code=village, number=number)


class TestLogs:
    @pytest.mark.req("H5")
    def test_the_town_reads_them_and_sees_days_on_duty_without_one(self, officer, hold, take_in, programme):
        person = hold("张大山")
        take_in(Table.CHECK_INS, punch("张大山", at(1)), punch("张大山", at(2)), punch("张大山", at(3)))
        take_in(Table.WORK_LOGS, log("张大山", 2))
        assert page(officer, "work").count("data-row") == 1
        shown_ = page(officer, "work-log", WorkLog.objects.get().pk)
        assert WorkLog.objects.get().text in shown_
        without = page(officer, "work-missing", month="2020-07", programme=str(programme.pk))
        assert (without.count("data-row"), "<small>1、3</small>" in without) == (1, True)
        assert str(person.pk) in without
        assert page(officer, "work-missing", month="2020-06").count("data-row") == 0

    @pytest.mark.parametrize("count", [1, 3])
    def test_every_list_takes_the_same_queries_for_one_and_for_three(
        self, officer, hold, take_in, programme, town_officer, count
    ):
        for number in range(count):
            person = hold(f"张{number}山")
            take_in(Table.CHECK_INS, punch(person.name, at(1)), punch(person.name, at(2)))
            take_in(Table.WORK_LOGS, log(person.name, 2))
            paired = domain.pair(
                programme, household(f"H{number}"), domain.Helper(person), since=date(2020, 1, 1), actor=town_officer
            )
            domain.enter_visit(paired, domain.VisitMade(date(2020, 7, 1), "走访"), actor=town_officer)
            said = domain.Report(at(2), "山脚")
            domain.report_incident(person, IncidentKind.FIRE, said, actor=town_officer)
            domain.report_result(person, ResultKind.PLANTING, Decimal(5), Unit.MU, said, actor=town_officer)
        lists = {
            "work": 9,
            "work-pairings": 10,
            "work-visits": 9,
            "work-incidents": 9,
            "work-results": 9,
            "work-missing": 8,
        }
        for address, queries in lists.items():
            with CaptureQueriesContext(connection) as captured:
                assert page(officer, address, month="2020-07").count("data-row") == count, address
            assert len(captured) == queries, (address, [one["sql"] for one in captured])


class TestHelpers:
    @pytest.mark.req("T8")
    def test_paired_visited_overdue_and_ended(self, officer, town_officer, hold, programme, monkeypatch):
        monkeypatch.setattr(timezone, "localdate", lambda *_of: date(2020, 7, 31))
        person, ours = hold("张大山"), household()
        given = {"programme": programme.pk, "household": "H-7", "helper": person.pk, "since": "2020-01-01"}
        assert (
            "no household with this number"
            in officer.post(reverse("console:work-pairing-new"), {**given, "household": "H-8"}).content.decode()
        )
        officer.post(reverse("console:work-pairing-new"), given)
        pairing = Pairing.objects.get()
        assert (pairing.household, pairing.due_on, waiting(town_officer)) == (
            ours, date(2020, 4, 30), [("overdue=yes&sort=due", 1)],
        )  # fmt: skip
        this_year = date(2020, 7, 1)
        for offset in range(3):
            visit = {"day": this_year + timedelta(days=offset), "text": "送慰问品", "given": "100"}
            officer.post(reverse("console:work-pairing-visit", args=[pairing.pk]), visit)
        shown_ = page(officer, "work-pairing", pairing.pk)
        assert ("3 of 3 visits" in shown_, "300.00 of 300.00 yuan given" in shown_, waiting(town_officer)) == (
            True,
            True,
            [],
        )
        newest = Visit.objects.order_by("-day").first()
        officer.post(reverse("console:work-visit-withdraw", args=[newest.pk]), {"reason": "重复登记"})
        assert "2 of 3 visits" in page(officer, "work-pairing", pairing.pk)
        officer.post(reverse("console:work-pairing-end", args=[pairing.pk]), {"on": this_year, "reason": "调离"})
        pairing.refresh_from_db()
        assert (pairing.ends, pairing.due_on) == (this_year, None)

    @pytest.mark.req("T8")
    def test_an_official_helps_three_households_and_a_household_has_one_helper(self, programme, town_officer, hold):
        homes, official = [household(f"H{n}") for n in range(4)], domain.Helper(None, "王书记", "白云镇政府")
        for home in homes[:3]:
            domain.pair(programme, home, official, since=date(2020, 1, 1), actor=town_officer)
        for helper, home, code in ((official, homes[3], "too_many"), (domain.Helper(hold("张大山")), homes[0], "paired"),
                                   (domain.Helper(), homes[3], "no_helper")):  # fmt: skip
            with pytest.raises(Refusal) as caught:
                domain.pair(programme, home, helper, since=date(2020, 1, 1), actor=town_officer)
            assert caught.value.code == code
        first = Pairing.objects.first()
        for made, code in (
            (domain.VisitMade(date(2019, 12, 31), "早"), "not_paired"), (domain.VisitMade(date(2090, 1, 1), "晚"), "future"),
            (domain.VisitMade(date(2020, 2, 1), " "), "empty"), (domain.VisitMade(date(2020, 2, 1), "多", 10**9), "given"),
        ):  # fmt: skip
            with pytest.raises(Refusal) as caught:
                domain.enter_visit(first, made, actor=town_officer)
            assert caught.value.code == code
        assert domain.enter_visit(first, domain.VisitMade(date(2020, 2, 1), "走访"), actor=town_officer).person is None


class TestIncidents:
    @pytest.mark.req("Z14")
    def test_reported_brought_to_mind_handled_closed(self, sign_in, make_user, town_officer, hold):
        clerk = make_user(Role.VILLAGE_CLERK, VILLAGE)
        person = hold("张大山")
        before = timezone.localtime() - timedelta(hours=3)
        given = {"person": person.pk, "kind": "fire", "at": f"{before:%Y-%m-%dT%H:%M}", "text": "北坡有烟"}
        sign_in(clerk).post(reverse("console:work-incident-new"), given)
        incident = Incident.objects.get()
        assert incident.remind_at - incident.at == timedelta(hours=2)
        assert (waiting(clerk), waiting(town_officer)) == ([], [("late=yes", 1)])
        with pytest.raises(Forbidden):
            domain.handle_incident(incident, handling="看过了", actor=clerk)
        with pytest.raises(Refusal):
            domain.close_incident(incident, closing="没事", actor=town_officer)
        client = sign_in(town_officer)
        assert "overdue" in page(client, "work-incidents", late="yes")
        client.post(reverse("console:work-incident-handle", args=[incident.pk]), {"handling": "派人扑灭，无人员伤亡"})
        client.post(reverse("console:work-incident-close", args=[incident.pk]), {"closing": "复查无复燃"})
        assert "复查无复燃" in page(client, "work-incident", incident.pk)
        assert waiting(town_officer) == []


class TestResults:
    @pytest.mark.req("Z14")
    def test_the_numbers_of_the_source_are_summed_by_region_and_kind(self, sign_in, county_manager, hold):
        """造林 50 亩, 绿化 2.5 公里, 防治 2 万亩, 苗木 12 万株, handed in by two towns in units of every size."""
        ours, theirs = hold("张大山"), hold("李小河", OTHER_VILLAGE)
        for person, kind, quantity, unit in (
            (ours, ResultKind.PLANTING, "2", Unit.HECTARE), (theirs, ResultKind.PLANTING, "20", Unit.MU),
            (ours, ResultKind.GREENING, "1.5", Unit.KILOMETRE), (theirs, ResultKind.GREENING, "2", Unit.LI),
            (ours, ResultKind.PEST_CONTROL, "1.999", Unit.WAN_MU), (theirs, ResultKind.PEST_CONTROL, "10", Unit.MU),
            (ours, ResultKind.SEEDLINGS, "11.5", Unit.WAN_PLANT), (theirs, ResultKind.SEEDLINGS, "5000", Unit.PLANT),
            (ours, ResultKind.GREENING, "3", Unit.MU),
        ):  # fmt: skip
            domain.report_result(person, kind, Decimal(quantity), unit, domain.Report(at(2)), actor=county_manager)
        extra = domain.report_result(
            ours, ResultKind.PLANTING, Decimal(7), Unit.MU, domain.Report(at(3)), actor=county_manager
        )
        domain.withdraw_result(extra, reason="重复", actor=county_manager)
        client, when = sign_in(county_manager, "zh-hans"), {"from": "2020-07-01", "to": "2020-07-31"}
        told = page(client, "work-sums", **when)
        sums = [part.split("<")[0] for part in told.split("data-sum>")[1:]]
        assert sums == ["50 亩", "3 亩", "2.5 公里", "2 万亩", "12 万株"]
        assert told.count("data-row") == 2
        book = CalamineWorkbook.from_filelike(BytesIO(client.get(reverse("console:work-sums-xlsx"), when).content))
        rows = book.get_sheet_by_index(0).to_python()
        assert next(row for row in rows if row[0] == "平坝区")[1:] == [50, 3, 2.5, 2, 12]
        assert page(client, "work-sums", **{"from": "2020-08-01", "to": "2020-08-31"}).count("data-row") == 0

    def test_photos_are_seen_by_who_looks_into_evidence_and_by_nobody_else(
        self, sign_in, hold, town_officer, make_user
    ):
        """One photo is here, one is on its way; finance reads how many, another town finds nothing."""
        person, digests = hold("张大山"), ["ab" * 32, "cd" * 32]
        report = domain.Report(at(2))
        done = domain.report_result(person, ResultKind.PLANTING, Decimal(2), Unit.MU, report, actor=town_officer)
        WorkResult.objects.filter(pk=done.pk).update(before=digests)
        photo = Media.objects.create(
            region_code=VILLAGE, person=person, sha256=bytes.fromhex(digests[0]), kind=MediaKind.PHOTO,
            received_at=timezone.now(),
            file=store_picture(picture(), name="树苗.jpg", region_code=VILLAGE, actor=town_officer),
        )  # fmt: skip
        client, address = sign_in(town_officer, "zh-hans"), reverse("console:work-medium", args=[photo.pk])
        told = page(client, "work-result", done.pk)
        assert (told.count(f'src="{address}"'), "还有 1 个没传到" in told) == (1, True)
        answer = client.get(address)
        assert (answer["Content-Type"], answer["X-Content-Type-Options"], answer.content[:2]) == (
            "image/jpeg", "nosniff", b"\xff\xd8",
        )  # fmt: skip
        finance = sign_in(make_user(Role.FINANCE, "520403"), "zh-hans")
        told = page(finance, "work-result", done.pk)
        assert ("<img" in told.split("<main")[1], "手机上有 2 个" in told) == (False, True)
        assert finance.get(address).status_code == 404
        assert sign_in(make_user(Role.TOWN_OFFICER, "520403101")).get(address).status_code == 404

    def test_entered_and_taken_back_on_the_pages(self, officer, hold):
        person = hold("张大山", starts=date(2020, 1, 1))
        given = {"person": person.pk, "day": "2020-07-02", "kind": "cleaning", "quantity": "0", "unit": "km"}
        assert "more than nothing" in officer.post(reverse("console:work-result-new"), given).content.decode()
        officer.post(reverse("console:work-result-new"), {**given, "quantity": "1.2"})
        result = WorkResult.objects.get()
        assert (result.amount, result.day, "1.2 km" in page(officer, "work-result", result.pk)) == (
            1200,
            date(2020, 7, 2),
            True,
        )
        officer.post(reverse("console:work-result-withdraw", args=[result.pk]), {"reason": "填错"})
        assert page(officer, "work-results").count("data-row") == 0
        with pytest.raises(Refusal):
            domain.report_result(
                person, ResultKind.CLEANING, Decimal(1), Unit.KILOMETRE,
                domain.Report(datetime(2090, 1, 1, tzinfo=at(1).tzinfo)), actor=result.entered_by,
            )  # fmt: skip

    @given(
        st.lists(
            st.tuples(st.decimals("0.001", "99999", places=3), st.sampled_from(list(UNITS))), min_size=1, max_size=9
        )
    )
    def test_a_sum_is_shown_exactly(self, parts):
        for dimension in {UNITS[unit].dimension for _quantity, unit in parts}:
            total = sum(amount_of(quantity, unit) for quantity, unit in parts if UNITS[unit].dimension == dimension)
            value, unit = shown(total, dimension)
            assert value * UNITS[unit].factor == total
            assert "E" not in f"{value:f}"
