"""A notice on its way: written, published, closed, taken down; and what the public role of the database sees of it."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from tests.notices.factories import TOWN_CODE, make_draft, make_published, workday

from yigang.foundation import rls
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.foundation.models import AuditEntry, CalendarOverride
from yigang.notices import domain, queries
from yigang.notices.domain import Row
from yigang.notices.domain.publishing import verify
from yigang.notices.enums import NoticeState
from yigang.notices.models import NoticeRow

COUNTY_CODE = "520403000000"


def seen_publicly(query: str) -> list[tuple]:
    with rls.as_role("yigang_public"), connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


@pytest.mark.req("P10")
def test_a_draft_is_the_offices_and_a_published_notice_everybodys(town_officer):
    notice = make_draft(town_officer)
    assert seen_publicly("SELECT count(*) FROM public_notice") == [(0,)]
    notice = domain.publish(notice, actor=town_officer)
    assert notice.number == f"{notice.issuer}公示〔{workday().year}〕1号"
    assert seen_publicly("SELECT name, village, amount_fen FROM public_row ORDER BY position") == [
        ("张三", "平元村", 62_000), ("李小四", "平元村", 62_000),
    ]  # fmt: skip
    assert verify(notice)
    entry = AuditEntry.objects.get(verb="notices.publish")
    assert entry.after["rows"] == 2
    assert entry.after["sha256"] == notice.rows_digest


def test_a_draft_that_somebody_threw_away_meanwhile_is_not_published(town_officer):
    seen_before, kept = make_draft(town_officer), make_draft(town_officer)
    domain.discard_draft(seen_before, actor=town_officer)
    with pytest.raises(Refusal) as refused:
        domain.publish(seen_before, actor=town_officer)
    assert refused.value.code == "notice_gone"
    assert domain.publish(kept, actor=town_officer).serial == 1


def test_numbers_of_an_issuer_and_year_follow_each_other(town_officer):
    first, second = make_published(town_officer), make_published(town_officer)
    assert [first.serial, second.serial] == [1, 2]


@pytest.mark.req("P10")
def test_the_public_role_reads_nothing_else(db):
    for table in ("people_person", "notices_notice", "notices_noticerow", "notices_objection", "foundation_user"):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            seen_publicly(f"SELECT * FROM {table}")  # noqa: S608 - names of tables
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("yigang_app",)


def test_after_the_last_day_the_list_has_left_the_site_and_the_text_stays(town_officer):
    make_published(town_officer, opens=workday(30), working_days=5)
    assert seen_publicly("SELECT open FROM public_notice") == [(False,)]
    assert seen_publicly("SELECT count(*) FROM public_row") == [(0,)]
    assert NoticeRow.objects.count() == 2


def test_a_published_list_is_never_changed_by_anybody(town_officer):
    notice = make_published(town_officer)
    for change in (
        lambda: notice.rows.update(amount_fen=1),
        lambda: notice.rows.all().delete(),
        lambda: NoticeRow.objects.create(region_code=TOWN_CODE, notice=notice, position=9, name="x", shown_name="x"),
        lambda: type(notice).objects.filter(pk=notice.pk).update(title="other"),
        lambda: notice.delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_closing_waits_for_the_term_and_taking_down_needs_a_reason_before_it(town_officer):
    notice = make_published(town_officer)
    with pytest.raises(Refusal) as caught:
        domain.close_notice(notice, actor=town_officer)
    assert caught.value.code == "term_runs"
    with pytest.raises(Refusal) as caught:
        domain.take_down(notice, actor=town_officer)
    assert caught.value.code == "reason"
    notice = domain.take_down(notice, reason="名单有误，重新公示", actor=town_officer)
    assert notice.state == NoticeState.TAKEN_DOWN
    assert seen_publicly("SELECT count(*) FROM public_notice") == [(0,)]
    assert verify(notice)


def test_where_the_county_wants_two_persons_the_author_does_not_publish(county_manager, town_officer):
    domain.set_rules(
        COUNTY_CODE,
        mask_names=True,
        two_persons=True,
        answer_days=5,
        complaint_days=15,
        contact="",
        actor=county_manager,
    )
    notice = make_draft(town_officer)
    with pytest.raises(Refusal) as caught:
        domain.publish(notice, actor=town_officer)
    assert caught.value.code == "own_notice"
    domain.publish(notice, actor=county_manager)
    assert seen_publicly("SELECT name FROM public_row ORDER BY position") == [("张*",), ("李*四",)]


def test_a_village_clerk_writes_no_notice(make_user):
    clerk = make_user(Role.VILLAGE_CLERK, "520403100201")
    with pytest.raises(Forbidden):
        make_draft(clerk, region_code="520403100201")


def test_the_term_counts_working_days_with_the_countys_own(town_officer):
    opens = workday()
    first = make_draft(town_officer, opens=opens)
    CalendarOverride.objects.create(region_code=COUNTY_CODE, date=first.closes, working=False, name="停电")
    second = make_draft(town_officer, opens=opens)
    assert second.closes > first.closes
    assert not queries.term_over(first, first.closes)
    assert queries.term_over(first, first.closes + timedelta(days=1))


def test_a_row_outside_the_issuers_region_is_refused(town_officer):
    with pytest.raises(Refusal) as caught:
        make_draft(town_officer, rows=[Row("王五", region_code="520403101201")])
    assert caught.value.code == "row_outside"
