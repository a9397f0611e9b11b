"""Matching and the reserve pool, as an official would read them aloud."""

from collections.abc import Iterator

from yigang.policy.describe_recruitment import cited
from yigang.policy.model import PolicyVersion
from yigang.policy.placing import Weights
from yigang.policy.wording import formula

WITHIN = {"village": "同一个村", "town": "同一个乡镇", "county": "同一个县"}
HEALTH = {"chronic": "患慢性病", "severe": "患大病", "disabled": "残疾"}
PREFERENCES = {
    "same_village": "本村岗位", "same_town": "本乡镇岗位", "urgency": "困难程度", "abilities": "会做所需的事", "wish": "本人意愿",
    "near": "离家近",
}  # fmt: skip


def matching_lines(version: PolicyVersion) -> Iterator[str]:
    """What `matching` says; nothing when the policy has no such section and the presets hold."""
    rules = version.matching
    if not rules.cites:
        return
    yield cited(
        f"岗位离家不超过 {rules.reach_metres:,} 米；位置不明的，须在{WITHIN[rules.within]}。"
        + ("一户只推荐一人。" if rules.one_per_household else ""),
        rules.cites,
    )
    for state, kinds in rules.unfit.items():
        yield f"{HEALTH[state]}的，不推荐到{'、'.join(kinds) if kinds else '任何岗位'}。"
    yield "先使安置的人数最多，再使总分最高：" + "、".join(_points(rules.weights)) + "。"
    if rules.urgency:
        yield f"困难程度（0 至 100）：{formula(rules.urgency.node, version, 'zh')}。"


def _points(weights: Weights) -> Iterator[str]:
    for name, words in PREFERENCES.items():
        points = getattr(weights, name)
        if points:
            yield f"{words} {points / 100:g} 分"


def pool_lines(version: PolicyVersion) -> Iterator[str]:
    """Who waits in the reserve pool, and in what order."""
    pool = version.pool
    if pool is None:
        return
    for clause in pool.clauses:
        yield cited(
            f"{clause.name}：{formula(clause.when.node, version, 'zh')}；否则：{clause.otherwise}。", clause.cites
        )
    for one in pool.order:
        yield cited(f"先后·{one.name}：{formula(one.score.node, version, 'zh')}。", one.cites)
    yield cited("得分相同的，入库早者在前。", pool.cites)
