"""The section about training, as an official would read it aloud."""

from collections.abc import Iterator

from yigang.policy.describe_recruitment import cited
from yigang.policy.model import PolicyVersion
from yigang.policy.training import TrainingRule, training_rule
from yigang.policy.wording import number


def training_lines(version: PolicyVersion) -> Iterator[str]:
    """What a year asks, what stops until it is done, and how it is put right."""
    rule = training_rule(version.text)
    if rule is None:
        return
    asked = [
        f"不少于 {number(rule.hours)} 学时" if rule.hours is not None else "",
        f"不少于 {rule.sessions} 次" if rule.sessions is not None else "",
        f"测评不低于 {number(rule.test_score)} 分（取全年最好成绩）" if rule.test_score is not None else "",
    ]
    if any(asked):
        yield cited(f"每人每年{'；'.join(part for part in asked if part)}。", rule.cites)
    if rule.before_start:
        yield _start(rule)
    if rule.before_renewal:
        yield "全年学训未达标的，不予续聘。"
    if any(asked):
        yield f"达不到的限 {rule.remedy_days} 天内整改，到期前 {rule.remind_days} 天提醒，逾期报县。"


def _start(rule: TrainingRule) -> str:
    hours = f"满 {number(rule.start_hours)} 学时" if rule.start_hours else "至少参加一次"
    test = "且测评合格" if rule.start_test else ""
    return f"先培训后上岗：岗前培训{hours}{test}，或有有效的培训证明，才能上岗。"
