"""The month in the browser: computed, looked through, marked, moved on, explained. Pages are read as the officer reads them."""

import re
from io import BytesIO
from urllib.parse import urlencode

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from tests.payment.world import AUGUST, HUNG, JULY, OTHER_VILLAGE, TOWN, VILLAGE, World, weeks_pass

from yigang.appraisal.models import Mark
from yigang.console import today
from yigang.console.policies import title_of
from yigang.duty.enums import Table
from yigang.duty.models import CheckIn, WorkLog
from yigang.foundation.enums import Role
from yigang.foundation.models import JobRun
from yigang.payment.enums import Step
from yigang.payment.models import Settlement, SubsidyLine
from yigang.payment.settlement import review
from yigang.payment.settlement.calculate import settle
from yigang.payment.settlement.sealing import seal


@pytest.fixture
def reviewer(make_user):
    return make_user(Role.COUNTY_MANAGER, "520403")


@pytest.fixture
def world(town_officer, regions) -> World:
    world = World(town_officer)
    world.declare(Table.LEAVES, Table.WORK_LOGS, Table.FINDINGS)
    return world


@pytest.fixture
def draft(world, town_officer) -> Settlement:
    """王大山 has worked; 李二 in the next village waits for his mark."""
    world.work(world.hire("王大山"))
    waiting = world.hire("李二", OTHER_VILLAGE)
    world.attend(waiting, range(1, 23))
    world.log(waiting, range(1, 23))
    settle(world.programme, TOWN, JULY, actor=town_officer)
    return Settlement.objects.get()


@pytest.fixture
def sealed(draft, town_officer, reviewer) -> Settlement:
    review.publish(draft, on=HUNG, actor=town_officer)
    review.submit(draft, actor=town_officer)
    review.approve(draft, actor=reviewer)
    return seal(draft, actor=reviewer)


def text(response) -> str:
    assert response.status_code == 200, response
    return response.content.decode()


def dues(user) -> list[tuple[str, int]]:
    with translation.override("en"):
        return [(one.title, one.count) for one in today.dues_of(user, "520403100") if one.chapter == "months"]


def test_home_says_what_is_missing_where_nobodys_result_is_known(world, town_officer):
    """Nothing to look through and publish: the marks are missing."""
    for name in ("王大山", "李二"):
        world.attend(world.hire(name), range(1, 23))
    settle(world.programme, TOWN, JULY, actor=town_officer)
    ((title, _count),) = dues(town_officer)
    assert title == "Supply what is missing: nobody's result can be told (2 people)"
    due = next(one for one in today.dues_of(town_officer, "520403100") if one.chapter == "months")
    assert due.url == f"/months/{Settlement.objects.get().pk}/?filter=undetermined"


def test_home_says_until_when_a_list_hangs_and_then_to_hand_it_on(draft, town_officer):
    assert dues(town_officer) == [("Look through the draft and publish it", 1)]
    review.publish(draft, actor=town_officer)
    ((title, _count),) = dues(town_officer)
    assert title.startswith("Lists hang until 20")
    weeks_pass()
    assert dues(town_officer) == [("Hand the published month to the county", 1)]


def test_the_list_shows_each_month_with_its_step_and_who_is_next(sign_in, town_officer, draft):
    page = text(sign_in(town_officer).get("/months/"))
    assert "2020-07" in page
    assert "Calculated" in page
    assert "Town officer" in page


def test_the_list_costs_twelve_queries_with_its_form(sign_in, town_officer, draft, django_assert_num_queries):
    client = sign_in(town_officer)
    with django_assert_num_queries(12):
        client.get("/months/")


def test_computing_is_a_job_and_the_officer_is_told(sign_in, town_officer, world):
    world.work(world.hire("王大山"))
    answer = sign_in(town_officer).post("/months/compute", {"programme": world.programme.pk, "month": "2020-07"})
    assert answer.status_code == 302
    run = JobRun.objects.get()
    assert (run.kind, run.region_code) == ("payment.settle", TOWN)


@pytest.mark.parametrize("month", ["2020-13", "July", ""])
def test_a_month_that_is_none_is_refused(sign_in, town_officer, world, month):
    client = sign_in(town_officer)
    client.post("/months/compute", {"programme": world.programme.pk, "month": month})
    assert not JobRun.objects.exists()


def test_the_sheet_shows_days_results_and_what_is_missing(sign_in, town_officer, draft):
    page = text(sign_in(town_officer).get(f"/months/{draft.pk}/"))
    assert page.count('<td class="day day-present">P</td>') == 44
    assert "833.33" in page
    assert "乡镇评定 1" in page
    assert "Undetermined" in page


def test_the_sheet_is_filtered_by_village_and_by_state(sign_in, town_officer, draft):
    client = sign_in(town_officer)
    village = text(client.get(f"/months/{draft.pk}/", {"village": VILLAGE}))
    assert ("王大山</a>" in village, "李二</a>" in village) == (True, False)
    held = text(client.get(f"/months/{draft.pk}/", {"filter": "undetermined"}))
    assert ("王大山</a>" in held, "李二</a>" in held) == (False, True)


@pytest.mark.parametrize("people", [1, 3])
def test_the_sheet_costs_the_same_queries_whatever_its_people(sign_in, town_officer, world, people):
    for number in range(people):
        world.work(world.hire(f"护林员{number}"))
    settle(world.programme, TOWN, JULY, actor=town_officer)
    client, pk = sign_in(town_officer), Settlement.objects.get().pk
    with CaptureQueriesContext(connection) as queries:
        text(client.get(f"/months/{pk}/"))
    assert len(queries) == QUERIES, "\n".join(query["sql"][:150] for query in queries)


QUERIES = 11
"""Session, user, scopes, frame, the settlement and what stands on the sheet; evidence comes by COPY beside them."""


def test_beside_the_grid_stands_what_changed_since_last_month(sign_in, town_officer, world):
    ranger = world.work(world.hire("王大山"))
    settle(world.programme, TOWN, JULY, actor=town_officer)
    settle(world.programme, TOWN, AUGUST, actor=town_officer)
    august = Settlement.objects.get(month=AUGUST)
    side = text(sign_in(town_officer).get(f"/months/{august.pk}/side"))
    assert ranger.person.name in side
    assert "833.33 → —" in side


def test_a_person_and_a_day_open_beside_the_grid(sign_in, town_officer, draft):
    line = SubsidyLine.objects.get(person__name="王大山")
    part = text(sign_in(town_officer).get(f"/months/{draft.pk}/person/{line.pk}/", {"day": "3"}))
    assert "07-03 07:30" in part
    assert "Score" in part
    assert "<html" not in part


def test_a_days_evidence_is_put_right_from_the_grid_and_one_comes_back_to_it(sign_in, town_officer, draft):
    line, client = SubsidyLine.objects.get(person__name="王大山"), sign_in(town_officer)
    sheet = f"/months/{draft.pk}/?filter=failed"
    current = {"hx-current-url": f"http://testserver{sheet}"}
    part = text(client.get(f"/months/{draft.pk}/person/{line.pk}/", {"day": "3"}, headers=current))
    came = urlencode({"next": sheet})
    check_in, log = (
        CheckIn.objects.get(person=line.person, day="2020-07-03"),
        WorkLog.objects.get(person=line.person, day="2020-07-03"),
    )
    for address in (
        f"/duty/check-ins/2020-07-03/{check_in.pk}/correct/?{came}", f"/duty/logs/{log.pk}/correct/?{came}",
        f"/duty/leave/new/?person={line.person_id}&amp;day=2020-07-03&amp;{came}",
        f"/duty/paper/{line.person_id}/?village={VILLAGE}&amp;month=2020-07",
    ):  # fmt: skip
        assert f'href="{address}"' in part
    given = {"day": "2020-07-03", "text": "巡山，无火情", "reason": "字迹认错"}
    assert client.post(f"/duty/logs/{log.pk}/correct/?{came}", given).url == sheet
    elsewhere = client.get(f"/duty/logs/{log.pk}/correct/?next=https://example.com/")
    assert 'href="https://example.com' not in text(elsewhere)


def test_who_may_not_correct_is_told_why(sign_in, make_user, draft):
    line = SubsidyLine.objects.get(person__name="王大山")
    finance = sign_in(make_user(Role.FINANCE, "520403"))
    part = text(finance.get(f"/months/{draft.pk}/person/{line.pk}/", {"day": "3"}))
    assert "/correct/" not in part
    assert "/leave/new/" not in part
    assert "Correct evidence by a new entry" in part


def test_marks_are_given_in_the_grid_and_the_month_is_computed_again(sign_in, town_officer, draft):
    line = SubsidyLine.objects.get(person__name="李二")
    kept = SubsidyLine.objects.get(person__name="王大山")
    fields = {
        f"mark-{line.appointment_id}-township": "17.5",
        f"mark-{kept.appointment_id}-township": "18",
        "reason": "按月评定",
    }
    sign_in(town_officer).post(f"/months/{draft.pk}/marks", fields)
    mark = Mark.objects.get(appointment=line.appointment)
    assert (str(mark.value), mark.reason, mark.given_by) == ("17.50", "按月评定", town_officer)
    assert Mark.objects.count() == 2, "the unchanged mark of 王大山 was not given again"
    assert SubsidyLine.objects.get(appointment=line.appointment).amount_fen == 83333


@pytest.mark.parametrize("value", ["21", "-1", "18.555", "many", "nan"])
def test_a_refused_mark_keeps_what_was_typed_and_says_it_on_its_row(sign_in, town_officer, draft, value):
    wrong, right = (SubsidyLine.objects.get(person__name=name).appointment_id for name in ("李二", "王大山"))
    fields = {f"mark-{wrong}-township": value, f"mark-{right}-township": "19.5", "reason": "到村核实"}
    page = text(sign_in(town_officer).post(f"/months/{draft.pk}/marks?filter=", fields))
    assert f'name="mark-{wrong}-township" value="{value}"' in page
    assert f'name="mark-{right}-township" value="19.5"' in page, "nobody types it twice"
    assert page.count('aria-invalid="true"') == 1
    assert re.search(rf'id="mark-{wrong}-township-wrong">[^<]*{value}', page)
    assert 'name="reason" maxlength="200" value="到村核实"' in page
    assert Mark.objects.count() == 1


def test_a_table_that_is_refused_stays_with_its_wrong_rows(sign_in, town_officer, draft):
    pasted = "王大山\t12\n李四\t16\n李二\tnan\n"
    page = text(sign_in(town_officer).post(
        f"/months/{draft.pk}/marks/pasted", {"pasted": pasted, "mark": "乡镇评定", "reason": "到村核实"}
    ))  # fmt: skip
    assert f">{pasted}</textarea>" in page
    assert "<li>Row 2:" in page
    assert "<li>Row 3:" in page
    assert Mark.objects.count() == 1


def test_marks_are_pasted_from_a_table(sign_in, town_officer, draft):
    pasted = "李二\t16\n王大山\t12\t两次迟到\n"
    sign_in(town_officer).post(
        f"/months/{draft.pk}/marks/pasted", {"pasted": pasted, "mark": "乡镇评定", "reason": "月评"}
    )
    given = {mark.appointment.person.name: (str(mark.value), mark.reason) for mark in Mark.objects.order_by("pk")}
    assert given == {"李二": ("16.00", "月评"), "王大山": ("12.00", "两次迟到")}


@pytest.mark.req("P5")
def test_each_level_sees_its_own_buttons_and_its_own_step(sign_in, town_officer, reviewer, draft):
    town = text(sign_in(town_officer).get(f"/months/{draft.pk}/"))
    assert "/step/publish" in town
    assert "/step/approve" not in town
    sign_in(town_officer).post(f"/months/{draft.pk}/step/publish")
    early = text(sign_in(town_officer).get(f"/months/{draft.pk}/"))
    assert "The list hangs until" in early
    assert "/step/submit" not in early
    sign_in(town_officer).post(f"/months/{draft.pk}/step/submit")
    assert Settlement.objects.get().step == Step.PUBLISHED
    weeks_pass()
    sign_in(town_officer).post(f"/months/{draft.pk}/step/submit")
    county = text(sign_in(reviewer).get(f"/months/{draft.pk}/"))
    assert "/step/approve" in county
    assert "/step/send_back" in county
    sign_in(reviewer).post(f"/months/{draft.pk}/step/approve")
    sign_in(reviewer).post(f"/months/{draft.pk}/step/seal")
    assert Settlement.objects.get().step == Step.SEALED


def test_a_month_is_sent_back_with_its_reason(sign_in, town_officer, reviewer, draft):
    review.publish(draft, on=HUNG, actor=town_officer)
    review.submit(draft, actor=town_officer)
    sign_in(reviewer).post(f"/months/{draft.pk}/step/send_back", {"reason": "日志不全"})
    assert "日志不全" in text(sign_in(town_officer).get(f"/months/{draft.pk}/"))


def test_a_line_says_why_and_shows_its_evidence(sign_in, town_officer, draft):
    line = SubsidyLine.objects.get(person__name="王大山")
    page = text(sign_in(town_officer).get(f"/months/lines/{line.pk}/"))
    assert 'href="#evidence-check_ins"' in page
    assert page.count('class="day day-present" title') == 22
    assert draft.lines_digest in page
    assert "管理考核办法" in page


@pytest.mark.req("P10")
def test_the_plain_version_says_the_money_first_and_no_number_of_identity(sign_in, town_officer, draft):
    line = SubsidyLine.objects.get(person__name="王大山")
    page = text(sign_in(town_officer).get(f"/months/lines/{line.pk}/plain"))
    assert "This month pays 833.33 yuan" in page
    assert "identity" not in page.lower()


def test_the_village_list_holds_name_village_post_days_amount_and_nothing_else(sign_in, town_officer, draft):
    client = sign_in(town_officer)
    response = client.get(f"/months/{draft.pk}/notice.xlsx")
    rows = [
        [cell.value for cell in row] for row in openpyxl.load_workbook(BytesIO(response.content)).active.iter_rows()
    ]
    assert ["Name", "Village", "Post", "Days", "Amount (yuan)"] in rows
    assert ["王大山", "芝麻村", "护林员", 22, 833.33] in rows
    page = text(client.get(f"/months/{draft.pk}/notice"))
    assert "undetermined" in page


def test_another_policy_shows_who_would_gain_and_writes_nothing(sign_in, town_officer, draft, tmp_path, monkeypatch):
    from yigang.policy import policies_folder

    own = (policies_folder() / "pingba-ranger.yaml").read_text()
    (tmp_path / "pingba-ranger.yaml").write_text(own)
    other = own.replace("code: pingba-ranger", "code: dearer").replace("yuan: 10000.00", "yuan: 12000.00")
    (tmp_path / "dearer.yaml").write_text(other.split("    cases:")[0] + "    cases: []\n")
    monkeypatch.setenv("YIGANG_POLICIES", str(tmp_path))
    before = list(SubsidyLine.objects.values_list("pk", "amount_fen"))
    page = text(sign_in(town_officer).get(f"/months/{draft.pk}/what-if", {"policy": "dearer"}))
    assert "1,000.00" in page
    assert "166.67" in page
    assert 'data-label="Difference (yuan)">166.67' in page, "a card on a phone"
    with translation.override("en"):
        title = title_of("pingba-ranger")
    assert re.search(rf"<h2>{re.escape(title)} \d{{4}}-\d\d-\d\d → {re.escape(title)} \d{{4}}", page)
    assert list(SubsidyLine.objects.values_list("pk", "amount_fen")) == before


@pytest.mark.parametrize(("asked", "said"), [({"month": "2020-13"}, "2020-13"), ({"policy": "nope"}, "nope")])
def test_a_comparison_that_cannot_be_made_says_why(sign_in, town_officer, draft, asked, said):
    page = text(sign_in(town_officer).get(f"/months/{draft.pk}/what-if", {"policy": "pingba-ranger", **asked}))
    assert re.search(rf'role="alert">(?:(?!</div>).)*{said}', page)


def test_a_late_mark_of_a_sealed_month_is_proposed_accepted_and_paid_next_month(sign_in, town_officer, sealed, world):
    line = SubsidyLine.objects.get(person__name="李二")
    client = sign_in(town_officer)
    world.mark(line.appointment)
    page = text(client.get(f"/months/{sealed.pk}/corrections"))
    assert "李二" in page
    assert 'data-label="Difference (yuan)">833.33' in page, "a card on a phone"
    fields = {"appointment": line.appointment_id, "difference": 83333, "reason": "评定补录"}
    client.post(f"/months/{sealed.pk}/corrections/accept", fields)
    added = SubsidyLine.objects.get(corrects=line)
    assert (added.amount_fen, added.reason) == (83333, "评定补录")
    assert "评定补录" in text(client.get(f"/months/{added.settlement_id}/side"))


def test_a_proposal_that_changed_meanwhile_is_not_accepted(sign_in, town_officer, sealed, world):
    line = SubsidyLine.objects.get(person__name="李二")
    world.mark(line.appointment)
    fields = {"appointment": line.appointment_id, "difference": 1}
    sign_in(town_officer).post(f"/months/{sealed.pk}/corrections/accept", fields)
    assert not SubsidyLine.objects.filter(corrects=line).exists()


def test_a_sealed_month_is_verified_from_its_page(sign_in, reviewer, sealed):
    client = sign_in(reviewer)
    client.post(f"/months/{sealed.pk}/verify")
    assert "all as sealed" in text(client.get(f"/months/{sealed.pk}/"))


@pytest.mark.req("P5")
def test_a_foreign_town_finds_no_month_no_line_and_no_list(sign_in, make_user, draft):
    client = sign_in(make_user(Role.TOWN_OFFICER, "520403101"))
    line = SubsidyLine.objects.first()
    for address in (
        f"{draft.pk}/",
        f"{draft.pk}/notice",
        f"{draft.pk}/notice.xlsx",
        f"lines/{line.pk}/",
        f"lines/{line.pk}/plain",
    ):
        assert client.get(f"/months/{address}").status_code == 404
    assert "王大山" not in text(client.get("/months/"))
