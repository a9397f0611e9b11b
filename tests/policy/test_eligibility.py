"""Clauses judged for all applicants at once: the same as one at a time, whatever the order, and missing is not false."""

import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yigang.policy import applicants, eligibility
from yigang.policy.cases import run_cases
from yigang.policy.load import load_policies, load_policy, policies_folder
from yigang.policy.model import PolicyVersion
from yigang.policy.problems import PolicyError

PINGBA = load_policies()["pingba-ranger"].versions[0]
GAOMI = load_policies()["rural-post-400"].versions[0]
FIT: dict[str, Any] = {"年龄": 35, "建档立卡": True, "劳动能力": True, "户内在岗人数": 0}


def judged(version: PolicyVersion = PINGBA, **changes: Any) -> dict[str, tuple[str, list[str], str]]:
    """Clause → result, missing facts, why not; a change to None takes the fact away."""
    facts = {name: value for name, value in {**FIT, **changes}.items() if value is not None}
    frame = eligibility.judge(pl.DataFrame([eligibility.row_of(facts)]), version)
    return {row["clause"]: (row["result"], row["missing"], row["why"]) for row in frame.iter_rows(named=True)}


def test_who_meets_every_clause_is_eligible() -> None:
    assert {result for result, _missing, _why in judged().values()} == {"holds"}


@pytest.mark.parametrize(
    ("fact", "value", "clause", "why"),
    [
        ("年龄", 61, "年龄", "须年满18周岁、不超过60周岁（年龄 61）"),
        ("年龄", 17, "年龄", "须年满18周岁、不超过60周岁（年龄 17）"),
        ("建档立卡", False, "建档立卡", "须为建档立卡贫困人口（建档立卡 否）"),
        ("户内在岗人数", 1, "一户一人", "同一户已有人在岗（户内在岗人数 1）"),
    ],
)
def test_a_clause_that_fails_says_why_with_the_figure(fact: str, value: object, clause: str, why: str) -> None:
    results = judged(**{fact: value})
    assert results[clause] == ("fails", [], why)
    assert {result for name, (result, _m, _w) in results.items() if name != clause} == {"holds"}


def test_a_missing_fact_is_neither_met_nor_failed_and_is_named() -> None:
    assert judged(劳动能力=None)["劳动能力"] == ("undetermined", ["劳动能力"], "劳动能力：缺少劳动能力")


def test_what_fails_weighs_more_than_what_is_missing() -> None:
    frame = pl.DataFrame([eligibility.row_of({"年龄": 70})])
    (verdict,) = eligibility.verdicts(eligibility.judge(frame, PINGBA)).values()
    assert verdict.result == "fails"
    assert verdict.failing == ("年龄",)
    assert set(verdict.missing) == {"建档立卡", "劳动能力", "户内在岗人数"}


def test_a_clause_with_or_needs_both_facts() -> None:
    """累计在岗年数 < 3 or 距退休年数 < 5: with one of them unknown nobody guesses."""
    results = judged(GAOMI, 累计在岗年数="2.99", 距退休年数=None)
    assert results["连续安置"][:2] == ("undetermined", ["距退休年数"])
    why = judged(GAOMI, 累计在岗年数="3.00", 距退休年数="5.00")["连续安置"][2]
    assert why == "连续安置已满三年（累计在岗年数 3，距退休年数 5）"


def test_an_applicant_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        eligibility.judge(pl.DataFrame({"applicant": [1, 1]}), PINGBA)


def test_nobody_is_judged_and_nothing_breaks() -> None:
    assert eligibility.judge(pl.DataFrame(schema=applicants.schema()), PINGBA).is_empty()


def one_person() -> st.SearchStrategy[dict[str, Any]]:
    kinds = {
        "number": st.one_of(st.none(), st.integers(0, 9_000)),
        "truth": st.one_of(st.none(), st.booleans()),
        "text": st.one_of(st.none(), st.sampled_from(["男", "女", "农村残"])),
    }
    return st.fixed_dictionaries({one.code: kinds[one.kind] for one in applicants.person_measures()})


def framed(people: list[dict[str, Any]]) -> pl.DataFrame:
    rows = [{"applicant": number, **row} for number, row in enumerate(people, 1)]
    return pl.DataFrame(rows, schema=applicants.schema())


VERSIONS = [version for policy in load_policies().values() for version in policy.versions if version.eligibility]


@settings(max_examples=60, deadline=None)
@given(st.lists(one_person(), max_size=12), st.sampled_from(VERSIONS))
def test_all_at_once_is_the_same_as_one_at_a_time(people: list[dict[str, Any]], version: PolicyVersion) -> None:
    frame = framed(people)
    found = {
        (row["applicant"], row["clause"]): (row["result"], row["missing"])
        for row in eligibility.judge(frame, version).iter_rows(named=True)
    }
    assert found == {
        (row["applicant"], clause.name): eligibility.judge_one(row, clause)
        for row in frame.iter_rows(named=True)
        for clause in version.eligibility
    }


@settings(max_examples=40, deadline=None)
@given(st.lists(one_person(), min_size=1, max_size=12), st.randoms())
def test_the_order_of_applicants_does_not_matter(people: list[dict[str, Any]], random: Any) -> None:
    frame = framed(people)
    order = list(range(len(people)))
    random.shuffle(order)
    there, again = eligibility.judge(frame, PINGBA), eligibility.judge(frame[order], PINGBA)
    assert eligibility.digest(there) == eligibility.digest(again)
    assert again["applicant"].unique(maintain_order=True).to_list() == frame[order]["applicant"].to_list()


def test_a_round_of_fifteen_thousand_is_one_computation() -> None:
    people = pl.DataFrame(
        {"applicant": range(15_455), "age": 40, "registered_poor": True, "able_to_work": True, "household_posts": 0}
    )
    assert eligibility.judge(people, PINGBA)["result"].value_counts().rows() == [("holds", 15_455 * 4)]


def test_cases_about_applicants_are_tests_of_the_clauses(tmp_path: Path) -> None:
    text = (policies_folder() / "pingba-ranger.yaml").read_text("utf-8")
    file = tmp_path / "pingba-ranger.yaml"
    file.write_text(text.replace("given: {年龄: 61,", "given: {年龄: 60,"), "utf-8")
    version = load_policy(file).versions[0]

    assert len(PINGBA.applicant_cases) >= 4
    assert [(failure.result, failure.expected, failure.found) for failure in run_cases(version)] == [
        ("资格", "不符合", "符合"),
        ("不符合", "年龄", ""),
    ]


@pytest.mark.parametrize(
    ("given_", "word"), [("{年岁: 61}", "年岁"), ("{年龄: 十八}", "十八"), ("{考察得分: 1}", "考察得分")]
)
def test_a_case_about_an_applicant_uses_known_facts_of_the_right_kind(tmp_path: Path, given_: str, word: str) -> None:
    text = (policies_folder() / "pingba-ranger.yaml").read_text("utf-8")
    case = f"    applicant_cases:\n      - {{case: 新例, given: {given_}, then: {{资格: 符合}}}}\n"
    file = tmp_path / "pingba-ranger.yaml"
    file.write_text(re.sub(r"    applicant_cases:\n", case, text), "utf-8")
    with pytest.raises(PolicyError, match=word) as caught:
        load_policy(file)
    assert caught.value.problems[0].line == file.read_text("utf-8").splitlines().index(case.splitlines()[1]) + 1
