"""What can be wrong with the steps of a round: found when the file is loaded, with its line and what to do."""

import re
from pathlib import Path

import pytest

from yigang.policy import PolicyError, load_policies, load_policy, policies_folder
from yigang.policy.describe import describe
from yigang.policy.model import PolicyVersion
from yigang.policy.recruitment import PeerReviewRule

POLICIES = load_policies()
SECTION = re.compile(r"    recruitment:.*?(?=\n    applicant_cases:)", re.DOTALL)


def loaded(tmp_path: Path, recruitment: str) -> PolicyVersion:
    """Pingba's text with other steps."""
    text = (policies_folder() / "pingba-ranger.yaml").read_text("utf-8")
    file = tmp_path / "pingba-ranger.yaml"
    file.write_text(SECTION.sub(lambda _match: "    recruitment:\n" + recruitment, text), "utf-8")
    return load_policy(file).versions[0]


def names(code: str) -> list[str]:
    recruitment = POLICIES[code].versions[0].recruitment
    assert recruitment
    return [step.name for step in recruitment.steps]


@pytest.mark.req("P4")
def test_the_steps_of_the_sources_are_there() -> None:
    assert names("pingba-ranger") == ["公告", "申报", "审核", "考察", "评定", "公示", "聘用"]
    assert names("yongzhou-ranger") == ["公告", "申报", "审核", "公示", "聘用"]
    assert names("rural-post-400") == ["申请", "民主评议", "村公示", "镇审", "县批", "协议", "岗前培训"]
    assert names("zaozhuang-public-welfare") == ["申请", "民主评议", "村公示", "联合会审", "区批", "协议", "岗前培训"]


@pytest.mark.req("H1")
def test_team_members_come_by_recommendation_comparison_and_review() -> None:
    assert names("huaihua-team") == ["单位推荐", "比选", "驻村办审核", "派驻"]


@pytest.mark.req("M2")
def test_newly_promoted_and_young_cadres_come_first_in_maiji() -> None:
    text = POLICIES["maiji-team"].versions[0].text["recruitment"]
    marks = next(step["marks"] for step in text["steps"] if "marks" in step)

    assert names("maiji-team") == ["单位推荐", "考察", "区级审定", "派驻"]
    assert "新提拔科级或年轻后备" in [item["name"] for item in marks["items"]]
    assert [each["name"] for each in text["ranking"]["criteria"]] == ["考察得分", "中青年"]


def test_the_short_form_stands_for_the_usual_steps(tmp_path: Path) -> None:
    version = loaded(tmp_path, "      steps: [公告, 申报, 审核, 公示, 聘用]\n      working_days: {公示: 5}\n")
    assert version.recruitment
    by_name = {step.name: step for step in version.recruitment.steps}
    assert by_name["公示"].working_days == 5
    assert (by_name["审核"].kind, by_name["审核"].role, by_name["审核"].eligibility) == ("check", "town_officer", True)
    assert version.recruitment.hires.name == "聘用"


STEP = "        - {{name: {name}, kind: {kind}, by: {{role: town_officer, level: town}}{more}}}\n"
APPLY = STEP.format(name="申报", kind="apply", more="")


@pytest.mark.parametrize(
    ("recruitment", "line", "words"),
    [
        ("      steps: [公告, 抽签, 聘用]\n", 2, "抽签"),
        ("      steps: [公告, 聘用]\n", 2, "没有申报"),
        ("      steps: [审核, 申报, 聘用]\n", 2, "还没有人"),
        ("      steps: [申报, 聘用, 公示]\n", 2, "之后还有环节"),
        ("      steps: [申报, 审核, 审核]\n", 2, "写了两次"),
        ("      steps: [申报, 联合会审]\n", 2, "没有写明单位"),
        ("      steps:\n" + APPLY + STEP.format(name="公示", kind="publish", more=", text: '{人数}人'"), 4, "人数"),
        ("      steps:\n" + APPLY + STEP.format(name="公示", kind="publish", more=", text: '{places'"), 4, "不成对"),
        ("      steps:\n" + APPLY + STEP.format(name="评", kind="lottery", more=""), 4, "lottery"),
        ("      steps:\n" + APPLY + STEP.format(name="评", kind="visit", more=", marks: {reviewers: 0, items: []}"), 4, "0"),
        ("      steps: [申报, 聘用]\n      ranking:\n        criteria: [{name: 打分, score: 考察得分, cites: 预设}]\n"
         "        cites: 预设\n", 4, "没有环节会产生"),
        ("      steps: [申报, 聘用]\n      ranking:\n        criteria: [{name: 打分, score: 身高, cites: 预设}]\n"
         "        cites: 预设\n", 4, "身高"),
    ],
    ids=["unknown", "nobody comes in", "judged too early", "after hiring", "twice", "no office", "unknown field",
         "brace", "kind", "no reviewers", "mark that nobody gives", "unknown measure"],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, recruitment: str, line: int, words: str) -> None:
    with pytest.raises(PolicyError, match=words) as caught:
        loaded(tmp_path, recruitment)
    problem = next(one for one in caught.value.problems if words in f"{one.what} {one.remedy}")
    text = (tmp_path / "pingba-ranger.yaml").read_text("utf-8").splitlines()
    assert problem.line == text.index("    recruitment:") + line
    assert problem.remedy.zh


@pytest.mark.parametrize(
    ("present", "entitled", "agree", "quorate", "carried"),
    [(20, 30, 11, True, True), (20, 30, 10, True, False), (19, 30, 19, False, True), (1, 1, 0, True, False)],
    ids=["more than half of two thirds", "exactly half", "below two thirds", "nobody for it"],
)
def test_quorum_and_majority_are_exact(present: int, entitled: int, agree: int, quorate: bool, carried: bool) -> None:
    rule = step_rule("rural-post-400", "民主评议")
    assert rule.quorate(present, entitled) is quorate
    assert rule.carried(agree, present, entitled) is carried


def step_rule(code: str, name: str) -> PeerReviewRule:
    recruitment = POLICIES[code].versions[0].recruitment
    assert recruitment
    step = recruitment.step(name)
    assert step
    assert step.peer_review
    return step.peer_review


def test_it_reads_aloud() -> None:
    policy = POLICIES["rural-post-400"]
    text = describe(policy, policy.versions[0])
    assert (
        "2. 民主评议：由村级经办人员办理；村民代表会议无记名投票，到会不少于应到的 2/3，同意超过到会的 1/2 为通过"
        in text
    )
    assert "得分相同的，依次看：距退休年数（低者在前）、家庭年收入（低者在前）、先申报者在前" in text
    joint = describe(POLICIES["yongzhou-ranger"], POLICIES["yongzhou-ranger"].versions[0])
    assert "会审单位各自签字：乡镇林业站（巡护能力和责任区）、乡镇人民政府（身份、户籍和家庭情况）" in joint
