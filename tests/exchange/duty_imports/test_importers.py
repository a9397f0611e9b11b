"""The five kinds of evidence in the import life cycle: looked at, taken in as seen, withdrawn."""

import pytest
from tests.exchange import workbooks

from yigang.duty.models import CheckIn, Intake
from yigang.exchange.enums import ImportKind
from yigang.exchange.registry import Context, importer_of
from yigang.foundation import domain as foundation
from yigang.foundation.jobs import silent

ATTENDANCE = [["姓名", "日期", "上班时间"], ["张大山", "2020-07-01", "07:30"], ["查无此人", "2020-07-01", "07:30"]]
LEAVE = [
    ["姓名", "请假类别", "开始日期", "结束日期", "批准人"],
    ["张大山", "病假", "2020-07-03", "2020-07-05", "李站长"],
]
LOGS = [["姓名", "日期", "工作内容"], ["张大山", "2020-07-01", "巡山"]]
FINDINGS = [["姓名", "检查日期", "问题"], ["张大山", "2020-07-01", "脱岗"]]
PUNCHES = [["姓名", "考勤日期", "打卡时间", "打卡结果"], ["张大山", "2020-07-01", "07:30", "正常"]]


@pytest.fixture
def context(programme, county_manager, tmp_path):
    def make(rows, name: str = "2020年7月.xlsx") -> Context:
        data = workbooks.xlsx(rows)
        stored = foundation.store_file(
            data, name=name, region_code="520403100000", actor=county_manager, content_type="application/xlsx"
        )
        path = workbooks.written(tmp_path, "upload.xlsx", data)
        return Context(county_manager, "520403100000", programme, stored, path)

    return make


@pytest.mark.parametrize(
    ("kind", "rows"),
    [(ImportKind.DINGTALK, PUNCHES), (ImportKind.ATTENDANCE, ATTENDANCE[:2]), (ImportKind.LEAVE, LEAVE),
     (ImportKind.WORK_LOG, LOGS), (ImportKind.FINDING, FINDINGS)],
)  # fmt: skip
def test_every_kind_is_looked_at_taken_in_and_withdrawn(hold, context, kind, rows):
    hold("张大山")
    importer, given = importer_of(kind), context(rows)
    seen = importer.preview(given, silent)
    assert not seen.refused, seen.problems
    assert (seen.counts["rows"], seen.counts["new"], seen.counts["unmatched"]) == (1, 1, 0)
    assert not Intake.objects.exists()
    applied = importer.apply(given, seen.plan, silent)
    assert applied.intake.file == given.stored
    assert applied.counts["new"] == 1
    again = importer.preview(given, silent)
    assert (again.counts["new"], again.counts["unchanged"]) == (0, 1)
    importer.undo(given, applied, "导错了")
    assert Intake.objects.get().withdrawn_reason == "导错了"
    assert importer.preview(given, silent).counts["new"] == 1


def test_unknown_people_are_told_and_do_not_stop_the_file(hold, context):
    hold("张大山")
    importer, given = importer_of(ImportKind.ATTENDANCE), context(ATTENDANCE)
    seen = importer.preview(given, silent)
    assert [(problem.code, problem.params["name"]) for problem in seen.problems] == [("unknown_person", "查无此人")]
    assert not seen.refused
    assert importer.apply(given, seen.plan, silent).counts["unmatched"] == 1
    assert CheckIn.objects.count() == 1


def test_a_wrong_day_stops_the_whole_file_and_the_others_are_still_counted(hold, context):
    hold("张大山")
    seen = importer_of(ImportKind.ATTENDANCE).preview(context([*ATTENDANCE, ["张大山", "2020-02-30", "07:30"]]), silent)
    assert seen.refused
    assert seen.counts["rows"] == 2
    assert seen.plan == ""
    assert [problem.row for problem in seen.problems if problem.severity == "error"] == [4]


def test_columns_and_headings_are_named_for_the_page_that_maps_them(hold, context):
    seen = importer_of(ImportKind.LEAVE).preview(context(LEAVE), silent)
    assert list(seen.headings) == LEAVE[0]
    assert seen.mapping["approved_by"] == "批准人"
    assert len(seen.header_digest) == 64
