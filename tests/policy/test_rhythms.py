"""One policy in four rhythms: the parts of several parties, figures from below, grades, limits, and what is not known."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import polars as pl
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.policy.texts import text, version, written

from yigang.policy import PolicyError, load_policies, load_policy, run_cases
from yigang.policy.describe import describe
from yigang.policy.inspection import year_clauses
from yigang.policy.judge_period import frame_of, judge_period
from yigang.policy.rhythms import rhythm_of, rhythms

SECTIONS = """day:
  marks: [{name: 当日表现, party: station, most: 10, cites: 方案}]
quarter:
  name: 季考核
  closes: 10
  inputs:
    - {name: 日平均, of: day, take: 当日表现, by: mean, cites: 方案}
    - {name: 月平均, of: month, take: score, by: mean, cites: 方案}
  parts:
    - {name: 村评, party: village, weight: 30, most: 100, cites: 方案}
    - {name: 镇评, party: town, weight: 50, most: 100, cites: 方案}
    - {name: 民主评议, party: democratic, weight: 20, most: 100, cites: 方案}
  grades:
    - {grade: 优秀, when: 得分 >= 90 and 不合格月数 = 0, cites: 方案}
    - {grade: 合格, when: 得分 >= 60, cites: 方案}
    - {grade: 不合格, otherwise: true}
  then:
    - {name: 查到一次, when: 查实旷工次数 >= 1, do: [{not_above: 合格}], cites: 办法第九条}
    - {name: 三月不合格, when: 连续不合格月数 >= 3, do: [propose_dismissal], cites: 办法第十条}
year:
  inputs: [{name: 季平均, of: quarter, take: score, by: mean, cites: 方案}]
  parts:
    - {name: 季度, input: 季平均, weight: 60, most: 100, cites: 方案}
    - {name: 年评, party: town, weight: 40, most: 100, cites: 方案}
  missing: [{name: 查实旷工次数, is: 0, cites: 方案}]
  grades:
    - {grade: 优秀, when: 年度得分 >= 90, cites: 方案}
    - {grade: 合格, when: 年度得分 >= 60, cites: 方案}
    - {grade: 不合格, otherwise: true}
  then:
    - {name: 优秀, when: 年度等次 = '优秀', do: [{bonus: 500}, cadre_reserve], cites: 办法第三条}
    - {name: 两次旷工, when: 查实旷工次数 >= 2, do: [no_award], cites: 办法第四条}
    - {name: 两年不合格, when: 连续不合格年数 >= 2, do: [propose_dismissal], cites: 办法第五条}
"""
DATA = yaml.safe_load(SECTIONS)
QUARTER, YEAR = rhythm_of(DATA, "quarter"), rhythm_of(DATA, "year")
KNOWN = {"查实旷工次数": Fraction(0), "不合格月数": Fraction(0), "连续不合格月数": Fraction(0)}
points = st.decimals(0, 100, places=2).map(Fraction)


def judged(rhythm, *given) -> list[dict]:
    return judge_period(frame_of(rhythm, given), rhythm).rows(named=True)


def quarter(village, town, review, **more):
    values = {"村评": Fraction(village), "镇评": Fraction(town), "民主评议": Fraction(review)}
    return judged(QUARTER, {**values, **KNOWN, **more})[0]


@pytest.mark.req("Z5")
@pytest.mark.parametrize(
    ("marks", "points_", "score", "grade"),
    [
        (("90", "88", "95"), ("27.00", "44.00", "19.00"), "90.00", "优秀"),
        (("85.55", "70", "60.03"), ("25.67", "35.00", "12.01"), "72.68", "合格"),
        (("59.99", "60", "60"), ("18.00", "30.00", "12.00"), "60.00", "合格"),
        (("59.9", "60", "60"), ("17.97", "30.00", "12.00"), "59.97", "不合格"),
    ],
)
def test_village_thirty_town_fifty_review_twenty(marks, points_, score, grade):
    """By hand: 85.55 × 30 ÷ 100 = 25.665, half up 25.67; 60.03 × 20 ÷ 100 = 12.006, half up 12.01."""
    row = quarter(*marks)
    parts = tuple(str(row[f"得分·{name}"]) for name in ("村评", "镇评", "民主评议"))
    assert (parts, str(row["score"]), row["grade"]) == (points_, score, grade)


@given(points, points, points)
def test_the_score_is_the_sum_of_its_rounded_parts(village, town, review):
    row = quarter(village, town, review)
    parts = [row[f"得分·{name}"] for name in ("村评", "镇评", "民主评议")]
    assert row["score"] == sum(parts)
    assert 0 <= row["score"] <= 100
    exact = (village * 30 + town * 50 + review * 20) / 100
    assert abs(Fraction(row["score"]) - exact) <= Fraction(15, 1000), "three roundings of at most half a hundredth"


@given(st.lists(st.tuples(points, points, points), min_size=1, max_size=8), st.randoms())
def test_the_order_of_people_does_not_matter(marks, random):
    given = [{"村评": a, "镇评": b, "民主评议": c, **KNOWN} for a, b, c in marks]
    frame = frame_of(QUARTER, given)
    order = list(range(frame.height))
    random.shuffle(order)
    assert judge_period(frame[order], QUARTER).equals(judge_period(frame, QUARTER))


@pytest.mark.req("M3")
def test_who_lacks_a_party_stays_undetermined_and_is_not_dropped():
    row, other = judged(QUARTER, {"村评": Fraction(90), "镇评": Fraction(90), **KNOWN}, {"村评": Fraction(90)})
    assert (row["grade"], row["score"], row["missing"], row["consequences"]) == (None, None, ["民主评议"], [])
    assert other["missing"] == ["镇评", "民主评议", "不合格月数", "查实旷工次数", "连续不合格月数"]


@pytest.mark.req("H7")
def test_an_absence_found_limits_the_grade_and_is_cited():
    row = quarter(100, 100, 100, 查实旷工次数=Fraction(1))
    assert (row["grade"], row["clause"], row["cites"]) == ("合格", "查到一次", "办法第九条")
    failed = quarter(10, 10, 10, 查实旷工次数=Fraction(1))
    assert (failed["grade"], failed["cites"]) == ("不合格", ""), "a limit never raises a grade"


def test_an_absence_that_is_not_known_leaves_only_those_open_whom_it_could_lower():
    given = {key: value for key, value in KNOWN.items() if key != "查实旷工次数"}
    best, good = (
        judged(QUARTER, dict.fromkeys(("村评", "镇评", "民主评议"), Fraction(one)) | given)[0] for one in (100, 70)
    )
    assert (best["grade"], best["missing"]) == (None, ["查实旷工次数"])
    assert good["grade"] == "合格"


@pytest.mark.req("P8", "P9")
def test_a_year_brings_bonus_and_reserve_unless_no_award():
    good = {"季平均": Fraction(95), "年评": Fraction(95), "连续不合格月数": Fraction(0)}
    best, absent = judged(YEAR, good, {**good, "查实旷工次数": Fraction(2)})
    assert best["consequences"] == ["bonus:500", "cadre_reserve"]
    assert best["because"] == ["优秀〔办法第三条〕"]
    assert absent["consequences"] == ["bonus:500", "no_award"]


@pytest.mark.req("H7")
def test_of_a_month_s_clauses_only_findings_and_recalls_reach_the_year():
    """A month counts the failed months before it, a year those with the last: two before are three, and not two."""
    clauses = [
        {"name": "两次旷工", "when": "查实旷工次数 >= 2", "do": ["no_award"], "cites": "办法"},
        {"name": "之前两月不合格", "when": "连续不合格月数 >= 2", "do": ["no_award"], "cites": "办法"},
    ]
    section = {"grades": DATA["year"]["grades"]}
    rhythm = rhythm_of({"month": {"then": clauses}, "year": section}, "year")
    assert [one.name for one in rhythm.then] == ["两次旷工"]
    assert [one.name for one in year_clauses({"month": {"then": clauses}, "year": section})] == ["两次旷工"]


def test_a_failed_grade_that_is_not_the_last_must_be_put_in_order(tmp_path):
    """Without `order` the grade written last would count as failed: here whoever is good enough."""
    grades = "[{grade: 不合格, when: 不合格月数 >= 3, cites: 方案}, {grade: 合格, otherwise: true}]"
    with pytest.raises(PolicyError, match="是「合格」，不是「不合格」"):
        load_policy(written(tmp_path, text(more=f"year:\n  grades: {grades}\n")))
    policy = load_policy(written(tmp_path, text(more=f"year:\n  order: [合格, 不合格]\n  grades: {grades}\n")))
    year = rhythm_of(policy.versions[0].text, "year")
    three, two = judged(year, *({"不合格月数": Fraction(count)} for count in (3, 2)))
    assert [(row["grade"], row["passed"]) for row in (three, two)] == [("不合格", False), ("合格", True)]


def test_two_failed_years_in_a_row_propose_dismissal():
    bad = {"季平均": Fraction(10), "年评": Fraction(10)}
    first, second = judged(YEAR, bad, {**bad, "连续不合格年数": Fraction(1)})
    assert (first["连续不合格年数"], first["consequences"]) == (1, [])
    assert (second["连续不合格年数"], second["consequences"]) == (2, ["propose_dismissal"])


def test_without_parts_the_score_is_the_mean_of_the_months():
    plain = rhythm_of(
        {
            "year": {
                "grades": [
                    {"grade": "合格", "when": "年度得分 >= 60", "cites": "办法"},
                    {"grade": "不合格", "otherwise": True},
                ]
            }
        },
        "year",
    )
    row = judged(plain, {"得分": Fraction("59.99")})[0]
    assert (row["score"], row["grade"], row["passed"]) == (Decimal("59.99"), "不合格", False)


def test_a_value_beyond_its_range_is_no_value():
    assert quarter(101, 90, 90)["missing"] == ["村评"]


def test_periods_and_the_days_they_close():
    assert [one.code for one in rhythms(DATA)] == ["day", "quarter", "year"]
    assert QUARTER.first_of(date(2020, 8, 3)) == date(2020, 7, 1)
    assert QUARTER.last_of(date(2020, 10, 1)) == date(2020, 12, 31)
    assert QUARTER.due_on(date(2020, 10, 1)) == date(2021, 1, 10)
    assert YEAR.due_on(date(2020, 1, 1)) is None


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ("weight: 30", "weight: 40", "各项比重合计 110，应为 100"),
        ("input: 季平均", "input: 别的", "没有「别的」这个汇总数"),
        ("of: quarter", "of: year", "of"),
        ("take: 当日表现", "take: 出勤", "日考核里没有「出勤」"),
        (
            "take: score, by: mean, cites: 方案}\n  parts:\n    - {name: 村评",
            "take: failed, by: mean, cites: 方案}\n  parts:\n    - {name: 村评",
            "passed、failed 用 count",
        ),
        ("name: 村评", "name: 合格月数", "「合格月数」已经有别的意思"),
        ("not_above: 合格", "not_above: 良好", "没有「良好」这个等次"),
        ("年度等次 = '优秀'", "年度等次 = '极好'", "没有「极好」这个等次"),
        ("不合格月数 = 0", "旷工率 = 0", "旷工率"),
        ("{name: 查实旷工次数, is", "{name: 出勤, is", "没有「出勤」这个词"),
        ("  closes: 10\n", "  closes: 10\n  order: [优秀, 合格]\n", "order 没有把每个等次恰好写一次"),
        (
            "  closes: 10\n",
            "  closes: 10\n  order: [不合格, 合格, 优秀]\n",
            "最后一个等次算作不合格：按现在的次序是「优秀」",
        ),
        (
            "{name: 两年不合格, when: 连续不合格年数 >= 2, do: [propose_dismissal]",
            "{name: 两年不合格, when: 连续不合格年数 >= 2, do: [{not_above: 合格}]",
            "「两年不合格」用连续不合格年数限制等次",
        ),
    ],
)
def test_a_rhythm_that_contradicts_itself_is_not_loaded(tmp_path, wrong, right, said):
    assert wrong in SECTIONS
    with pytest.raises(PolicyError, match=said):
        load_policy(written(tmp_path, text(more=SECTIONS.replace(wrong, right))))


def test_a_case_about_a_year_is_run(tmp_path):
    given_ = "given: {季平均: 90, 年评: 87.5, 连续不合格月数: 0}"
    case = f"period_cases:\n  - {{case: 八十九分, rhythm: year, {given_}, then: {{等次: 合格, 得分: 89, 后果: []}}}}\n"
    assert run_cases(version(tmp_path, more=SECTIONS + case)) == []
    (failure,) = run_cases(version(tmp_path, more=SECTIONS + case.replace("得分: 89,", "得分: 90,")))
    assert "得分 应为 90.00，算得 89.00" in str(failure)


def test_it_is_read_aloud(tmp_path):
    policy = load_policy(written(tmp_path, text(more=SECTIONS)))
    read = describe(policy, policy.versions[0])
    for said in (
        "季考核：次月 10 日前结账",
        "季考核·民主评议：民主评议评，0 至 100 分，占 20%",
        "查实旷工次数 ≥ 2：取消评优资格。〔办法第四条〕",
    ):
        assert said in read


@pytest.mark.req("Z5")
def test_a_policy_has_all_four_rhythms():
    found = {code: {one.code for one in rhythms(policy.versions[-1].text)} for code, policy in load_policies().items()}
    assert {"day", "month", "quarter", "year"} in found.values()


def test_a_frame_without_people_gives_no_results():
    assert judge_period(frame_of(QUARTER, []), QUARTER).height == 0
    assert isinstance(frame_of(YEAR, []), pl.DataFrame)
