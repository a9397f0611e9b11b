"""Evidence in the browser: what came in, whose it is, corrected, withdrawn, kept on paper."""

from datetime import date, time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.duty.conftest import at, punch
from tests.duty.test_facts import leave, log
from tests.foundation.factories import picture

from yigang.console import today
from yigang.duty import domain
from yigang.duty.enums import LeaveKind, ProxyMark, Source, Table
from yigang.duty.models import (
    CheckIn,
    Intake,
    Leave,
    Patrol,
    PatrolChange,
    ProxyEntry,
    UnmatchedRow,
    WorkLog,
    WorkResult,
)
from yigang.foundation.enums import Role
from yigang.foundation.models import AuditEntry

VILLAGE = "520403100201"
QUERIES = {True: 10, False: 8}
"""Of the village's grid and of one person's month on paper."""
pytestmark = pytest.mark.usefixtures("regions")


@pytest.fixture
def officer(town_officer, sign_in):
    return sign_in(town_officer)


@pytest.fixture
def clerk(make_user):
    return make_user(Role.VILLAGE_CLERK, VILLAGE)


def page(client, name: str, *args: object, **query: str) -> str:
    response = client.get(reverse(f"console:{name}", args=args), query)
    assert response.status_code == 200, response
    return response.content.decode()


def waiting(user) -> list[int]:
    """How many of each thing wait for the user in attendance."""
    return [one.count for one in today.dues_of(user, "520403100") if one.chapter == "duty"]


class TestIntakes:
    def test_an_intake_tells_what_came_in_and_is_withdrawn_with_a_reason(self, officer, hold, take_in):
        hold("张大山")
        intake = take_in(Table.CHECK_INS, punch("张大山", at(1)), punch("不认识", at(1)))
        assert "1 rows unmatched" in page(officer, "duty")
        assert "不认识" in page(officer, "duty-intake", intake.pk)
        officer.post(reverse("console:duty-withdraw", args=[intake.pk]), {"reason": "导错了"})
        assert Intake.objects.get().withdrawn_reason == "导错了"
        assert "withdrawn" in page(officer, "duty")

    @pytest.mark.parametrize("count", [1, 3])
    def test_the_list_takes_the_same_queries_for_one_and_for_three(self, officer, hold, take_in, count):
        hold("张大山")
        for day in range(1, count + 1):
            take_in(Table.CHECK_INS, punch("张大山", at(day)))
        with CaptureQueriesContext(connection) as captured:
            page(officer, "duty")
        assert len(captured) <= 12

    def test_no_leave_this_month_is_declared(self, officer):
        given = {"table": "leaves", "first": "2020-07-01", "last": "2020-07-31"}
        officer.post(reverse("console:duty-declare"), given)
        intake = Intake.objects.get()
        assert (intake.table, intake.declared, intake.region_code) == ("leaves", True, "520403100000")

    @pytest.mark.req("P5")
    def test_a_foreign_towns_evidence_is_not_there(self, hold, take_in, make_user, sign_in):
        hold("张大山")
        intake = take_in(Table.CHECK_INS, punch("张大山", at(1)))
        stranger = sign_in(make_user(Role.TOWN_OFFICER, "520403101"))
        assert stranger.get(reverse("console:duty-intake", args=[intake.pk])).status_code == 404
        assert "2020-07-01" not in page(stranger, "duty")


class TestGaps:
    """What stands above the month sheet."""

    def test_it_names_unknown_people_and_tables_that_nobody_completed(self, officer, programme, take_in, town_officer):
        take_in(Table.CHECK_INS, punch("不认识", at(1)), punch("不认识", at(2)))
        for table in (Table.LEAVES, Table.WORK_LOGS):
            domain.declare_complete(table, "520403100000", date(2020, 7, 1), date(2020, 7, 31), actor=town_officer)
        shown = page(officer, "duty-gaps", programme.pk, "520403100", "2020-07")
        assert "2 rows of this month" in shown
        assert "Absences found" in shown
        assert "Work logs" not in shown

    @pytest.mark.parametrize("month", ["2020-13", "x"])
    def test_a_month_that_never_was_is_not_there(self, officer, programme, month):
        address = reverse("console:duty-gaps", args=[programme.pk, "520403100", month])
        assert officer.get(address).status_code == 404


class TestUnknownPeople:
    def test_they_wait_on_the_first_page_and_are_matched_with_a_click(self, officer, town_officer, hold, take_in):
        take_in(Table.CHECK_INS, punch("张大杉", at(1), key="u1"))
        person = hold("张大山")
        assert waiting(town_officer) == [1]
        assert "张大杉" in page(officer, "duty-unmatched")
        row = UnmatchedRow.objects.get()
        shown = page(officer, "duty-match", row.pk)
        assert "张大山" in shown
        assert "姓名" in shown
        officer.post(reverse("console:duty-resolve", args=[row.pk]), {"person": person.pk})
        assert CheckIn.objects.get().person == person
        assert waiting(town_officer) == []

    @pytest.mark.parametrize("count", [1, 3])
    def test_both_lists_take_the_same_queries_for_one_and_for_three(self, officer, take_in, town_officer, count):
        take_in(Table.CHECK_INS, *(punch(f"张{number}", at(1)) for number in range(count)))
        for address, queries in (("duty-unmatched", 9), ("duty-not-ours", 9)):
            with CaptureQueriesContext(connection) as captured:
                assert page(officer, address).count("data-row") == count
            assert len(captured) == queries, [query["sql"] for query in captured]
            domain.disown(UnmatchedRow.objects.select_related("intake"), reason="邻县的人", actor=town_officer)

    def test_many_of_one_name_are_given_to_one_person_after_a_preview(self, officer, hold, take_in):
        take_in(Table.CHECK_INS, punch("张大杉", at(1), key="u1"))
        take_in(Table.CHECK_INS, punch("张大杉", at(2), key="u2"))
        person, address = hold("张大山"), reverse("console:duty-unmatched-resolve")
        chosen = {"everything": "1", "query": "?q=张大杉"}
        asked = officer.post(address, chosen).content.decode()
        assert f'<option value="{person.pk}">张大山' in asked
        preview = officer.post(address, {**chosen, "asked": "1", "person": person.pk}).content.decode()
        assert preview.count("data-outcome") == 2
        assert not CheckIn.objects.exists()
        digest = preview.split('name="previewed" value="')[1].split('"')[0]
        officer.post(address, {**chosen, "asked": "1", "person": person.pk, "previewed": digest})
        assert CheckIn.objects.filter(person=person).count() == 2

    def test_who_is_not_ours_is_put_aside_and_taken_back(self, officer, take_in):
        take_in(Table.CHECK_INS, punch("李外人", at(1)))
        for address, given in (("duty-unmatched-disown", {"reason": "邻县借用"}), ("duty-claim", {})):
            chosen = {"everything": "1", "query": "?", "asked": "1", **given}
            preview = officer.post(reverse(f"console:{address}"), chosen).content.decode()
            digest = preview.split('name="previewed" value="')[1].split('"')[0]
            officer.post(reverse(f"console:{address}"), {**chosen, "previewed": digest})
            assert ("邻县借用" in page(officer, "duty-not-ours")) == (address == "duty-unmatched-disown")
        assert "李外人" in page(officer, "duty-unmatched")

    def test_others_are_found_by_their_initials(self, officer, hold, take_in):
        take_in(Table.CHECK_INS, punch("小红姐", at(1)))
        hold("王小明")
        assert "王小明" in page(officer, "duty-match", UnmatchedRow.objects.get().pk, q="wxm")

    def test_everybody_is_looked_for_again_when_a_roster_has_come_in(self, officer, hold, take_in):
        take_in(Table.CHECK_INS, punch("张大山", at(1)), punch("查无此人", at(1)))
        person = hold("张大山")
        officer.post(reverse("console:duty-rematch"))
        assert CheckIn.objects.get().person == person
        assert UnmatchedRow.objects.get(person=None).name == "查无此人"


class TestLeave:
    def test_it_is_entered_with_its_document(self, officer, hold):
        person = hold("张大山")
        note = SimpleUploadedFile("假条.png", picture("PNG"), content_type="image/png")
        given = {"person": person.pk, "kind": "sick", "first": "2020-07-03", "last": "2020-07-05",
                 "approved_by": "李站长", "why": "住院", "document": note}  # fmt: skip
        response = officer.post(reverse("console:duty-leave-new"), given)
        assert response.status_code == 302, response.content.decode()
        entered = Leave.objects.get()
        assert (entered.kind, entered.approved, entered.document.name) == (LeaveKind.SICK, True, "假条.jpg")
        assert "张大山" in page(officer, "duty-leaves")

    def test_a_refusal_stands_at_its_field(self, officer, hold):
        person = hold("张大山")
        given = {"person": person.pk, "kind": "sick", "first": "2020-07-05", "last": "2020-07-03"}
        shown = officer.post(reverse("console:duty-leave-new"), given).content.decode()
        assert "lies before the first" in shown
        assert not Leave.objects.exists()

    def test_a_program_is_no_document(self, officer, hold):
        person = hold("张大山")
        bad = SimpleUploadedFile("x.html", b"<script>", content_type="image/jpeg")
        given = {"person": person.pk, "kind": "sick", "first": "2020-07-03", "last": "2020-07-03", "document": bad}
        assert "is neither" in officer.post(reverse("console:duty-leave-new"), given).content.decode()

    def test_it_is_corrected_and_cancelled(self, officer, hold, take_in):
        hold("张大山")
        take_in(Table.LEAVES, leave("张大山", 3, 9), source=Source.SHEET)
        first = Leave.objects.get()
        given = {"kind": "sick", "first": "2020-07-03", "last": "2020-07-05", "approved_by": "李站长", "reason": "销假"}
        officer.post(reverse("console:duty-leave-correct", args=[first.pk]), given)
        later = Leave.objects.get(corrects=first)
        assert later.last == date(2020, 7, 5)
        officer.post(reverse("console:duty-leave-correct", args=[later.pk]), given | {"cancelled": "on"})
        assert "张大山" not in page(officer, "duty-leaves")


class TestCalendar:
    def test_each_day_is_lettered_and_opens_its_evidence(self, officer, hold, take_in):
        person = hold("张大山")
        take_in(Table.CHECK_INS, punch("张大山", at(1)), punch("张大山", at(2), result="not_signed", source="SYSTEM"))
        shown = page(officer, "duty-calendar", person.pk, month="2020-07")
        assert "duty-present" in shown
        assert "<b>旷</b>" in shown
        day = page(officer, "duty-day", person.pk, "2020-07-01")
        assert "07:30" in day
        assert "张大山" in day

    def test_the_persons_page_shows_it(self, officer, hold):
        assert 'id="duty-calendar"' in page(officer, "person", hold("张大山").pk, month="2020-07")

    def test_without_a_post_it_says_so(self, officer, hold):
        person = hold("张大山")
        assert "No post was held" in page(officer, "duty-calendar", person.pk, month="2019-07")

    def test_a_missed_check_is_put_right_with_a_reason(self, officer, hold, take_in):
        person = hold("张大山")
        take_in(Table.CHECK_INS, punch("张大山", at(2), result="not_signed", source="SYSTEM"))
        entry = CheckIn.objects.get()
        address = reverse("console:duty-check-in-correct", args=["2020-07-02", entry.pk])
        given = {"clock": "07:25", "kind": "on", "result": "normal", "place": "inside", "reason": "手机没电"}
        assert officer.post(address, given).status_code == 302
        assert "no longer counts" in page(officer, "duty-day", person.pk, "2020-07-02")
        assert "<b>出</b>" in page(officer, "duty-calendar", person.pk, month="2020-07")

    def test_a_log_is_put_right_from_the_days_page_and_the_trail_says_what_was_before(self, officer, hold, take_in):
        person = hold("张大山")
        take_in(Table.WORK_LOGS, log("张大山", 3), source=Source.SHEET)
        entry = WorkLog.objects.get()
        address = reverse("console:duty-log-correct", args=[entry.pk])
        assert address in page(officer, "duty-day", person.pk, "2020-07-03")
        given = {"day": "2020-07-03", "text": "巡山，捡拾垃圾", "reason": "字迹认错"}
        assert officer.post(address, given).status_code == 302
        assert "捡拾垃圾" in page(officer, "duty-day", person.pk, "2020-07-03")
        noted = AuditEntry.objects.get(verb="duty.correct_work_log")
        assert (noted.before["text"], noted.after["text"], noted.after["reason"]) == (
            "巡山",
            "巡山，捡拾垃圾",
            "字迹认错",
        )

    def test_a_refused_log_stays_on_its_form(self, officer, hold, take_in):
        hold("张大山")
        take_in(Table.WORK_LOGS, log("张大山", 3), source=Source.SHEET)
        address = reverse("console:duty-log-correct", args=[WorkLog.objects.get().pk])
        shown = officer.post(address, {"day": "2020-07-03", "text": "", "reason": "没有写"}).content.decode()
        assert "A log without words says nothing." in shown
        officer.post(address, {"day": "2020-07-03", "text": "", "cancelled": "on", "reason": "没有写"})
        again = officer.post(address, {"day": "2020-07-03", "text": "巡山", "reason": "再改"}).content.decode()
        assert "This entry was corrected before." in again

    def test_a_foreign_towns_log_is_not_there(self, hold, take_in, make_user, sign_in):
        hold("张大山")
        take_in(Table.WORK_LOGS, log("张大山", 3), source=Source.SHEET)
        stranger = sign_in(make_user(Role.TOWN_OFFICER, "520403101"))
        assert stranger.get(reverse("console:duty-log-correct", args=[WorkLog.objects.get().pk])).status_code == 404

    @pytest.mark.parametrize("day", ["2020-02-30", "heute"])
    def test_a_day_that_never_was_is_not_there(self, officer, hold, day):
        assert officer.get(reverse("console:duty-day", args=[hold("张大山").pk, day])).status_code == 404


class TestPaper:
    @pytest.fixture
    def person(self, hold):
        return hold("张大山")

    def grid(self) -> str:
        return f"{reverse('console:duty-paper')}?village={VILLAGE}&month=2020-07"

    def test_one_types_and_another_confirms(self, person, clerk, town_officer, sign_in):
        client = sign_in(clerk)
        assert "张大山" in client.get(self.grid()).content.decode()
        photo = SimpleUploadedFile("签到表.jpg", picture(), content_type="image/jpeg")
        typed = {f"d-{person.pk}-1": "c", f"d-{person.pk}-2": "夜", f"d-{person.pk}-3": "假", "document": photo}
        client.post(self.grid(), typed)
        assert ProxyEntry.objects.filter(document__name="签到表.jpg").count() == 3
        client.post(reverse("console:duty-paper-confirm"), {"village": VILLAGE, "month": "2020-07", "do": "confirm"})
        assert not CheckIn.objects.exists()

        officer = sign_in(town_officer)
        assert waiting(town_officer) == [3]
        officer.post(reverse("console:duty-paper-confirm"), {"village": VILLAGE, "month": "2020-07", "do": "confirm"})
        assert CheckIn.objects.filter(person=person, source="proxy").count() == 3
        assert Leave.objects.get().first == date(2020, 7, 3)

    @pytest.mark.req("Z14")
    def test_patrols_and_results_on_paper_count_when_a_second_person_has_confirmed(
        self, person, clerk, town_officer, sign_in
    ):
        key, clerks = person.pk, sign_in(clerk)
        refused = clerks.post(self.one(person), {f"q-{key}-1": "50", f"p-{key}-2": "5,2"})
        assert "choose the unit and the kind" in refused.content.decode()
        assert 'value="5,2"' in refused.content.decode(), "nothing typed is lost"
        said = {
            f"q-{key}-1": "50",
            f"u-{key}-1": "mu",
            f"k-{key}-1": "planting",
            f"p-{key}-2": "5.2",
            f"d-{key}-2": "夜",
        }
        on_leave = clerks.post(self.one(person), said | {f"d-{key}-1": "假", f"s-{key}-1": ""}).content.decode()
        assert "are noted for a day on duty" in on_leave
        clerks.post(self.one(person), said)
        assert not Patrol.objects.exists()
        assert not WorkResult.objects.exists()
        officer, one_month = sign_in(town_officer), {"village": VILLAGE, "month": "2020-07"}
        page = officer.get(self.grid()).content.decode()
        assert '<td data-label="Patrolled (km)">5.2</td>' in page
        officer.post(reverse("console:duty-paper-confirm"), one_month | {"do": "confirm"})
        patrol, result = Patrol.objects.get(), WorkResult.objects.get()
        assert (patrol.day, patrol.distance_m, patrol.source) == (date(2020, 7, 2), 5_200, "paper")
        assert (result.day, result.amount, result.entered_by) == (date(2020, 7, 1), 50, clerk)
        assert PatrolChange.objects.get().patrol == patrol, "the month is over: an officer sees what came late"
        assert "From the village" in officer.get(reverse("console:patrol", args=[patrol.pk])).content.decode()

    def test_days_are_rejected_with_a_reason(self, person, clerk, town_officer, sign_in):
        sign_in(clerk).post(self.grid(), {f"d-{person.pk}-1": "出"})
        given = {"village": VILLAGE, "month": "2020-07", "do": "reject", "reason": "与签到表不符"}
        sign_in(town_officer).post(reverse("console:duty-paper-confirm"), given)
        assert ProxyEntry.objects.get().rejected_reason == "与签到表不符"

    def test_an_unknown_letter_is_refused_with_its_place(self, person, clerk, sign_in):
        response = sign_in(clerk).post(self.grid(), {f"d-{person.pk}-1": "x"}, follow=True)
        assert "is no letter of the key" in response.content.decode()
        assert not ProxyEntry.objects.exists()

    def test_a_village_of_sixty_fits_into_one_form(self, hold, clerk, sign_in):
        people = [hold(f"张{number:02d}") for number in range(60)]
        typed = {f"d-{person.pk}-{day}": "" for person in people for day in range(1, 32)}
        response = sign_in(clerk).post(self.grid(), typed | {f"d-{people[0].pk}-1": "出"})
        assert response.status_code == 302
        assert ProxyEntry.objects.count() == 1

    def test_confirmed_days_can_no_longer_be_typed_over(self, person, clerk, town_officer, sign_in):
        sign_in(clerk).post(self.grid(), {f"d-{person.pk}-1": "出"})
        domain.confirm_days(ProxyEntry.objects.all(), actor=town_officer)
        client = sign_in(clerk)
        assert "paper-confirmed" in client.get(self.grid()).content.decode()
        client.post(self.grid(), {f"d-{person.pk}-1": ""})
        assert ProxyEntry.objects.count() == 1

    def one(self, person) -> str:
        return f"{reverse('console:duty-paper-one', args=[person.pk])}?village={VILLAGE}&month=2020-07"

    def test_the_same_hours_are_typed_once_for_all_marked_days(self, person, clerk, sign_in):
        typed = {f"d-{person.pk}-{day}": "出" for day in (1, 2, 3)} | {f"d-{person.pk}-4": "假"}
        sign_in(clerk).post(self.grid(), typed | {"hours-start": "8", "hours-end": "1730"})
        assert set(ProxyEntry.objects.filter(on_leave=False).values_list("start", "end")) == {(time(8), time(17, 30))}
        assert ProxyEntry.objects.get(on_leave=True).start is None

    def test_hours_of_their_own_win_and_later_letters_keep_them(self, person, clerk, sign_in):
        client, key = sign_in(clerk), person.pk
        typed = {f"d-{key}-1": "出", f"s-{key}-1": "9：00", f"e-{key}-1": "12.15", f"l-{key}-1": "清理隔离带",
                 f"d-{key}-2": "", f"s-{key}-2": "8", f"e-{key}-2": "17", f"d-{key}-3": "夜"}  # fmt: skip
        response = client.post(self.one(person), typed | {"hours-start": "7:00", "hours-end": "18:00"}, follow=True)
        assert "3 days are noted" in response.content.decode()
        assert list(ProxyEntry.objects.values_list("day__day", "night", "start", "end", "log")) == [
            (1, False, time(9), time(12, 15), "清理隔离带"), (2, False, time(8), time(17), ""),
            (3, True, time(7), time(18), ""),
        ]  # fmt: skip
        client.post(self.grid(), {f"d-{key}-1": "夜", f"d-{key}-2": "假", f"d-{key}-3": ""})
        assert list(ProxyEntry.objects.values_list("day__day", "night", "on_leave", "start", "log")) == [
            (1, True, False, time(9), "清理隔离带"), (2, False, True, None, ""),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"s": "8", "e": "24:00"}, "is no time of day"),
            ({"s": "8:60", "e": "9"}, "is no time of day"),
            ({"s": "17:00", "e": "8:00"}, "does not lie after the beginning"),
            ({"s": "8:00"}, "give both hours"),
            ({"d": "假", "s": "8", "e": "17"}, "hours are noted for a day on duty"),
            ({"l": "巡山"}, "there is a log and no mark"),
        ],
    )
    def test_what_cannot_be_is_refused_and_nothing_typed_is_lost(self, person, clerk, sign_in, typed, said):
        fields = {f"{name}-{person.pk}-1": text for name, text in typed.items()}
        kept = {f"d-{person.pk}-2": "出", f"l-{person.pk}-2": "仍在页上的字"}
        shown = sign_in(clerk).post(self.one(person), fields | kept).content.decode()
        assert said in shown
        assert "仍在页上的字" in shown
        assert not ProxyEntry.objects.exists()

    def test_a_name_notes_the_grid_first_and_opens_the_persons_month(self, person, clerk, sign_in):
        typed = {f"d-{person.pk}-1": "出", "open": str(person.pk)}
        response = sign_in(clerk).post(self.grid(), typed)
        assert response.url == self.one(person)
        assert ProxyEntry.objects.count() == 1

    def test_who_compares_sees_hours_and_logs(self, person, clerk, town_officer, sign_in):
        key = person.pk
        typed = {f"d-{key}-1": "出", f"s-{key}-1": "8", f"e-{key}-1": "17", f"l-{key}-1": "清理隔离带"}
        sign_in(clerk).post(self.one(person), typed)
        shown = sign_in(town_officer).get(self.grid()).content.decode()
        assert "08:00–17:00" in shown
        assert "清理隔离带" in shown

    def test_somebody_without_a_post_there_has_no_page(self, hold, clerk, sign_in):
        stranger = hold("外村人", "520403100202")
        assert sign_in(clerk).get(self.one(stranger)).status_code == 404

    @pytest.mark.parametrize("count", [1, 3])
    def test_both_pages_take_the_same_queries_for_one_and_for_three(self, hold, clerk, sign_in, count):
        people = [hold(f"张{number}") for number in range(count)]
        cells = [domain.Cell(one, date(2020, 7, 1), ProxyMark.PRESENT, "巡山", time(8), time(17)) for one in people]
        domain.enter_days(cells, actor=clerk)
        client = sign_in(clerk)
        for address in (self.grid(), self.one(people[0])):
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
            assert len(captured) == QUERIES[address.startswith(self.grid())], captured.captured_queries
