"""A policy file that is wrong says where, what and what to do, before any fact is seen."""

from datetime import date
from pathlib import Path

import pytest
from tests.policy.texts import HEAD, MONTH, PAY, text, version, written

from yigang.policy import NoVersion, Period, PolicyError, Problem, load_policies, load_policy


def problems(folder: Path, content: str) -> list[Problem]:
    with pytest.raises(PolicyError) as caught:
        load_policy(written(folder, content))
    return list(caught.value.problems)


def only(folder: Path, content: str) -> Problem:
    found = problems(folder, content)
    assert len(found) == 1, found
    return found[0]


def line_of(content: str, fragment: str) -> int:
    return next(number for number, line in enumerate(content.splitlines(), 1) if fragment in line)


def test_a_whole_file_loads(tmp_path: Path) -> None:
    policy = load_policy(written(tmp_path, text()))

    assert (policy.code, policy.versions[0].effective) == ("test-post", date(2020, 1, 1))


def test_a_key_written_twice_is_an_error_that_names_both_lines(tmp_path: Path) -> None:
    content = text(MONTH.replace("  required_days: 22\n", "  required_days: 22\n  required_days: 20\n"))

    found = only(tmp_path, content)

    assert "required_days" in found.what.zh
    assert found.line == line_of(content, "required_days: 20")
    assert str(line_of(content, "required_days: 22")) in found.what.zh


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("出勤天数 >= 20", "出勤天树 >= 20", "出勤天树"),
        ("出勤天数 >= 20", "sum(出勤天数) >= 20", "不允许"),
        ("出勤天数 >= 20", "(select 1) = 1", "不允许"),
        ("出勤天数 >= 20", "出勤天数 + 20", "条件"),
        ("when: 出勤天数 >= 20", 'when: ""', "读不懂"),
        ("grade: 合格", "grade: 合格, colour: red", "colour"),
        ("required_days: 22", "required_days: 40", "40"),
        ("cites: 第二条", "cites: 第", "cites"),
        ("when: 出勤天数 >= 20, cites: 第二条", "cites: 第二条", ""),
    ],
)
def test_a_wrong_month_is_refused_with_its_line(tmp_path: Path, before: str, after: str, said: str) -> None:
    content = text(MONTH.replace(before, after))

    found = problems(tmp_path, content)

    assert any(said in each.what.zh for each in found)
    assert {each.line for each in found} <= {line_of(content, "month:"), *range(9, 13)}
    assert all(each.remedy.zh for each in found)


def test_a_formula_with_a_comma_that_yaml_tore_apart_is_explained(tmp_path: Path) -> None:
    month = MONTH.replace("出勤天数 >= 20", "least(1, 出勤天数) >= 1")

    assert any("引号" in each.remedy.zh for each in problems(tmp_path, text(month)))


def test_a_grade_that_can_never_be_reached_is_refused(tmp_path: Path) -> None:
    month = MONTH.replace(
        "    - {grade: 不合格", "    - {grade: 优秀, when: 出勤天数 >= 22, cites: 第二条}\n    - {grade: 不合格"
    )
    content = text(month)

    found = only(tmp_path, content)

    assert "优秀" in found.what.zh
    assert found.line == line_of(content, "优秀")


def test_grades_that_leave_a_gap_are_refused_with_an_example(tmp_path: Path) -> None:
    month = MONTH.replace("otherwise: true", "when: 出勤天数 < 19, cites: 第二条")

    found = only(tmp_path, text(month))

    assert "出勤天数 = 19" in found.what.zh
    assert "otherwise" in found.remedy.zh


def test_grades_that_are_complete_without_otherwise_load(tmp_path: Path) -> None:
    assert version(tmp_path, MONTH.replace("otherwise: true", "when: 出勤天数 < 20, cites: 第二条"))


def test_nothing_may_stand_after_otherwise(tmp_path: Path) -> None:
    month = MONTH + "    - {grade: 优秀, when: 出勤天数 >= 22, cites: 第二条}\n"

    assert any("otherwise" in each.what.zh for each in problems(tmp_path, text(month)))


@pytest.mark.parametrize(
    ("pay", "said"),
    [
        (PAY.replace("{yuan: 400.00, per: month}", "{yuan: 10000.00, per: year, instalments: 12}"), "除不尽"),
        (PAY.replace("400.00", "400.005"), "整分"),
        (PAY.replace("{yuan: 400.00, per: month}", "{yuan: 10000.00, per: year}"), "12 期"),
        (PAY.replace("{yuan: 400.00, per: month}", "{yuan: 400.00, per: month, instalments: 12}"), "不分期"),
        (PAY.replace("{合格: 1, 不合格: 0}", "{合格: 1}"), "不一致"),
        (PAY.replace("{合格: 1, 不合格: 0}", "{合格: 0.33333, 不合格: 0}"), "小数"),
        (PAY + "  floor: 500.00\n  cap: 300.00\n", "封顶"),
        (PAY.replace("{yuan: 400.00, per: month}", "{yuan: {夏: 400.00}, per: month}"), "季节"),
        (PAY + "  deductions:\n    - {name: 补贴, count: 旷工天数, yuan: 5.00, cites: 第四条}\n", "两项"),
        (PAY.replace("hold", "pay"), "undetermined"),
    ],
)
def test_a_wrong_pay_section_is_refused(tmp_path: Path, pay: str, said: str) -> None:
    assert any(said in each.what.zh for each in problems(tmp_path, text(pay=pay)))


def test_seasons_cover_every_month_once(tmp_path: Path) -> None:
    found = problems(tmp_path, text(more="seasons: {防火期: [9, 10, 11, 12, 1, 2], 其他: [2, 3, 4, 5, 6, 7]}\n"))

    assert any("[2] 月属于两个季节" in each.what.zh for each in found)
    assert any("[8] 月不属于任何季节" in each.what.zh for each in found)


def test_a_year_that_divides_needs_no_remainder(tmp_path: Path) -> None:
    pay = version(
        tmp_path, pay=PAY.replace("{yuan: 400.00, per: month}", "{yuan: 12000.00, per: year, instalments: 12}")
    ).pay

    assert pay
    assert pay.amount.fen == (100_000,) * 12


def two_versions(second: str, first_until: str = "") -> str:
    one = text()
    return (
        one + "  - " + HEAD.split("  - ")[1].replace("2020-01-01", second).lstrip() + one.split(HEAD)[1]
        if not first_until
        else (
            one.replace("    cites: 试验办法第一条\n", f"    until: {first_until}\n    cites: 试验办法第一条\n")
            + "  - "
            + HEAD.split("  - ")[1].replace("2020-01-01", second).lstrip()
            + one.split(HEAD)[1]
        )
    )


def test_the_next_text_ends_the_one_before(tmp_path: Path) -> None:
    policy = load_policy(written(tmp_path, two_versions("2021-01-01")))

    assert policy.versions[0].until == date(2020, 12, 31)
    assert policy.version_on(Period(2020, 12)) is policy.versions[0]
    assert policy.version_on(Period(2021, 1)) is policy.versions[1]


def test_a_month_is_judged_by_the_text_of_its_first_day(tmp_path: Path) -> None:
    policy = load_policy(written(tmp_path, two_versions("2021-01-15")))

    assert policy.version_on(Period(2021, 1)) is policy.versions[0]
    assert policy.version_on(date(2021, 1, 15)) is policy.versions[1]


@pytest.mark.parametrize("second", ["2020-01-01", "2019-06-01"])
def test_texts_that_overlap_are_refused(tmp_path: Path, second: str) -> None:
    assert "重叠" in problems(tmp_path, two_versions(second))[0].what.zh


def test_a_text_that_outlives_its_successor_is_refused(tmp_path: Path) -> None:
    assert "重叠" in only(tmp_path, two_versions("2021-01-01", "2021-03-31")).what.zh


def test_a_gap_between_texts_is_refused(tmp_path: Path) -> None:
    assert "没有办法" in only(tmp_path, two_versions("2021-01-01", "2020-10-31")).what.zh


def test_a_repealed_policy_names_the_day_and_the_reason(tmp_path: Path) -> None:
    policy = load_policy(
        written(tmp_path, text() + "  - {effective: 2022-07-01, repealed: 县府令第3号, cites: 县府令第3号}\n")
    )

    assert policy.version_on(Period(2022, 6))
    with pytest.raises(NoVersion, match="自 2022-07-01 起没有办法（县府令第3号）"):
        policy.version_on(Period(2022, 7))


def test_before_the_first_text_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(NoVersion, match="第一版自 2020-01-01 起"):
        load_policy(written(tmp_path, text())).version_on(Period(2019, 12))


def test_a_day_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    assert "2019-02-29" in problems(tmp_path, text().replace("2020-01-01", "2019-02-29"))[0].what.zh


def test_the_digest_is_of_the_rule_and_not_of_its_dress(tmp_path: Path) -> None:
    """Comments, spacing, cases and a successor change nothing; a number does."""
    plain = version(tmp_path).digest
    dressed = load_policy(
        written(tmp_path, two_versions("2021-01-01").replace("出勤天数 >= 20", "出勤天数 >= 20") + "\n# 注\n")
    )
    cases = version(tmp_path, more="cases:\n  - {case: 例, given: {出勤天数: 22}, then: {等次: 合格}}\n").digest

    assert plain == dressed.versions[0].digest == cases
    assert version(tmp_path, pay=PAY.replace("400.00", "400")).digest == plain
    assert version(tmp_path, pay=PAY.replace("400.00", "400.01")).digest != plain


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "空"),
        ("a: [1, 2", "YAML"),
        ("a: &x 1\nb: *x\n", "锚点"),
        ("[" * 100_000, "嵌套太深"),
        ("- 1\n- 2\n", "不合规定"),
    ],
)
def test_a_file_that_is_no_policy_is_refused(tmp_path: Path, content: str, said: str) -> None:
    assert said in problems(tmp_path, content)[0].what.zh


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_bytes(text().encode("gb18030"))

    with pytest.raises(PolicyError, match="UTF-8"):
        load_policy(file)


def test_on_and_off_are_words(tmp_path: Path) -> None:
    """YAML 1.1 would read them as true and false."""
    assert version(tmp_path, more="notes: [on, off, yes]\n").text["notes"] == ["on", "off", "yes"]


def test_a_default_must_be_possible_and_cited(tmp_path: Path) -> None:
    month = (
        MONTH
        + "  missing:\n    - {name: 查实旷工次数, is: 400, cites: 第五条}\n    - {name: 查实旷工次数, is: 1.5, cites: 第五条}\n"
    )

    assert len(problems(tmp_path, text(month))) == 2
    assert problems(tmp_path, text(MONTH + "  missing:\n    - {name: 查实旷工次数, is: 0}\n"))


def test_a_name_that_is_taken_cannot_be_defined_again(tmp_path: Path) -> None:
    month = MONTH + "  quantities:\n    - {name: 出勤天数, is: 1 + 1, cites: 第六条}\n"

    assert "别的意思" in problems(tmp_path, text(month))[0].what.zh


def test_a_consequence_may_only_name_grades_that_exist(tmp_path: Path) -> None:
    month = MONTH + "  then:\n    - {when: 等次 = '不及格', do: [warning], cites: 第七条}\n"

    assert "不及格" in only(tmp_path, text(month)).what.zh


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("eligibility:\n  - {name: 年龄, when: 年岁 >= 18, else: 太小, cites: 第八条}\n", "年岁"),
        ("eligibility:\n  - {name: 年龄, when: 出勤天数 >= 18, else: 太小, cites: 第八条}\n", "出勤天数"),
        ("recruitment: {steps: [公告, 聘用], working_days: {公示: 5}}\n", "公示"),
        ("year:\n  grades:\n    - {grade: 合格, when: 合格月数 >= 11, cites: 第九条}\n", "otherwise"),
        ("year:\n  then:\n    - {when: 合格月 >= 11, do: [bonus], cites: 第九条}\n", "合格月"),
        ("capabilities: {check_in: {modes: [phone]}}\n", "check_in"),
        ("capabilities: {track: {basis: 防火}}\n", "没有开「位置」"),
        ("capabilities: {log: {basis: 日志, modes: []}}\n", "没有一种方式"),
        ("cases:\n  - {case: 例, given: {出勤: 22}, then: {等次: 合格}}\n", "出勤"),
        ("cases:\n  - {case: 例, given: {出勤天数: 2.5}, then: {等次: 合格}}\n", "小数"),
        ("cases:\n  - {case: 例, given: {出勤天数: 2}, then: {工资: 1}}\n", "工资"),
        ("cases:\n  - {case: 例, month: 2020-13, given: {出勤天数: 2}, then: {等次: 合格}}\n", "2020-13"),
    ],
)
def test_the_other_sections_are_checked_too(tmp_path: Path, more: str, said: str) -> None:
    found = problems(tmp_path, text(more=more))

    assert any(said in each.what.zh for each in found), found


def test_a_folder_reports_the_problems_of_all_its_files(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(text().replace("出勤天数", "出勤"), "utf-8")
    (tmp_path / "b.yaml").write_text("", "utf-8")

    with pytest.raises(PolicyError) as caught:
        load_policies(tmp_path)

    assert {each.file.name for each in caught.value.problems} == {"a.yaml", "b.yaml"}


def test_one_code_belongs_to_one_file(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(text(), "utf-8")

    with pytest.raises(PolicyError, match=r"test-post 已用于 a\.yaml"):
        load_policies(tmp_path)
