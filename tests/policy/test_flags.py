"""The section `flags` of a policy: presets, changes, rules turned off, what is refused with its line."""

import pytest

from yigang.policy.flags import RULES, flag_lines, flag_rules
from yigang.policy.load import load_policy, policies_folder
from yigang.policy.problems import PolicyError

SECTION = "    incidents: {handle_hours: 2"


@pytest.fixture
def policy(tmp_path):
    """`policy(flags)` loads the rangers' policy with this section in it."""
    text = (policies_folder() / "pingba-ranger.yaml").read_text(encoding="utf-8")
    assert SECTION in text

    def load(section: str):
        file = tmp_path / "pingba-ranger.yaml"
        file.write_text(text.replace(SECTION, f"    flags: {section}\n{SECTION}"), encoding="utf-8")
        return load_policy(file).versions[-1]

    return load


def test_what_is_not_said_has_its_preset_and_null_is_off(policy):
    version = policy("{outside_area: {metres: 500, cites: 区林业局通知}, identical_address: null}")
    rules = flag_rules(version.text)
    assert (rules["outside_area"]["metres"], rules["outside_area"].cites) == (500, "区林业局通知")
    assert "identical_address" not in rules
    assert (len(rules), rules["clock_moved"]["minutes"]) == (len(RULES) - 1, 30)
    said = list(flag_lines(version.text))
    assert "500（区林业局通知）" in said[0]
    assert said[1] == "地址一字不差：不查"
    assert (
        version.digest == load_policy(policies_folder() / "pingba-ranger.yaml").versions[-1].digest
    )  # pay reads none of it


@pytest.mark.parametrize(("section", "word"), [
    ("{outside_aera: {metres: 500}}", "outside_aera"), ("{outside_area: {meters: 500}}", "meters"),
    ("{identical_coordinates: {days: 1}}", "不在 2 到 31 之间"),
])  # fmt: skip
def test_what_is_not_known_or_beyond_its_range_is_refused(policy, section, word):
    with pytest.raises(PolicyError, match=word) as refused:
        policy(section)
    assert all(problem.line > 1 for problem in refused.value.problems)
