"""The office's papers: the same bytes every time, readable by the program's own readers and by others."""

import hashlib
import json
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from yigang.demo import bad, files, months, paper, papers
from yigang.demo.paper import Sheet
from yigang.demo.plan import Plan, pingba
from yigang.exchange.dingtalk.workbook import read_workbook
from yigang.foundation.errors import Refusal

SMALL = pingba(months=1, people=120, posts=80)


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> papers.Papers:
    return papers.write_all(SMALL, tmp_path_factory.mktemp("papers"))


def digests(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*")) if file.is_file()
    }  # fmt: skip


def test_the_same_plan_writes_the_same_bytes(written, tmp_path):
    papers.write_all(SMALL, tmp_path)
    assert digests(tmp_path) == digests(written.folder)


def test_a_workbook_says_what_it_was_given(tmp_path):
    frame = pl.DataFrame({"姓名": ["王𠮷", "卓玛·央宗 <&>"], "分数": [18.5, None]})
    file = paper.write(tmp_path / "a.xlsx", [Sheet("评定", frame, above=(["标题"],))])
    rows = list(openpyxl.load_workbook(file)["评定"].iter_rows(values_only=True))
    assert rows == [("标题", None), ("姓名", "分数"), ("王𠮷", 18.5), ("卓玛·央宗 <&>", None)]


def test_the_attendance_workbook_has_dingtalks_four_sheets(written):
    book = openpyxl.load_workbook(written.months[0].attendance, read_only=True)
    book.close()
    assert book.sheetnames == ["月度汇总", "每日统计", "打卡时间", "原始记录"]


@pytest.mark.req("Z3")
def test_the_attendance_workbook_is_read_back_row_by_row(written):
    garden = papers.garden_of(SMALL)
    month = garden.tend(months.build(SMALL, garden.population.serving(SMALL.open_month), SMALL.open_month))
    read = read_workbook(written.months[0].attendance)
    repeated = [problem for problem in read.problems if problem.code == "duplicate"]
    assert read.frame.height + len(repeated) == month.check_ins.height + month.strangers.height
    assert (read.frame["result"] == "not_signed").sum() == month.check_ins["at"].null_count()
    assert {problem.code for problem in read.problems} == {"duplicate"}


def test_town_workbooks_together_hold_what_the_districts_holds(written):
    whole = read_workbook(written.months[0].attendance).frame["external_id"]
    parts = pl.concat([read_workbook(file).frame["external_id"] for file in written.months[0].towns])
    assert sorted(parts) == sorted(whole)


def test_the_list_beside_names_every_planted_person(written):
    listed = json.loads(written.planted.read_text())
    garden = papers.garden_of(SMALL)
    assert [entry["code"] for entry in listed["people"]] == [planted.case.code for planted in garden.planted]
    assert all(entry["expect"] for entry in listed["people"])


@pytest.mark.parametrize("day", bad.NO_SUCH_DAYS)
def test_days_that_do_not_exist_are_an_error_in_their_row(written, day):
    read = read_workbook(written.folder / "bad" / f"钉钉考勤-{day}.xlsx")
    assert read.frame.is_empty()
    assert [(problem.row, problem.severity) for problem in read.problems] == [(2, "error")]


def test_a_torn_workbook_and_another_table_are_refused(written):
    for name in ("残缺.xlsx", "没有考勤的表.xlsx"):
        with pytest.raises(Refusal):
            read_workbook(written.folder / "bad" / name)


def test_the_roster_of_the_term_has_everybody_known(written):
    rows = files.roster_rows(papers.garden_of(SMALL), SMALL.term[0], everybody=True)
    assert rows["身份证号"].n_unique() == SMALL.people
    assert rows["岗位编号"].drop_nulls().n_unique() == SMALL.posts


def test_a_year_has_one_folder_for_each_month_and_two_rosters(tmp_path):
    plan: Plan = pingba(months=2, people=100, posts=60)
    built = papers.write_all(plan, tmp_path)
    assert [file.name for file in built.rosters] == ["花名册-2019年度.xlsx", "花名册-2020年度.xlsx"]
    assert sorted(folder.name for folder in tmp_path.iterdir() if folder.is_dir()) == [
        "2020-06",
        "2020-06-选聘",
        "2020-07",
        "bad",
    ]
