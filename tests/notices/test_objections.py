"""An objection on its way: taken, given to a named person who did not write the notice, checked again, answered once."""

import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.notices.factories import TOWN_CODE, VILLAGE, make_draft, make_published, rows, workday

from yigang.foundation import calendar, rls
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.foundation.models import AuditEntry
from yigang.foundation.rotation import rotate
from yigang.foundation.secrets import vault
from yigang.notices import columns, domain, queries, receipts
from yigang.notices.domain import Row, Sender
from yigang.notices.enums import Decision, ObjectionKind, ObjectionState
from yigang.notices.models import Notice, NoticeRow, Objection

TEXT, ANSWER = "名单上第一人不符合条件。", "经复核，该同志符合条件。"


@pytest.fixture
def station(make_user):
    return make_user(Role.STATION_OFFICER, "520403100")


@pytest.fixture
def objection(town_officer) -> Objection:
    notice = make_published(
        town_officer, rows=[Row("张三", region_code=VILLAGE, subject=("recruitment.application", 7))]
    )
    return domain.object_to(notice, notice.rows.get(), TEXT, sender=Sender("王二", "13800138000"))


def checked(objection: Objection, station, actor) -> Objection:
    domain.assign(objection, station, actor=actor)
    return domain.recheck(objection, "实地查看，情况不属实。", actor=station)


@pytest.mark.req("P4")
def test_an_objection_stops_the_notice_until_it_is_answered(objection, station, town_officer, county_manager):
    notice = objection.notice
    assert list(queries.open_objections(notice)) == [objection]
    assert list(queries.objections_about("recruitment.application", 7)) == [objection]
    checked(objection, station, town_officer)
    done = domain.answer(objection, Decision.DISMISSED, ANSWER, actor=county_manager)
    assert (done.state, done.answered_by) == (ObjectionState.ANSWERED, county_manager)
    assert not queries.open_objections(notice).exists()
    verbs = (
        AuditEntry.objects.filter(object_type="notices.objection").order_by("sequence").values_list("verb", flat=True)
    )
    assert list(verbs) == ["notices.object", "notices.assign", "notices.recheck", "notices.answer"]


def test_the_author_of_the_notice_does_not_check_it(objection, town_officer):
    with pytest.raises(Refusal) as caught:
        domain.assign(objection, town_officer, actor=town_officer)
    assert caught.value.code == "own_notice"


def test_somebody_without_the_right_or_from_elsewhere_is_not_named(objection, town_officer, make_user):
    for stranger in (make_user(Role.FINANCE, "520403100"), make_user(Role.STATION_OFFICER, "520403101")):
        with pytest.raises(Refusal) as caught:
            domain.assign(objection, stranger, actor=town_officer)
        assert caught.value.code == "cannot_check"


def test_nobody_checks_or_answers_his_own_objection(objection, station, town_officer, county_manager):
    domain.assign(objection, station, actor=town_officer)
    station.phone = county_manager.phone = "13800138000"  # as the sender gave it
    for verb in (
        lambda: domain.recheck(objection, "没有问题，符合条件。", actor=station),
        lambda: domain.answer(objection, Decision.UPHELD, ANSWER, actor=county_manager),
    ):
        with pytest.raises(Refusal) as caught:
            verb()
        assert caught.value.code == "own_case"


def test_only_the_named_person_writes_what_was_found_and_nothing_is_answered_before(
    objection, station, town_officer, county_manager
):
    with pytest.raises(Refusal) as caught:
        domain.answer(objection, Decision.UPHELD, ANSWER, actor=county_manager)
    assert caught.value.code == "objection_state"
    domain.assign(objection, station, actor=town_officer)
    with pytest.raises(Refusal) as caught:
        domain.recheck(objection, "没有问题，符合条件。", actor=county_manager)
    assert caught.value.code == "not_assignee"


@pytest.mark.parametrize("text", ["请王二来领取结果。", "电话 13800138000 已核实。", "短"])
def test_an_answer_names_neither_the_sender_nor_a_number(objection, station, town_officer, county_manager, text):
    checked(objection, station, town_officer)
    with pytest.raises(Refusal):
        domain.answer(objection, Decision.UPHELD, text, actor=county_manager)
    objection.refresh_from_db()
    assert objection.answer == ""


def test_who_objected_lies_encrypted_is_shown_with_a_note_and_survives_new_keys(objection, county_manager, make_user):
    assert "王二".encode() not in bytes(objection.sender_cipher)
    rotate(vault(), actor=None)
    objection.refresh_from_db()
    assert domain.sender_of(objection, actor=county_manager) == Sender("王二", "13800138000")
    assert AuditEntry.objects.get(verb="foundation.reveal").after == {"fields": ["sender"]}
    with pytest.raises(Forbidden):
        domain.sender_of(objection, actor=make_user(Role.AUDITOR, "520403"))


def test_what_was_said_and_answered_is_never_rewritten(objection, station, town_officer, county_manager):
    checked(objection, station, town_officer)
    domain.answer(objection, Decision.DISMISSED, ANSWER, actor=county_manager)
    for change in (
        lambda: Objection.objects.update(text="other words"), lambda: Objection.objects.update(answer="another"),
        lambda: Objection.objects.all().delete(),
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_complaint_is_answered_without_a_check(town_officer, county_manager):
    complaint = domain.complain(ObjectionKind.COMPLAINT, TOWN_CODE, TEXT)
    assert domain.answer(complaint, Decision.UPHELD, ANSWER, actor=county_manager).state == ObjectionState.ANSWERED


@pytest.mark.parametrize(("opens", "code"), [(workday(40), "too_late"), (workday(-30), "too_early")])
def test_outside_the_term_an_objection_is_refused_with_where_to_go(town_officer, opens, code):
    notice = make_published(town_officer, opens=opens)
    with pytest.raises(Refusal) as caught:
        domain.object_to(notice, None, TEXT)
    assert caught.value.code == code
    assert "complaint" in str(caught.value.remedy) or "投诉" in str(caught.value.remedy)
    assert not Objection.objects.exists()


def test_an_objection_is_taken_while_next_years_holidays_are_not_published(town_officer, monkeypatch):
    notice = make_published(town_officer)

    def not_known(year, _entered):
        raise calendar.NotPublished(year)

    monkeypatch.setattr(calendar, "_national", not_known)
    assert domain.object_to(notice, None, TEXT).due_on > timezone.localdate()


def test_a_letter_counts_for_the_day_it_came_and_only_an_official_says_which(town_officer):
    notice = make_published(town_officer, opens=workday(40))
    came = notice.closes
    assert domain.object_to(notice, None, TEXT, actor=town_officer, on=came).due_on > came
    for actor, day in ((None, came), (town_officer, workday(-2)), (town_officer, came + timedelta(days=1))):
        with pytest.raises(Refusal):
            domain.object_to(notice, None, TEXT, actor=actor, on=day)
    assert Objection.objects.count() == 1


def test_a_draft_cannot_be_objected_to(town_officer):
    with pytest.raises(Refusal):
        domain.object_to(make_draft(town_officer), None, TEXT)


def test_an_objection_from_outside_needs_no_scope_and_gives_none(town_officer):
    notice = make_published(town_officer)
    with rls.as_role("yigang_app"):  # the scope is empty meanwhile
        domain.object_to(notice, None, TEXT)
        assert not Objection.objects.exists()
    assert Objection.objects.count() == 1


def test_two_officers_answer_at_once_and_the_second_reads_who_was_first(committed_db, make_user):
    author = make_user(Role.TOWN_OFFICER, "520403100")
    station, first, second = (
        make_user(Role.STATION_OFFICER, "520403100"), make_user(Role.COUNTY_MANAGER, "520403"),
        make_user(Role.COUNTY_MANAGER, "520403"),
    )  # fmt: skip
    notice = make_published(author)
    objection = checked(domain.object_to(notice, None, TEXT), station, author)
    start, outcomes = threading.Barrier(2), []

    def answer(officer) -> None:
        try:
            with rls.scope(officer):
                start.wait()
                domain.answer(objection, Decision.DISMISSED, ANSWER, actor=officer)
                outcomes.append(officer.name)
        except Refusal as refusal:
            outcomes.append(refusal.code)
            outcomes.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=answer, args=(officer,)) for officer in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "answered" in outcomes
    winner = Objection.objects.select_related("answered_by").get().answered_by
    assert winner in (first, second)
    assert any(winner.name in outcome for outcome in outcomes)
    assert AuditEntry.objects.filter(verb="notices.answer").count() == 1


def test_scripts_in_a_name_stay_words(town_officer, client):
    notice = make_published(town_officer, rows=rows("<script>alert(1)</script>", "李<b>四"))
    page = client.get(f"/public/notices/{notice.pk}/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    with notice.rendered.content.open() as evidence:
        assert b"<script>alert" not in evidence.read()


def test_a_forbidden_column_is_refused_by_the_verb_and_by_the_database(town_officer):
    with pytest.raises(Refusal) as caught:
        make_draft(town_officer, rows=[Row("张三"), Row("李四", extra={"identity": "1"})])
    assert (caught.value.code, caught.value.row, caught.value.column) == ("forbidden_column", 2, "identity")
    notice = make_draft(town_officer)
    with pytest.raises(IntegrityError, match="notice_row_allowed"), transaction.atomic():
        NoticeRow.objects.create(
            region_code=TOWN_CODE, notice=notice, position=9, name="x", shown_name="x", extra={"phone": "1"}
        )
    with pytest.raises(IntegrityError, match="notice_fields_allowed"), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(fields=["phone"])


def test_the_database_knows_the_same_columns_as_the_program(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'notice_row_allowed'")
        definition = cursor.fetchone()[0]
    assert all(f"'{code}'" in definition for code in columns.EXTRA)
    assert definition.count("::text") == len(columns.EXTRA)


@given(st.integers(min_value=0, max_value=10**13 - 1), st.integers(0, 13), st.integers(1, 9))
def test_one_wrong_digit_of_a_receipt_is_always_noticed(body, place, shift):
    number = f"{body:013d}"
    number += receipts.mod_11_10.calc_check_digit(number)
    assert receipts.is_sound(receipts.normalise(receipts.show(number)))
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert not receipts.is_sound(wrong)


@given(st.text(min_size=1, max_size=20))
def test_a_masked_name_shows_two_signs_at_most(name):
    hidden = domain.drafting.masked(name)
    assert hidden.count("*") >= 1
    assert len(hidden.replace("*", "")) <= 2 + name.count("*")
