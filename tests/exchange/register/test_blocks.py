"""Cells of a register as text: a column of text alone and one of text among numbers and dates come out alike."""

from datetime import date

from xlsxwriter import Workbook

from yigang.exchange.columns import ColumnSpec
from yigang.exchange.register.blocks import read_sheet
from yigang.foundation.jobs import silent

SPECS = (ColumnSpec("name", "姓名", required=True), ColumnSpec("identity", "身份证号"), ColumnSpec("phone", "手机号"))


def test_numbers_dates_and_blanks_among_text(tmp_path):
    path = tmp_path / "register.xlsx"
    with Workbook(str(path)) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["姓名", "身份证号", "手机号"])
        sheet.write_row(1, 0, [" 张三\u3000", "52040319800307001X", 13800000001])
        sheet.write_row(2, 0, ["李四", "\u00a0", " 13800000002\n"])
        sheet.write_row(3, 0, ["王五", "", True])
        sheet.write_row(4, 0, ["赵六", "a b", 0.5])
        sheet.write(5, 0, "钱七")
        sheet.write_datetime(5, 2, date(2020, 7, 1), day)
    frame = read_sheet(path, SPECS, {}, silent).frame
    assert frame["name"].to_list() == ["张三", "李四", "王五", "赵六", "钱七"]
    assert frame["identity"].to_list() == ["52040319800307001X", None, None, "a b", None]
    assert frame["phone"].to_list() == ["13800000001", "13800000002", "是", "0.5", "2020-07-01"]
