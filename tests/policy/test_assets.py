"""The section on asset income: checked when the policy is loaded, read aloud."""

import pytest
from tests.policy.texts import text, version, written

from yigang.policy import PolicyError, load_policy
from yigang.policy.assets import asset_rule
from yigang.policy.describe import describe

SHARES = """
asset_income:
  shares: [{{purpose: posts, percent: {posts}}}, {{purpose: aid, percent: 10}}, {{purpose: {last}, percent: 10}}]
  cites: 村集体资产收益分配方案
"""


def section(posts: object = 80, last: str = "case") -> str:
    return SHARES.format(posts=posts, last=last)


@pytest.mark.req("T3")
def test_shares_of_one_hundred_are_read_and_told(tmp_path):
    loaded = version(tmp_path, more=section())
    rule = asset_rule(loaded.text)
    assert rule is not None
    assert rule.shares == {"posts": 80, "aid": 10, "case": 10}
    policy = load_policy(written(tmp_path, text(more=section())))
    assert "岗位和劳务 80%，特困救助 10%，一事一议 10%" in describe(policy, loaded)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (section(posts=85), "合计是 105%"),
        (section(posts=79.99), "合计是 99.99%"),
        (section(last="aid"), "特困救助写了两次"),
        (section(last="banquet"), "banquet"),
        (section(posts=-80), "-80"),
    ],
)
def test_a_split_that_does_not_sum_to_100_percent_is_an_error_of_the_file(tmp_path, more, said):
    with pytest.raises(PolicyError, match=said):
        version(tmp_path, more=more)


def test_a_policy_may_say_nothing_of_assets(tmp_path):
    assert asset_rule(version(tmp_path).text) is None
