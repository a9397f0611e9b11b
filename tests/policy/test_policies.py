"""The policies that ship: they load, cite, hold their cases, and read aloud."""

import json
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from yigang.policy import PolicyVersion, load_policies, policies_folder, run_cases
from yigang.policy.describe import describe
from yigang.policy.inspection import holding

POLICIES = load_policies()
VERSIONS = [
    pytest.param(version, id=f"{code}-{version.effective}")
    for code, policy in POLICIES.items()
    for version in policy.versions
]
FEWEST_CASES = 8


SOURCES = ("pingba-ranger", "zaozhuang-public-welfare", "rural-post-400", "huaihua-team", "maiji-team")
"""The policies of the five sources, in their order."""


def test_the_five_systems_and_two_more_are_there() -> None:
    assert set(POLICIES) == {*SOURCES, "huoqiu-rural-post", "yongzhou-ranger"}


@pytest.mark.parametrize("code", SOURCES)
def test_a_source_is_told_whole_from_the_choice_of_people_to_the_end_of_the_year(code: str) -> None:
    """Everything that an office needs to begin with a policy of the sources is in its text."""
    text = POLICIES[code].versions[-1].text

    assert {"eligibility", "recruitment", "month", "year", "vacancy", "exit", "training", "leave", "agreement"} <= set(
        text
    )
    assert text["recruitment"]["steps"]
    assert ("pay" in text) == (POLICIES[code].kind != "team")


def clauses(node: object) -> Iterator[Mapping[str, Any]]:
    """Every mapping in a text that says where it comes from, or that a clause must."""
    if isinstance(node, Mapping):
        yield node
    for inner in node.values() if isinstance(node, Mapping) else node if isinstance(node, list) else ():
        yield from clauses(inner)


@pytest.mark.parametrize("code", SOURCES)
def test_no_clause_that_decides_is_without_its_source(code: str) -> None:
    deciding = [
        each for each in clauses(POLICIES[code].versions[-1].text)
        if {"when", "else"} <= each.keys() or {"when", "grade"} <= each.keys() or {"when", "do"} <= each.keys()
    ]  # fmt: skip

    assert deciding
    assert not [each for each in deciding if not each.get("cites")]


@pytest.mark.parametrize("version", VERSIONS)
def test_its_cases_hold(version: PolicyVersion) -> None:
    assert not [str(failure) for failure in run_cases(version)]


@pytest.mark.parametrize("version", VERSIONS)
def test_it_has_enough_cases_and_some_of_them_are_awkward(version: PolicyVersion) -> None:
    undetermined = [case for case in version.cases if case.then.get("等次") == "待定"]

    assert len(version.cases) >= FEWEST_CASES
    assert undetermined
    assert version.cases[-1] not in undetermined


def test_a_case_that_does_not_hold_is_found(tmp_path: Path) -> None:
    text = (policies_folder() / "pingba-ranger.yaml").read_text("utf-8")
    (tmp_path / "pingba-ranger.yaml").write_text(
        text.replace("得分: 60.00, 金额: 833.33", "得分: 60.01, 金额: 833.34"), "utf-8"
    )

    failures = run_cases(load_policies(tmp_path)["pingba-ranger"].versions[0])

    assert [(failure.result, failure.expected, failure.found) for failure in failures] == [
        ("得分", "60.01", "60.00"),
        ("金额", "833.34", "833.33"),
    ]


@pytest.mark.parametrize("file", sorted(policies_folder().glob("*.yaml")), ids=lambda file: file.stem)
def test_an_editor_checks_it_with_the_same_schema(file: Path) -> None:
    schema = json.loads((policies_folder() / "schema.json").read_text("utf-8"))
    data = json.loads(json.dumps(yaml.safe_load(file.read_text("utf-8")), default=str))

    Draft202012Validator.check_schema(schema)
    assert "$schema=schema.json" in file.read_text("utf-8").splitlines()[0]
    assert not [error.message for error in Draft202012Validator(schema).iter_errors(data)]


def test_its_name_is_its_code() -> None:
    assert all(policy.file.stem == code for code, policy in POLICIES.items())


@pytest.mark.parametrize("version", VERSIONS)
def test_it_reads_aloud_with_every_clause_and_citation(version: PolicyVersion) -> None:
    text = describe(POLICIES[version.code], version)

    for grade in version.month.grades:
        assert grade.grade in text
        assert grade.cites in text
    assert version.digest in text
    assert all(case.name in text for case in version.cases)


@pytest.mark.req("P8")
def test_pingba_is_ten_thousand_a_year_in_seven_steps() -> None:
    version = POLICIES["pingba-ranger"].versions[0]

    assert version.pay
    assert version.pay.amount.per_year_fen == 1_000_000
    assert version.recruitment
    assert [step.name for step in version.recruitment.steps] == ["公告", "申报", "审核", "考察", "评定", "公示", "聘用"]


@pytest.mark.req("T2")
def test_the_rural_post_is_400_a_month() -> None:
    pay = POLICIES["rural-post-400"].versions[0].pay

    assert pay
    assert set(pay.amount.fen) == {40_000}


def test_the_fire_season_pays_750_and_the_summer_450() -> None:
    pay = POLICIES["yongzhou-ranger"].versions[0].pay

    assert pay
    assert pay.amount.fen == (75_000,) * 4 + (45_000,) * 4 + (75_000,) * 4


@pytest.mark.req("H7")
@pytest.mark.parametrize("absences", [1, 2, 3, 4])
def test_absences_found_have_their_consequences(absences: int) -> None:
    version = POLICIES["huaihua-team"].versions[0]
    cases = [case for case in version.cases if case.given.get("查实旷工次数") == absences]
    wanted = ["no_award"] * (absences >= 2) + ["not_above:基本称职"] * (absences > 3)

    assert [case.then["后果"] for case in cases] == [wanted]


@pytest.mark.req("M3")
@pytest.mark.parametrize(
    ("known", "follows"),
    [
        ({"查实旷工次数": 1}, {"no_award"}),
        ({"查实旷工次数": 2}, {"no_award", "not_above:基本称职"}),
        ({"年度等次": "基本称职"}, {"warning", "interview"}),
        ({"年度等次": "不称职"}, {"propose_recall", "interview"}),
        ({"年度等次": "称职"}, set()),
    ],
)
def test_a_poor_year_in_maiji_is_talked_about_or_ends_in_a_recall(known: dict[str, Any], follows: set[str]) -> None:
    known = {name: Fraction(value) if isinstance(value, int) else value for name, value in known.items()}
    clauses_that_hold = holding(POLICIES["maiji-team"].versions[0].text, known)

    assert {deed for clause in clauses_that_hold for deed in clause.do} == follows


@pytest.mark.req("P8")
@pytest.mark.parametrize(
    ("absences", "follows"), [(0, []), (1, ["no_award"]), (3, ["no_award", "interview", "propose_dismissal"])]
)
def test_absences_found_among_rangers_have_preset_consequences(absences: int, follows: list[str]) -> None:
    found = holding(POLICIES["pingba-ranger"].versions[0].text, {"查实旷工次数": Fraction(absences)})

    assert [deed for clause in found for deed in clause.do] == follows
    assert all("预设" in clause.cites for clause in found)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_capability_is_off_unless_its_legal_basis_is_named(version: PolicyVersion) -> None:
    for capability in version.text.get("capabilities", {}).values():
        assert capability is None or capability["basis"]
