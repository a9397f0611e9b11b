"""Why this result: sentences with figure, threshold, clause and citation, made from the kept line and the text alone."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.policy.texts import MONTH, PAY, version
from tests.policy.village import appointment, facts, full_month, leave, logs, mark, mornings

from yigang.policy import (
    Facts,
    Period,
    PolicyVersion,
    Sentence,
    deed_text,
    explain,
    explain_plain,
    load_policies,
    problem_text,
    row_json,
    settle,
)
from yigang.policy.wording import PROBLEMS

JULY = Period.parse("2020-07")


@pytest.fixture(scope="module")
def rangers() -> PolicyVersion:
    return load_policies()["pingba-ranger"].version_on(JULY)


def row(given: Facts, text: PolicyVersion, period: Period = JULY) -> dict[str, Any]:
    return settle(given, text, period).lines.row(0, named=True)


def texts(sentences: list[Sentence]) -> list[str]:
    return [one.text for one in sentences]


def one_about(sentences: list[Sentence], fragment: str) -> Sentence:
    (found,) = [one for one in sentences if fragment in one.text]
    return found


def test_a_month_is_told_from_the_days_to_the_money(rangers: PolicyVersion) -> None:
    rows = full_month()
    rows["check_ins"] = mornings(10, range(1, 21))

    said = texts(explain(row(facts(**rows), rangers), rangers))

    assert said == [
        "履职证据 22 天。",
        "出勤天数 20 天。",
        "日志篇数 22 篇。",
        "乡镇评定 18.00 分。",
        "旷工天数 2 天。",
        "出勤：60 × 较小者(1, 出勤天数 20 ÷ 应出勤天数 22) = 54.55 分（满分 60）。",
        "巡护日志：20 × 较小者(1, 日志篇数 22 ÷ 应出勤天数 22) = 20.00 分（满分 20）。",
        "乡镇评定：18.00 分（满分 20）。",
        "旷工：扣 5 × 旷工天数 2 = 10.00 分。",
        "得分 54.55 + 20.00 + 18.00 − 10.00 = 82.55 分。",
        "符合「合格」：得分 82.55，达到 60。",
        "符合「合格」：旷工天数 2，少于 3。",
        "等次：合格。",
        "管护补助：全年 10000.00 元分 12 期，本期 833.33 元。",
        "本月应发 833.33 元。",
    ]


def test_what_is_published_and_decides_nothing_is_told_when_there_is_something_to_tell(rangers: PolicyVersion) -> None:
    rows = full_month()
    quiet = texts(explain(row(facts(**rows), rangers), rangers))
    rows["check_ins"] += mornings(10, [23], result="late")

    late = texts(explain(row(facts(**rows), rangers), rangers))

    assert not [each for each in quiet if "迟到次数" in each]
    assert "迟到次数 1 次。" in late


def test_every_sentence_knows_what_it_rests_on(rangers: PolicyVersion) -> None:
    said = explain(row(facts(**full_month()), rangers), rangers)

    decided = one_about(said, "旷工天数 0，少于 3")
    assert decided == Sentence(decided.text, "旷工天数", "0", "3", "合格", "管理考核办法，月考核合格", "check_ins")
    assert one_about(said, "乡镇评定：").evidence == "marks"
    assert one_about(said, "本月应发").cites


def test_a_failed_month_names_the_clause_that_failed_and_what_follows(rangers: PolicyVersion) -> None:
    rows = full_month()
    rows["check_ins"] = mornings(10, range(1, 20))

    said = texts(explain(row(facts(**rows), rangers), rangers))

    assert "不符合「合格」：旷工天数 3，不少于 3。" in said
    assert not [each for each in said if "得分 76.82，达到" in each]
    assert "管护补助：全年 10000.00 元分 12 期，本期 833.33 × 0% = 0.00 元。" in said
    assert "后果：提醒、限时整改（等次为「不合格」）。" in said


def test_the_kept_json_is_enough(rangers: PolicyVersion) -> None:
    """Years later nothing but the trace and the text is left; the sentences are the same."""
    lines = settle(facts(**full_month()), rangers, JULY).lines
    kept = json.loads(row_json(lines)[0])
    shuffled = dict(sorted(kept.items(), reverse=True))

    assert explain(shuffled, rangers) == explain(lines.row(0, named=True), rangers)


def test_an_undetermined_line_says_what_is_missing_and_where_to_look(rangers: PolicyVersion) -> None:
    said = explain(row(facts(**{**full_month(), "marks": []}), rangers), rangers)

    waiting = one_about(said, "待定")
    assert waiting.text == "待定：缺少「乡镇评定」，补录后重新计算。"
    assert (waiting.measure, waiting.evidence) == ("乡镇评定", "marks")
    assert not [each for each in texts(said) if "应发" in each or "等次：" in each]


def test_a_bad_fact_is_put_into_words(rangers: PolicyVersion) -> None:
    rows = full_month()
    rows["leaves"] = [leave(10, "sick", date(2020, 7, 9), date(2020, 7, 1))]

    said = texts(explain(row(facts(**rows), rangers), rangers))

    assert "待定：请假的止期早于起期；更正后重新计算。" in said


def test_who_joined_in_the_month_sees_the_fraction(rangers: PolicyVersion) -> None:
    given = facts(
        appointments=[appointment(start=date(2020, 7, 20))],
        check_ins=mornings(10, range(20, 29)),
        leaves=[],
        work_logs=logs(10, range(20, 29)),
        marks=[mark(1, 18)],
    )

    said = texts(explain(row(given, rangers), rangers))

    assert said[0] == "本月在岗 12 天（当月 31 天）。"
    assert "管护补助：全年 10000.00 元分 12 期，本期 833.33 × 12/31 = 322.58 元。" in said


def test_english_uses_the_policys_own_english(rangers: PolicyVersion) -> None:
    said = texts(explain(row(facts(**full_month()), rangers), rangers, "en"))

    assert "For “passed”: days absent 0 is less than 3." in said
    assert "To pay this month: 833.33 yuan." in said
    assert not [each for each in said if any("\u4e00" <= sign <= "\u9fff" for sign in each)]


def test_the_plain_version_says_the_money_first(rangers: PolicyVersion) -> None:
    plain = explain_plain(row(facts(**full_month()), rangers), rangers)

    assert plain == [
        "本月发放 833.33 元，等次 合格。",
        "符合「合格」：得分 98.00，达到 60。",
        "符合「合格」：旷工天数 0，少于 3。",
    ]


def test_the_plain_version_of_a_failed_month_says_why(rangers: PolicyVersion) -> None:
    rows = full_month()
    rows["check_ins"] = mornings(10, range(1, 20))

    plain = explain_plain(row(facts(**rows), rangers), rangers)

    assert plain[:2] == ["本月发放 0.00 元，等次 不合格。", "不符合「合格」：旷工天数 3，不少于 3。"]


def test_the_plain_version_calms_who_has_to_wait(rangers: PolicyVersion) -> None:
    plain = explain_plain(row(facts(**{**full_month(), "marks": []}), rangers), rangers)

    assert plain[0] == "这个月还没有定下来，先不发放，也不会漏掉。"


def test_a_deduction_shows_its_divisor(tmp_path: Path) -> None:
    deduction = "  deductions:\n    - {name: 缺勤, count: 旷工天数, divisor: 21.75, round: total, cites: 第四条}\n"
    text = version(tmp_path, MONTH.replace(">= 20", ">= 19"), PAY + deduction)

    said = texts(explain(row(facts(check_ins=mornings(10, range(1, 20)), leaves=[]), text), text))

    assert "缺勤：扣 400.00 ÷ 21.75 × 旷工天数 3 = 55.17 元。" in said


def test_a_default_is_told_with_its_citation(tmp_path: Path) -> None:
    month = MONTH + (
        "  then: [{when: 查实旷工次数 >= 2, do: [no_award], cites: 第五条}]\n"
        "  missing: [{name: 查实旷工次数, is: 0, cites: 第六条}]\n"
    )
    text = version(tmp_path, month)

    assumed = one_about(explain(row(facts(check_ins=mornings(10, range(1, 23)), leaves=[]), text), text), "没有记录")

    assert (assumed.text, assumed.cites) == ("「查实旷工次数」没有记录，按办法计 0。", "第六条")


def test_the_season_is_named(tmp_path: Path) -> None:
    text = load_policies()["yongzhou-ranger"].versions[0]
    rows = full_month()
    rows["marks"] = [mark(1, 20, "station")]

    said = texts(explain(row(facts(**rows), text), text))

    assert "管护补助：非防火期每月 450.00 元。" in said
    assert "扣分扣款：扣 15.00 × (100 − 得分 90.00) × 服务天数 31 ÷ 当月天数 31 = 150.00 元。" in said


def test_every_problem_has_words_in_both_languages() -> None:
    for code in PROBLEMS:
        assert problem_text(f"{code}:x") != problem_text(f"{code}:x", "en")


@pytest.mark.parametrize(
    ("code", "zh"),
    [
        ("no_award", "取消评优资格"),
        ("not_above:基本称职", "等次不高于「基本称职」"),
        ("bonus:2200.00", "发放奖励 2200.00"),
    ],
)
def test_consequences_have_words(code: str, zh: str) -> None:
    assert deed_text(code, load_policies()["huaihua-team"].versions[0]) == zh
