"""The sections about points and honours, as an official would read them aloud."""

from collections.abc import Iterator

from yigang.policy.describe_recruitment import cited
from yigang.policy.describe_scorecards import EVERY
from yigang.policy.model import PolicyVersion
from yigang.policy.points import (
    BASIS_WORDS,
    KIND_WORDS,
    UNIT_WORDS,
    HonourRule,
    PointClause,
    honour_rules,
    point_clauses,
)

ROLE_WORDS = {
    "county_manager": "县主管部门", "town_officer": "乡镇经办人", "station_officer": "站所", "village_clerk": "村级经办人",
    "finance": "财政", "inspector": "督查人员", "leader": "领导", "archivist": "档案员",
}  # fmt: skip


def point_lines(version: PolicyVersion) -> Iterator[str]:
    """Each clause with its points, who gives them and whether evidence must be there."""
    clauses = point_clauses(version.text)
    for clause in clauses:
        yield cited(_clause(clause), clause.cites)
    if clauses:
        yield "同一条款、同一证据只计一次；没有证据的，同一条款一天只计一次。撤回另记一笔，不改原记录；当月已封存的记入下月。"


def _clause(one: PointClause) -> str:
    points = f"{one.most:f} 分" if one.least == one.most else f"{one.least:f} 至 {one.most:f} 分"
    sign = "扣" if one.kind == "debit" else "加"
    proof = "，须有证据" if one.evidence else ""
    return f"{KIND_WORDS[one.kind]}·{one.name}：{sign} {points}，由{'、'.join(ROLE_WORDS[role] for role in one.by)}记{proof}。"


def honour_lines(version: PolicyVersion) -> Iterator[str]:
    """Each honour with how it is won, by how many and for how long."""
    for rule in honour_rules(version.text):
        yield cited(_honour(rule), rule.cites)


def _honour(one: HonourRule) -> str:
    ties = "、".join(f"{tie.by}{'少' if tie.first == 'lowest' else '多'}的在先" for tie in one.ties)
    equal = (
        f"；相同的：{ties}，仍相同的不由抽签决定，留待评选"
        if one.by != "vote"
        else "；得票相同的不由抽签决定，重新评选"
    )
    quorum = f"；参加投票的不少于指定人员的 {one.quorum}" if one.by == "vote" else ""
    return f"{one.name}：{EVERY[one.months]}一次，{UNIT_WORDS[one.unit]} {one.seats} 名，{BASIS_WORDS[one.by]}{quorum}{equal}。"
