"""What a condition may say: Polars' grammar, our allow-list, and nothing that could run."""

from fractions import Fraction

import pytest

from yigang.policy.expressions import Const, Kind, Name, Op, Word, parse
from yigang.policy.problems import Wrong

WORDS = {
    "出勤天数": Word("出勤天数", "number"),
    "days_present": Word("出勤天数", "number"),
    "应出勤天数": Word("应出勤天数", "number"),
    "等次": Word("等次", "text"),
    "建档立卡": Word("建档立卡", "truth"),
}


def refusal(text: str, kind: Kind = "number") -> Wrong:
    with pytest.raises(Wrong) as caught:
        parse(text, WORDS, kind)
    return caught.value


def test_chinese_and_english_names_are_one_measure() -> None:
    assert parse("days_present >= 22", WORDS, "truth").node == parse("出勤天数 >= 22", WORDS, "truth").node


def test_a_decimal_is_exact() -> None:
    node = parse("0.1 * 出勤天数", WORDS, "number").node

    assert node == Op("*", (Const(Fraction(1, 10)), Name("出勤天数")))


def test_constants_are_folded_without_loss() -> None:
    """Polars folds `0.15 * 0.15` itself; the result must not be rounded to two places."""
    assert parse("0.15 * 0.15", WORDS, "number").node == Const(Fraction(225, 10_000))


@pytest.mark.parametrize(
    ("text", "same_as"),
    [
        ("出勤天数 in (20, 22)", "出勤天数 = 20 or 出勤天数 = 22"),
        ("出勤天数 between 20 and 22", "出勤天数 >= 20 and 出勤天数 <= 22"),
        ("等次 in ('合格', '优秀')", "等次 = '合格' or 等次 = '优秀'"),
        ("if(出勤天数 > 1, 1, 2) = 1", "case when 出勤天数 > 1 then 1 else 2 end = 1"),
    ],
)
def test_short_forms_mean_the_long_ones(text: str, same_as: str) -> None:
    assert parse(text, WORDS, "truth").node == parse(same_as, WORDS, "truth").node


@pytest.mark.parametrize(
    "text",
    [
        "(select 1)",
        "出勤天数 in (select 1)",
        "exists (select 1)",
        "sum(出勤天数)",
        "count(*)",
        "row_number() over ()",
        "cast(出勤天数 as float)",
        "出勤天数::int",
        "出勤天数 % 2",
        "power(出勤天数, 2)",
        "coalesce(出勤天数, 0)",
        "now()",
        "date '2020-01-01'",
        "出勤天数 as x",
        "等次 || 'x'",
        "等次 like '合%'",
        "1e3",
        "'a' || 'b'",
        "round(出勤天数, 9)",
    ],
)
def test_what_is_not_on_the_list_is_refused(text: str) -> None:
    assert "不允许" in refusal(text).what.zh or "读不懂" in refusal(text).what.zh


@pytest.mark.parametrize("text", ["rand()", "出勤天数; drop", "*", "", "greatest() > 1", "(" * 400])
def test_what_is_not_an_expression_is_refused(text: str) -> None:
    assert "读不懂" in refusal(text).what.zh


def test_null_and_a_case_without_else_are_refused() -> None:
    """They would let a missing fact slip through as a value."""
    assert "else" in refusal("case when 出勤天数 > 1 then 1 end").remedy.zh
    assert "missing" in refusal("null").remedy.zh
    assert refusal("nullif(出勤天数, 0)")
    assert refusal("出勤天数 is null", "truth")


def test_a_comment_cannot_hide_a_condition() -> None:
    assert "注释" in refusal("出勤天数 >= 22 -- and 旷工天数 = 0", "truth").what.zh


def test_an_unknown_name_is_named_and_a_near_one_offered() -> None:
    wrong = refusal("出勤天 >= 22", "truth")

    assert "出勤天" in wrong.what.zh
    assert "出勤天数" in wrong.remedy.zh


@pytest.mark.parametrize(
    "text", ["等次 >= 3", "出勤天数 = '合格'", "出勤天数 and 建档立卡", "not 出勤天数", "建档立卡 + 1 > 0"]
)
def test_unlike_things_are_not_compared(text: str) -> None:
    assert "不合" in refusal(text, "truth").what.zh


def test_a_score_is_not_a_condition() -> None:
    assert "条件" in refusal("出勤天数 + 1", "truth").what.zh
    assert "数" in refusal("出勤天数 > 1", "number").what.zh


def test_an_endless_expression_is_refused() -> None:
    assert "字符" in refusal(" + ".join(["出勤天数"] * 500)).what.zh
