"""Leave, logs and findings: lists that are complete for their months."""

from datetime import date

import polars as pl
import pytest
from tests.duty.conftest import TOWN
from tests.exchange import workbooks

from yigang.appraisal import facts as appraisal_facts
from yigang.appraisal.models import Finding
from yigang.duty import domain, facts
from yigang.duty.models import Leave
from yigang.exchange.duty_imports import lists
from yigang.exchange.duty_imports.reading import About
from yigang.foundation.facts import Selection

ABOUT = About(TOWN)
LEAVE = ["姓名", "请假类别", "开始日期", "结束日期", "批准人", "事由"]


def leave(*rows, heading=LEAVE, name="") -> lists.Reading:
    return lists.read_leave(workbooks.xlsx([heading, *rows]), ABOUT, name=name)


def test_leave_is_read_with_its_approval():
    frame = leave(["张大山", "病假", "2020-07-03", "2020-07-05", "李站长", "住院"]).evidence.frame
    assert frame.select("kind", "first", "last", "approved", "approved_by").row(0) == (
        "sick", date(2020, 7, 3), date(2020, 7, 5), True, "李站长",
    )  # fmt: skip


@pytest.mark.parametrize(("written", "approved"), [("审批通过", True), ("已批准", True), ("拒绝", False), ("", False)])
def test_what_the_approval_says_decides(written, approved):
    heading = ["姓名", "类别", "开始日期", "结束日期", "审批结果", "批准人"]
    row = ["张大山", "事假", "2020-07-03", "2020-07-03", written, ""]
    assert leave(row, heading=heading).evidence.frame["approved"].to_list() == [approved]


def test_a_table_without_any_approval_is_pointed_out():
    reading = leave(["张大山", "事假", "2020-07-03", "2020-07-03"], heading=LEAVE[:4])
    assert "no_approval" in [problem.code for problem in reading.problems]
    assert reading.evidence.frame["approved"].to_list() == [False]


def test_leave_that_ends_before_it_begins_and_unknown_kinds_are_errors():
    rows = ["张大山", "病假", "2020-07-05", "2020-07-03"], ["张大山", "看球", "2020-07-05", "2020-07-06"]
    assert [(problem.row, problem.code) for problem in leave(*rows).errors] == [(3, "not_a_choice"), (2, "backwards")]


def test_a_list_speaks_about_the_month_in_its_name():
    reading = leave(["张大山", "病假", "2020-06-29", "2020-07-05", "李站长"], name="高峰镇2020年7月请假.xlsx")
    assert (reading.evidence.first, reading.evidence.last) == (date(2020, 6, 29), date(2020, 7, 31))
    assert "speaks_about" in [problem.code for problem in reading.problems]


def test_without_a_name_it_speaks_about_the_months_in_which_leave_begins():
    reading = leave(["张大山", "病假", "2020-07-05", "2020-08-03", "李站长"])
    assert (reading.evidence.first, reading.evidence.last) == (date(2020, 7, 1), date(2020, 8, 3))


def test_an_empty_list_of_a_named_month_says_that_there_was_none():
    evidence = leave(name="2020年7月请假.xlsx").evidence
    assert (evidence.frame.height, evidence.first, evidence.last) == (0, date(2020, 7, 1), date(2020, 7, 31))


def test_logs_are_read():
    table = workbooks.xlsx(
        [["姓名", "日期", "工作内容"], ["张大山", "2020-07-01", "巡山"], ["张大山", "2020-07-02", ""]]
    )
    reading = lists.read_logs(table, ABOUT)
    assert [(problem.row, problem.code) for problem in reading.errors] == [(3, "required")]
    assert reading.evidence.frame["text"].to_list() == ["巡山"]


@pytest.mark.req("H7")
def test_absences_found_come_in_once_and_are_read_by_the_engine(hold, programme, county_manager):
    person = hold("张大山")
    table = workbooks.xlsx([["姓名", "检查日期", "问题", "备注"], ["张大山", "2020-07-08", "无故不在岗", "上午10时"]])
    about = About(TOWN, programme.pk)
    for added in (1, 0):
        reading = lists.read_findings(table, about, name="2020年7月暗访.xlsx")
        assert domain.take_in(reading.evidence, actor=county_manager).rows_added == added
    assert Finding.objects.values_list("person", "kind", "note").get() == (person.pk, "absent", "上午10时")
    july = Selection(programme.pk, "520403100", date(2020, 7, 1), date(2020, 7, 31))
    assert appraisal_facts.findings(july).rows() == [(person.pk, date(2020, 7, 8), "absent")]


def test_a_finding_is_not_forgotten_in_the_months_that_no_inspection_speaks_of(hold, programme, county_manager):
    """Absences are counted over the year: who was found in July is spoken of in December too, the others are unknown."""
    person = hold("张大山")
    table = workbooks.xlsx([["姓名", "检查日期", "问题"], ["张大山", "2020-07-08", "脱岗"]])
    domain.take_in(lists.read_findings(table, About(TOWN, programme.pk)).evidence, actor=county_manager)
    december = Selection(programme.pk, "520403100", date(2020, 12, 1), date(2020, 12, 31))
    assert facts.coverage(december).is_empty()
    assert appraisal_facts.coverage(december).rows() == [("findings", None, person.pk)]


def test_two_people_of_one_name_wait_with_their_leave(hold, programme, county_manager):
    hold("李小红")
    hold("李小红")
    reading = leave(["李小红", "病假", "2020-07-03", "2020-07-05", "李站长"], name="2020年7月")
    intake = domain.take_in(reading.evidence, actor=county_manager)
    assert (intake.rows_unmatched, Leave.objects.count()) == (1, 0)
    july = Selection(programme.pk, "520403100", date(2020, 7, 1), date(2020, 7, 31))
    assert facts.leaves(july).select(pl.len()).item() == 0
