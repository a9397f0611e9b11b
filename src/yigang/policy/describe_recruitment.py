"""The steps of a round and the ranking, as an official would read them aloud."""

from collections.abc import Iterator
from fractions import Fraction

from yigang.policy.expressions import Expression
from yigang.policy.model import PolicyVersion
from yigang.policy.recruitment import LEVELS, ROLES, MarksRule, PeerReviewRule, Ranking, Step
from yigang.policy.wording import formula, number


def recruitment_lines(version: PolicyVersion) -> Iterator[str]:
    """Everything that `recruitment` says, one line per thing."""
    recruitment = version.recruitment
    if recruitment is None:
        return
    yield cited(" → ".join(step.name for step in recruitment.steps) + "。", recruitment.cites)
    for index, step in enumerate(recruitment.steps, 1):
        yield cited(f"{index}. {step.name}：" + "；".join(_parts(step)) + "。", step.cites)
    if recruitment.ranking:
        yield from _ranking(recruitment.ranking, version)


def cited(text: str, cites: str) -> str:
    return f"{text}〔{cites}〕" if cites else text


def share(value: Fraction) -> str:
    """`2/3` as it is said: 三分之二 is written 2/3 on forms."""
    return "全部" if value == 1 else f"{value.numerator}/{value.denominator}"


def _parts(step: Step) -> Iterator[str]:
    yield f"由{LEVELS[step.level]}{ROLES[step.role]}办理"
    if step.peer_review:
        yield peers_text(step.peer_review)
    if step.marks:
        yield marks_text(step.marks)
    yield from (said for holds, said in _conditions(step) if holds)


def _conditions(step: Step) -> Iterator[tuple[object, str]]:
    """What a step may have, and how it is said."""
    yield step.working_days, f"不少于 {step.working_days} 个工作日"
    yield step.documents, f"须附{'、'.join(step.documents)}"
    yield step.photos, f"须附照片：{'、'.join(step.photos)}"
    yield step.eligibility, "逐条审核选聘条件"
    yield step.comparison, "信息数据比对，有问题的不得通过"
    yield step.offices, "会审单位各自签字：" + "、".join(f"{one.name}（{one.part}）" for one in step.offices)
    yield step.ranks, "按得分排序"
    yield step.outcomes, "结果：" + "、".join(one.name + ("" if one.goes_on else "（止步）") for one in step.outcomes)


def peers_text(rule: PeerReviewRule) -> str:
    """Quorum and majority in words."""
    than = "超过" if rule.strictly else "不少于"
    whole = "到会" if rule.of == "present" else "应到"
    return f"{rule.called}无记名投票，到会不少于应到的 {share(rule.quorum)}，同意{than}{whole}的 {share(rule.agree)} 为通过"


def marks_text(rule: MarksRule) -> str:
    """Who marks what, and from which mean on one goes on."""
    items = "、".join(f"{one.name} {number(one.most)} 分" for one in rule.items)
    passing = f"，平均 {number(rule.passing)} 分以上通过" if rule.passing is not None else ""
    return f"不少于 {rule.reviewers} 人各自打分（{items}）{passing}"


def _ranking(ranking: Ranking, version: PolicyVersion) -> Iterator[str]:
    def read(expression: Expression) -> str:
        return formula(expression.node, version, "zh")

    for one in ranking.criteria:
        weight = "" if one.weight == 1 else f"，权重 {number(one.weight)}"
        yield cited(f"排序·{one.name}：{read(one.score)}{weight}。", one.cites)
    ties = [f"{one.name}（{'高' if one.highest else '低'}者在前）" for one in ranking.ties]
    yield cited(f"得分相同的，依次看：{'、'.join([*ties, '先申报者在前'])}。", ranking.cites)
