"""The sections about leave, visits and incidents, as an official would read them aloud."""

from collections.abc import Iterator

from yigang.policy.describe_recruitment import cited
from yigang.policy.leave import LEVEL_WORDS, KindRule, LeaveRules, LevelRule, leave_rules
from yigang.policy.measures import LEAVE_KINDS
from yigang.policy.model import PolicyVersion
from yigang.policy.visits import PER_WORDS, visit_rule
from yigang.policy.wording import yuan


def leave_lines(version: PolicyVersion) -> Iterator[str]:
    """Kinds with their limits, who approves, what is reported afterwards."""
    rules = leave_rules(version.text)
    if rules is None:
        return
    yield from (cited(_kind(rule), rule.cites) for rule in rules.kinds.values())
    if rules.together:
        names = "、".join(LEAVE_KINDS[kind].zh for kind in rules.together.kinds)
        yield cited(f"{names}全年合计不超过 {rules.together.year} 天。", rules.cites)
    yield cited(f"审批：{'；'.join(_level(rule) for rule in rules.levels)}。", rules.cites)
    yield "请假期间可以由他人代班。" if rules.stand_in else "请假期间不得由他人顶替。"
    yield _back(rules)


def _kind(rule: KindRule) -> str:
    limits = [
        f"每次不超过 {rule.each} 天" if rule.each is not None else "",
        f"全年不超过 {rule.year} 天" if rule.year is not None else "",
        f"最迟在开始后 {rule.after} 天内申请" if rule.after else "最迟当天申请",
        f"超过 {rule.paper_over} 天的附证明" if rule.paper_over is not None else "",
    ]
    return f"{LEAVE_KINDS[rule.kind].zh}：{'，'.join(limit for limit in limits if limit)}。"


def _level(rule: LevelRule) -> str:
    name = LEVEL_WORDS[rule.level]
    if rule.upto is not None:
        return f"{rule.over + 1} 至 {rule.upto} 天由{name}批准"
    return f"超过 {rule.over} 天由{name}批准" if rule.over else f"都经{name}批准"


def _back(rules: LeaveRules) -> str:
    return f"假满后 {rules.return_days} 天内销假。" if rules.return_days else "假满次日销假。"


def visit_lines(version: PolicyVersion) -> Iterator[str]:
    """How many households, how many visits, how much is given."""
    rule = visit_rule(version.text)
    if rule is None:
        return
    most = f"每人结对不超过 {rule.households} 户；" if rule.households else ""
    given = f"；每户每年慰问不少于 {yuan(rule.given_fen)} 元" if rule.given_fen else ""
    yield cited(f"{most}{PER_WORDS[rule.per]}走访每户不少于 {rule.times} 次{given}。", rule.cites)


def incident_lines(version: PolicyVersion) -> Iterator[str]:
    data = version.text.get("incidents")
    if data:
        yield cited(f"上报的事件 {data['handle_hours']} 小时内处理，逾期提醒。", data["cites"])
