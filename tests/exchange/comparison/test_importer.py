"""Registers for comparison as offices send them: what is kept, what is told, what keeps a file out."""

import io
from datetime import date

import pytest
from tests.exchange.workbooks import xls, xlsx
from tests.people.factories import card_number, identity_number

from yigang.exchange import domain
from yigang.exchange.enums import ImportKind, ImportState
from yigang.exchange.models import FileImport
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.foundation.models import User
from yigang.foundation.secrets import IDENTITY, vault
from yigang.recruitment.models import ComparisonRegister, ComparisonRow

COUNTY = "520403000000"
DEATHS = ["姓名", "身份证号", "死亡日期"]


@pytest.fixture
def county(make_user) -> User:
    return make_user(Role.COUNTY_MANAGER, "520403", username="county")


@pytest.fixture
def hand_in(county):
    """Hand a register in and read it: `hand_in(rows)`; the first row is the heading."""

    def hand(rows, register="deaths", as_of="2020-06-30", name="死亡人员.xlsx", content=None) -> FileImport:
        options = {"register": register, "as_of": as_of}
        one = domain.receive(
            content or xlsx(rows), name=name, kind=ImportKind.COMPARISON, region_code=COUNTY, programme=None, actor=county,
            options=options,
        )  # fmt: skip
        return domain.preview(one, actor=county)

    return hand


def codes(one: FileImport, severity: str = "error") -> list[str]:
    return [problem["code"] for problem in one.problems if problem["severity"] == severity]


@pytest.mark.req("P4")
def test_a_register_is_looked_at_kept_and_taken_back(hand_in, county):
    rows = [
        ["平坝区死亡人员名单"],
        DEATHS,
        ["周大勇", identity_number(1), date(2020, 5, 3)],
        ["吴桂香", identity_number(2), ""],
    ]
    one = hand_in(rows)
    assert (one.state, one.counts["rows"], one.counts["new"]) == (ImportState.PREVIEW, 2, 2)
    assert ComparisonRegister.objects.count() == 0
    domain.apply(one, actor=county)
    register = ComparisonRegister.objects.get()
    assert (register.kind, register.as_of, register.rows, register.faulty) == ("deaths", date(2020, 6, 30), 2, 0)
    first = register.lines.first()
    assert (first.number, first.name, first.birth, first.born) == (3, "周大勇", date(1980, 3, 7), "520403")
    assert first.detail == "死亡日期：2020-05-03"
    domain.undo(FileImport.objects.get(), reason="交错了", actor=county)
    assert ComparisonRegister.objects.count() == ComparisonRow.objects.count() == 0


def test_identity_numbers_lie_encrypted_and_are_found_by_their_keyed_index(hand_in, county):
    number = identity_number(1)
    domain.apply(hand_in([DEATHS, ["周大勇", number, ""]]), actor=county)
    row = ComparisonRow.objects.get()
    assert bytes(row.identity_index) == vault().index(number, IDENTITY)
    assert vault().decrypt(bytes(row.identity_cipher), IDENTITY) == number
    kept = {name: value for name, value in vars(row).items() if isinstance(value, str | bytes | memoryview)}
    assert not any(
        number.encode() in (value.encode() if isinstance(value, str) else bytes(value)) for value in kept.values()
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_text_in_either_encoding_is_read(hand_in, county, encoding):
    text = f"姓名,公民身份号码,死亡日期\n𠮷䶮,{identity_number(1)},2020/5/3\n"
    one = hand_in([], name="死亡.csv", content=text.encode(encoding))
    domain.apply(one, actor=county)
    assert ComparisonRow.objects.get().name == "𠮷䶮"


def test_a_workbook_of_excel_97_is_read(hand_in):
    assert hand_in([], name="死亡.xls", content=xls([DEATHS, ["周大勇", identity_number(1), ""]])).counts["new"] == 1


def test_a_missing_identity_column_is_refused_and_can_be_mapped(hand_in, county):
    rows = [["姓名", "编码", "出生日期"], ["周大勇", identity_number(1), "1980-03-07"]]
    one = hand_in(rows)
    assert (one.state, codes(one)) == (ImportState.REFUSED, ["missing_columns"])
    assert "身份证号" in one.problems[0]["message"]
    domain.choose_columns(one, {"姓名": "name", "编码": "identity", "出生日期": "birth"}, actor=county)
    assert domain.preview(one, actor=county).state == ImportState.PREVIEW
    assert hand_in(rows).state == ImportState.PREVIEW  # remembered


def test_a_register_that_needs_no_number_is_taken_for_likeness(hand_in, county):
    one = hand_in([["亲属姓名", "出生日期", "关系"], ["周大勇", "1980-03-07", "侄子"]], register="officials_kin")
    domain.apply(one, actor=county)
    row = ComparisonRow.objects.get()
    assert (row.identity_index, row.birth, row.detail) == (None, date(1980, 3, 7), "关系：侄子")


def test_a_wrong_check_digit_is_kept_for_likeness_or_keeps_the_file_out_as_the_kind_says(hand_in, county):
    right = identity_number(1)
    wrong = right[:-1] + ("0" if right[-1] != "0" else "1")
    rows = [DEATHS, ["周大勇", wrong, ""], ["吴桂香", identity_number(2), ""]]
    officials = hand_in(rows, register="officials")
    assert (officials.state, codes(officials)) == (ImportState.REFUSED, ["check_digit"])
    assert officials.problems[0]["row"] == 2
    deaths = hand_in(rows)
    assert (deaths.state, codes(deaths, "warning")) == (ImportState.PREVIEW, ["check_digit"])
    domain.apply(deaths, actor=county)
    row = ComparisonRow.objects.get(fault="check_digit")
    assert (row.identity_index, row.birth) == (None, date(1980, 3, 7))
    assert vault().decrypt(bytes(row.faulty_cipher), IDENTITY) == wrong
    assert ComparisonRegister.objects.get().faulty == 1


def test_two_people_under_one_number_are_both_kept_and_told(hand_in, county):
    number = identity_number(1)
    one = hand_in([DEATHS, ["周大勇", number, ""], ["周大永", number, ""]])
    assert codes(one, "warning") == ["two_people_one_number"]
    message = one.problems[0]["message"]
    assert "周大勇" in message
    assert number not in message
    domain.apply(one, actor=county)
    assert (ComparisonRow.objects.count(), ComparisonRegister.objects.get().doubled) == (2, 1)


def test_last_quarters_file_loaded_again_is_told_and_doubles_nothing(hand_in, county):
    rows = [DEATHS, ["周大勇", identity_number(1), ""], ["吴桂香", identity_number(2), ""]]
    domain.apply(hand_in(rows), actor=county)
    again = hand_in([DEATHS, *reversed(rows[1:])], as_of="2020-09-30", name="三季度.xlsx")
    assert (again.state, codes(again)) == (ImportState.REFUSED, ["loaded_before"])
    assert "2020-06-30" in again.problems[0]["message"]
    assert ComparisonRow.objects.count() == 2


def test_of_two_officers_who_hand_in_the_same_register_the_second_is_refused(hand_in, county):
    first, second = (hand_in([DEATHS, ["周大勇", identity_number(1), ""]]) for _ in range(2))
    domain.apply(first, actor=county)
    with pytest.raises(Refusal) as refused:
        domain.apply(second, actor=county)
    assert refused.value.code == "loaded_before"
    assert ComparisonRegister.objects.count() == 1


def test_an_older_register_than_the_one_there_is_warned_about(hand_in, county):
    domain.apply(hand_in([DEATHS, ["周大勇", identity_number(1), ""]]), actor=county)
    older = hand_in([DEATHS, ["吴桂香", identity_number(2), ""]], as_of="2020-03-31")
    assert (older.state, codes(older, "warning")) == (ImportState.PREVIEW, ["older"])


def test_the_day_is_taken_from_the_name_and_asked_for_when_it_is_nowhere(hand_in, county):
    rows = [DEATHS, ["周大勇", identity_number(1), ""]]
    assert codes(hand_in(rows, as_of="")) == ["as_of_missing"]
    assert codes(hand_in(rows, as_of="2999-01-01")) == ["as_of_future"]
    domain.apply(hand_in(rows, as_of="", name="死亡人员2020年6月30日.xlsx"), actor=county)
    assert ComparisonRegister.objects.get().as_of == date(2020, 6, 30)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([DEATHS], "no_rows"),
        ([["姓名", "身份证号"], ["合计", "", ""]], "no_rows"),
        ([["甲", "乙"], ["1", "2"]], "no_header"),
        ([DEATHS, ["", identity_number(1), ""]], "name_missing"),
    ],
)
def test_what_is_no_register_is_refused_in_words(hand_in, rows, expected):
    one = hand_in(rows)
    assert (one.state, codes(one)) == (ImportState.REFUSED, [expected])
    assert ComparisonRegister.objects.count() == 0


def test_an_unknown_register_is_refused(hand_in):
    assert codes(hand_in([DEATHS], register="nothing")) == ["no_such_register"]


def test_rows_that_say_the_same_are_kept_once(hand_in, county):
    row = ["周大勇", identity_number(1), ""]
    one = hand_in([DEATHS, row, row])
    assert (one.counts["rows"], one.counts["new"], one.counts["unchanged"]) == (2, 1, 1)


def test_accounts_need_a_card(hand_in, county):
    rows = [["姓名", "身份证号", "银行卡号"], ["周大勇", identity_number(1), card_number(1)]]
    domain.apply(hand_in(rows, register="kept_accounts"), actor=county)
    assert ComparisonRow.objects.get().card_index is not None
    wrong = hand_in([rows[0], ["吴桂香", identity_number(2), "12345"]], register="kept_accounts")
    assert codes(wrong) == ["card_wrong"]
    assert codes(hand_in([DEATHS, ["周大勇", identity_number(1), ""]], register="kept_accounts")) == ["missing_columns"]


def test_scripts_in_a_name_stay_text(hand_in, county):
    domain.apply(hand_in([DEATHS, ["<script>alert(1)</script>", identity_number(1), ""]]), actor=county)
    assert ComparisonRow.objects.get().name == "<script>alert(1)</script>"


def test_a_clerk_hands_in_no_register(make_user):
    clerk = make_user(Role.VILLAGE_CLERK, "520403100201")
    with pytest.raises(Forbidden):
        domain.receive(
            io.BytesIO(b"x").getvalue(), name="x.csv", kind=ImportKind.COMPARISON, region_code="520403100201",
            programme=None, actor=clerk,
        )  # fmt: skip
