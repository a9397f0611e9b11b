"""What applicants are compared with: every shipped policy that compares says why for each register, and what a hit does."""

from pathlib import Path

import pytest

from yigang.config.paths import ROOT
from yigang.policy import load_policy
from yigang.policy.comparison import presets, registers_of
from yigang.policy.describe import describe
from yigang.policy.model import PolicyVersion

SHIPPED = sorted((ROOT / "policies").glob("*.yaml"))


def newest(file: Path) -> PolicyVersion:
    return load_policy(file).versions[-1]


def compares(version: PolicyVersion) -> bool:
    return version.recruitment is not None and any(step.comparison for step in version.recruitment.steps)


COMPARING = [file for file in SHIPPED if compares(newest(file))]


def test_the_policies_that_compare():
    assert [file.stem for file in COMPARING] == [
        "huoqiu-rural-post", "pingba-ranger", "rural-post-400", "yongzhou-ranger", "zaozhuang-public-welfare",
    ]  # fmt: skip


@pytest.mark.req("P4", "Z8")
@pytest.mark.parametrize("file", COMPARING, ids=lambda file: file.stem)
def test_a_shipped_policy_says_for_each_register_what_a_hit_does_and_why(file):
    section = newest(file).text["recruitment"]["comparison"]
    assert section["cites"]
    for given in section["registers"]:
        assert {"kind", "effect", "cites"} <= given.keys(), given
        assert given["kind"] in presets()
        assert registers_of(newest(file).text)[given["kind"]].cites == given["cites"]


@pytest.mark.req("P4", "Z8")
@pytest.mark.parametrize(
    ("policy", "blocking"),
    [
        ("pingba-ranger", {"deaths", "payroll", "other_posts", "household_post"}),
        ("rural-post-400", {"deaths", "payroll", "other_posts"}),
    ],
)
def test_what_blocks_and_what_is_a_question_is_the_policys_word(policy, blocking):
    """Pingba gives a household one post; the public-welfare posts ask somebody to look at the second."""
    registers = registers_of(newest(ROOT / "policies" / f"{policy}.yaml").text)
    assert {code for code, kind in registers.items() if kind.effect == "block"} == blocking
    assert {code for code, kind in registers.items() if kind.effect == "inform"} == {"low_income"}
    named = newest(ROOT / "policies" / f"{policy}.yaml").text["recruitment"]["comparison"]["registers"]
    assert {given["kind"] for given in named} == set(presets())


def test_the_policy_read_aloud_says_by_what_somebody_is_found():
    policy = load_policy(ROOT / "policies" / "pingba-ranger.yaml")
    said = describe(policy, policy.versions[-1]).splitlines()
    (dead,) = [line.strip() for line in said if line.strip().startswith("死亡人员：")]
    assert dead.startswith(
        "死亡人员：已登记死亡，不得申报；核实前不得聘用；按证件号比中，相似度 0.75 起另列出由人核对，超过 92 天算过期。〔"
    )
    (phone,) = [line.strip() for line in said if line.strip().startswith("一号多人：")]
    assert "由系统按在库资料核对，3 人起。〔" in phone


def test_a_policy_that_does_not_compare_says_nothing_of_it():
    policy = load_policy(ROOT / "policies" / "huaihua-team.yaml")
    assert "信息数据比对" not in describe(policy, policy.versions[-1])
