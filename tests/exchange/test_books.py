"""Opening what offices send: each kind of broken file has its own sentence."""

import datetime
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from tests.exchange import workbooks

from yigang.exchange import books
from yigang.exchange.books import Limits, open_book
from yigang.exchange.faults import column_number
from yigang.foundation.errors import Refusal

ROWS = [["姓名", "村"], ["张三", "大坝村"], ["李𠮷", "二铺村"]]


def refusal(data: bytes | Path, limits: Limits = books.LIMITS) -> Refusal:
    with pytest.raises(Refusal) as caught:
        read_all(data, limits)
    assert str(caught.value)
    assert str(caught.value.remedy)
    return caught.value


def read_all(data: bytes | Path, limits: Limits) -> None:
    book = open_book(data, limits=limits)
    for sheet in book.sheets:
        list(book.grid(sheet).rows)


def cells_of(data: bytes | Path) -> list[list[object]]:
    book = open_book(data)
    return list(book.grid(book.sheets[0]).rows)


@pytest.mark.parametrize("make", [workbooks.xlsx, workbooks.xls])
def test_workbooks_of_both_ages_are_read(make: object) -> None:
    assert callable(make)
    assert cells_of(make(ROWS)) == ROWS


@pytest.mark.parametrize("name", ["名册.csv", "名册.xls", "名册.xlsx", "名册"])
def test_a_file_on_disk_is_read_whatever_its_name(tmp_path: Path, name: str) -> None:
    assert cells_of(workbooks.written(tmp_path, name, workbooks.xlsx(ROWS))) == ROWS
    assert cells_of(workbooks.written(tmp_path, name, workbooks.xls(ROWS))) == ROWS


def test_empty_rows_and_columns_at_the_edge_keep_their_place() -> None:
    """Row numbers and column letters in messages must be those that Excel shows."""
    rows = cells_of(workbooks.xlsx([[], [], [None, None, "姓名"], [None, None, "张三"]]))
    assert [row[2] for row in rows if any(row)] == ["姓名", "张三"]
    assert rows[2][2] == "姓名"


def test_hidden_sheets_are_not_offered() -> None:
    book = openpyxl.Workbook()
    book.active.title = "花名册"  # type: ignore[union-attr]
    book.create_sheet("字典").sheet_state = "hidden"
    assert open_book(workbooks.saved(book)).sheets == ("花名册",)


def test_a_sheet_that_is_not_there_is_refused() -> None:
    book = open_book(workbooks.xlsx(ROWS, sheet="花名册"))
    with pytest.raises(Refusal, match="请假"):
        book.grid("请假")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_text_in_every_usual_encoding(encoding: str, delimiter: str) -> None:
    """GB18030 reads the rare signs 𠮷 and 䶮 where GBK fails."""
    text = "\r\n".join(delimiter.join(row) for row in [["姓名", "村", "备注"], ["王𠮷䶮", "大坝村", '"一行\n两行"']])
    assert cells_of(workbooks.csv(text, encoding)) == [["姓名", "村", "备注"], ["王𠮷䶮", "大坝村", "一行\n两行"]]


def test_commas_inside_text_do_not_decide_the_delimiter() -> None:
    text = "姓名;备注\n张三;在家,已通知,无误\n李四;外出,请假\n"
    assert cells_of(text.encode())[1] == ["张三", "在家,已通知,无误"]


@pytest.mark.parametrize("make", [workbooks.encrypted, workbooks.encrypted_xls])
def test_a_password_is_named(make: Callable[[], bytes]) -> None:
    assert refusal(make()).code == "password"


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_file_that_ends_too_early_is_damaged(share: float) -> None:
    data = workbooks.xlsx(ROWS)
    assert refusal(data[: int(len(data) * share)]).code == "damaged"


@pytest.mark.parametrize("share", [0.2, 0.5])
def test_an_old_workbook_that_ends_too_early_is_damaged(share: float) -> None:
    data = workbooks.xls([*ROWS, *[["张三", "大坝村"]] * 500])
    assert refusal(data[: int(len(data) * share)]).code == "damaged"


def test_a_sheet_with_flipped_bytes_is_damaged() -> None:
    data = bytearray(workbooks.xlsx([*ROWS, *[[f"张{i}", "大坝村"] for i in range(500)]]))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        offset = archive.getinfo("xl/worksheets/sheet1.xml").header_offset
    for place in range(offset + 100, offset + 160):
        data[place] ^= 0x55
    assert refusal(bytes(data)).code == "damaged"


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"])
def test_a_size_written_falsely_into_the_archive_is_noticed(part: str) -> None:
    """A bomb that declares a small size must not be unpacked: the sheet's bytes are counted first."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet()
        for row in range(5000):
            page.write_row(row, 0, [f"张{row}", "大坝村"])
    data = out.getvalue()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = archive.getinfo(part).file_size
    false = data.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    assert false != data
    assert refusal(false).code == "damaged"


def test_an_archive_that_unpacks_to_gigabytes_is_refused_before_it_is_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (64 * books.MB))
    assert refusal(out.getvalue()).code == "archive_bomb"


def test_a_file_over_the_limit_is_refused_with_both_sizes(tmp_path: Path) -> None:
    """200 MB: the file is not even read."""
    path = tmp_path / "large.xlsx"
    with path.open("wb") as file:
        file.write(books.ZIP_MAGIC)
        file.truncate(200 * books.MB)
    found = refusal(path)
    assert found.code == "too_large"
    assert "200" in str(found)
    assert "100" in str(found)
    assert refusal(b"a,b\n" * 1000, Limits(text=100)).code == "too_large"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "not_a_workbook"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not_a_workbook"),
        (workbooks.OLE_HEAD + b"\0" * 504 + "WordDocument".encode("utf-16-le"), "not_a_workbook"),
        (b"<html><table><tr><td>x</td></tr></table></html>", "web_page"),
        (b"\xef\xbb\xbf\r\n<!DOCTYPE html>", "web_page"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "web_page"),
        (b"", "empty_sheet"),
        (b"  \r\n", "empty_sheet"),
        (b"a,b\n\xff\x80\xfe,\x81\n", "encoding"),
    ],
)
def test_files_of_other_kinds_are_named(data: bytes, code: str) -> None:
    assert refusal(data).code == code


def test_an_archive_without_a_workbook_is_no_workbook() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    assert refusal(out.getvalue()).code == "not_a_workbook"


def test_formulas_without_a_stored_result_are_found() -> None:
    """openpyxl writes formulas and no results, as many exports do; calamine alone would show empty cells."""
    data = workbooks.xlsx([["姓名", "合计"], ["张三", "=1+1"], ["李四", 7], ["王五", "=SUM(B2:B3)"]], sheet="表 <1>&")
    book = open_book(data)
    assert book.grid("表 <1>&").faults == {(1, 1): "uncomputed", (3, 1): "uncomputed"}


SHEET = """<?xml version="1.0"?><{p}worksheet xmlns{q}="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><{p}sheetData>
<{p}row r="1"><{p}c r="A1" t="str"><{p}f>IF(1,"","")</{p}f><{p}v></{p}v></{p}c><{p}c s="0" r="B1"><{p}f>1+1</{p}f></{p}c>
<{p}c r="C1"><{p}f>1+1</{p}f><{p}v>2</{p}v></{p}c><{p}c r="D1"><{p}f t="shared" si="0"/><{p}v/></{p}c>
<{p}c t="e" r="E1"><{p}v>#N/A</{p}v></{p}c></{p}row></{p}sheetData></{p}worksheet>"""


@pytest.mark.parametrize(("prefix", "declared"), [("", ""), ("x:", ":x")])
def test_formulas_are_judged_as_different_programs_write_them(prefix: str, declared: str) -> None:
    """Excel keeps the empty text as an empty value of type str; .NET programs put a prefix before every tag."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbooks.xlsx(ROWS))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = SHEET.format(p=prefix, q=declared).encode()
            new.writestr(name, text if name == "xl/worksheets/sheet1.xml" else old.read(name))
    grid = open_book(out.getvalue()).grid("Sheet1")
    assert grid.faults == {(0, 1): "uncomputed", (0, 3): "uncomputed", (0, 4): "error_value"}
    assert next(grid.rows)[2] == 2


def test_error_values_are_found() -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet["B3"] = "#N/A"
    sheet["B3"].data_type = "e"
    assert open_book(workbooks.saved(book)).grid("Sheet").faults == {(2, 1): "error_value"}


def test_a_sheet_full_of_uncomputed_formulas_is_refused() -> None:
    assert refusal(workbooks.xlsx([["=1+1"]] * (books.MAX_UNCOMPUTED + 1))).code == "formulas"


def test_dates_times_and_numbers_arrive_as_what_they_are() -> None:
    moment = datetime.datetime(2020, 7, 1, 7, 30)  # noqa: DTZ001 - a cell has no zone
    row = cells_of(workbooks.xlsx([[moment, moment.date(), moment.time(), 1.5, True]]))[0]
    assert row == [moment, moment.date(), moment.time(), 1.5, True]


@pytest.mark.parametrize(("column", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_have_letters(column: int, letters: str) -> None:
    assert books.column_letter(column) == letters
    assert column_number(letters) == column
