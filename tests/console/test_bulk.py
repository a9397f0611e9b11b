"""Bulk actions: shown before they are done, done whole or not at all, about exactly what was chosen."""

import re
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.console.conftest import confirmed, make_person, shown
from tests.payment.world import JULY, OTHER_VILLAGE, TOWN, World

from yigang.appraisal.models import Mark
from yigang.console import urls as _urls  # noqa: F401 - with the pages every list is declared
from yigang.console.lists import bulk
from yigang.console.lists.spec import LISTS
from yigang.duty.enums import Table
from yigang.foundation.enums import Role
from yigang.foundation.models import AuditEntry, User
from yigang.payment.models import Settlement, SubsidyLine
from yigang.payment.settlement.calculate import settle

CLOSE = "/office/accounts/close/"
pytestmark = pytest.mark.usefixtures("regions")


@pytest.fixture
def clerks(make_user):
    return [make_user(Role.VILLAGE_CLERK, "520403100201", username=f"clerk{number}") for number in range(3)]


@pytest.mark.parametrize(
    "url_name", sorted({str(action.url_name) for spec in LISTS.values() for action in spec.actions})
)
def test_a_bulk_action_is_not_begun_by_a_link(sign_in, county_manager, url_name):
    assert sign_in(county_manager).get(reverse(url_name)).status_code == 405


@pytest.mark.usefixtures("clerks")
class TestAccounts:
    def test_nothing_is_done_before_it_was_shown(self, sign_in, county_manager, clerks):
        client = sign_in(county_manager)
        chosen = {"selected": [clerks[0].pk, clerks[1].pk]}
        preview = confirmed(client, CLOSE, chosen)
        assert preview.count("data-outcome") == 2
        assert "clerk0" in preview
        assert sorted(User.objects.filter(is_active=False).values_list("username", flat=True)) == ["clerk0", "clerk1"]

    def test_a_preview_writes_nothing(self, sign_in, county_manager, clerks):
        sign_in(county_manager).post(CLOSE, {"selected": [clerks[0].pk]})
        assert User.objects.filter(is_active=False).count() == 0
        assert not AuditEntry.objects.filter(verb="foundation.close_user").exists()

    def test_all_that_are_filtered_is_counted_anew_and_obeys_the_filter(self, sign_in, county_manager):
        chosen = {"everything": "1", "query": "?role=village_clerk", "selected": [county_manager.pk]}
        preview = confirmed(sign_in(county_manager), CLOSE, chosen)
        assert "Chosen: <b>3</b>" in preview
        assert User.objects.get(pk=county_manager.pk).is_active

    def test_one_refused_among_many_is_named_and_nothing_can_be_done(self, sign_in, county_manager):
        chosen = {"everything": "1", "query": "?"}
        preview = shown(sign_in(county_manager).post(CLOSE, chosen))
        assert f"{county_manager.username}: Nobody closes the own account." in preview
        assert "previewed" not in preview
        assert User.objects.filter(is_active=False).count() == 0

    def test_what_has_changed_since_the_preview_is_shown_anew(self, sign_in, county_manager, make_user):
        client, chosen = sign_in(county_manager), {"everything": "1", "query": "?role=village_clerk"}
        digest = re.search('name="previewed" value="([0-9a-f]+)"', shown(client.post(CLOSE, chosen)))[1]
        make_user(Role.VILLAGE_CLERK, "520403100201")
        again = shown(client.post(CLOSE, {**chosen, "asked": "1", "previewed": digest}))
        assert "has changed since" in again
        assert "Chosen: <b>4</b>" in again
        assert User.objects.filter(is_active=False).count() == 0

    def test_a_stranger_s_account_cannot_be_slipped_in(self, sign_in, county_manager, clerks, make_user):
        stranger = make_user(Role.TOWN_OFFICER, "520404100")
        confirmed(sign_in(county_manager), CLOSE, {"selected": [stranger.pk, clerks[0].pk, "x"]})
        assert User.objects.get(pk=stranger.pk).is_active

    def test_nothing_chosen_and_too_many_are_said(self, sign_in, county_manager, clerks, monkeypatch):
        client = sign_in(county_manager)
        assert client.post(CLOSE).status_code == 302
        monkeypatch.setattr(bulk, "AT_ONCE", 2)
        assert "3 are chosen; at most 2" in shown(client.post(CLOSE, {"selected": [one.pk for one in clerks]}))
        assert client.get(CLOSE).status_code == 405

    @pytest.mark.parametrize("rows", [1, 3])
    def test_the_choice_costs_the_same_queries_however_many(self, sign_in, county_manager, clerks, rows, monkeypatch):
        """Each account that is closed costs its own; reading what was chosen does not."""
        client = sign_in(county_manager)
        monkeypatch.setattr(bulk, "AT_ONCE", 0)
        with CaptureQueriesContext(connection) as queries:
            client.post(CLOSE, {"selected": [one.pk for one in clerks[:rows]]})
        assert len(queries) == 9, [query["sql"] for query in queries]


class TestPeople:
    def names(self, response):
        book = openpyxl.load_workbook(BytesIO(response.getvalue()))
        return [row[0].value for row in book.active.iter_rows(min_row=2)]

    def test_the_chosen_are_a_workbook_of_what_is_seen(self, sign_in, town_officer):
        first, _second, third = (make_person(number, name=f"王{number}") for number in range(3))
        foreign = make_person(4, name="李外人", village="520403101201")
        client = sign_in(town_officer)
        chosen = {"query": "?sort=-name", "selected": [first.pk, third.pk, foreign.pk]}
        assert self.names(client.post("/people/chosen/", chosen)) == ["王2", "王0"]
        everything = client.post("/people/chosen/", {"query": "?q=王1", "everything": "1", "selected": [first.pk]})
        assert self.names(everything) == ["王1"]


class TestMonth:
    @pytest.fixture
    def draft(self, town_officer):
        """Two whose work is done and whose mark is missing, in two villages."""
        world = World(town_officer)
        world.declare(Table.LEAVES, Table.WORK_LOGS, Table.FINDINGS)
        for name, village in (("王大山", "520403100201"), ("李二", OTHER_VILLAGE)):
            ranger = world.hire(name, village)
            world.attend(ranger, range(1, 23))
            world.log(ranger, range(1, 23))
        settle(world.programme, TOWN, JULY, actor=town_officer)
        return Settlement.objects.get()

    def answers(self, **more):
        return {"mark": "乡镇评定", "points": "17.5", "reason": "集中评议", **more}

    def test_one_mark_is_shown_with_its_pay_and_given_to_the_chosen(self, sign_in, town_officer, draft):
        client, address = sign_in(town_officer), f"/months/{draft.pk}/marks/one"
        chosen = {"selected": [line.appointment_id for line in SubsidyLine.objects.all()]}
        asked = shown(client.post(address, chosen))
        assert "previewed" not in asked, "first which mark, then what it does"
        preview = confirmed(client, address, {**chosen, **self.answers()})
        assert preview.count("833.33") == 2
        assert [str(mark.value) for mark in Mark.objects.all()] == ["17.50", "17.50"]
        assert [line.amount_fen for line in SubsidyLine.objects.all()] == [83333, 83333]

    def test_everybody_of_one_village(self, sign_in, town_officer, draft):
        chosen = {"everything": "1", "village": OTHER_VILLAGE, "filter": ""}
        preview = confirmed(sign_in(town_officer), f"/months/{draft.pk}/marks/one", {**chosen, **self.answers()})
        assert ("李二" in preview, "王大山" in preview) == (True, False)
        assert Mark.objects.get().appointment.person.name == "李二"

    @pytest.mark.parametrize("wrong", [{"points": "21"}, {"points": "x"}, {"reason": " "}, {"mark": "品德"}])
    def test_what_cannot_be_given_is_given_to_nobody(self, sign_in, town_officer, draft, wrong):
        chosen = {"selected": [line.appointment_id for line in SubsidyLine.objects.all()]}
        page = shown(
            sign_in(town_officer).post(
                f"/months/{draft.pk}/marks/one", {**chosen, **self.answers(**wrong), "asked": "1"}
            )
        )
        assert "previewed" not in page
        assert not Mark.objects.exists()

    def test_who_may_not_judge_sees_no_such_page(self, sign_in, make_user, draft):
        auditor = sign_in(make_user(Role.AUDITOR, "520403"))
        chosen = {"selected": [SubsidyLine.objects.first().appointment_id], **self.answers(), "asked": "1"}
        assert auditor.post(f"/months/{draft.pk}/marks/one", chosen).status_code == 404

    def test_a_station_judges_and_the_town_computes(self, sign_in, make_user, draft):
        station = sign_in(make_user(Role.STATION_OFFICER, "520403100"))
        sheet = shown(station.get(f"/months/{draft.pk}/"))
        assert "Save marks</button>" in sheet
        chosen = {"selected": [line.appointment_id for line in SubsidyLine.objects.all()]}
        confirmed(station, f"/months/{draft.pk}/marks/one", {**chosen, **self.answers()})
        assert Mark.objects.count() == 2
        assert {line.amount_fen for line in SubsidyLine.objects.all()} == {None}, "the draft waits for the town"
