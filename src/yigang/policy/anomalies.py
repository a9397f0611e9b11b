"""What in a year of evidence and pay is worth looking into (异常), by which thresholds: presets that a policy changes.

A question about evidence (疑点, `flags`) looks at one month's records of duty. An anomaly looks across months and chapters: what
was paid, what speaks for the work, what registers and accounts say. Nothing that judges or pays reads it; a person answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from yigang.policy.rule_table import Asked, Strength, at, check_rules, rule, rule_lines, rules_on
from yigang.policy.source import Place, Source

Step = Literal["inspect", "ask", "correct", "money"]
"""What usually comes next: go there, ask the person, put the register right, look at the money."""

RULES = {
    one.code: one
    for one in (
        rule(
            "unsupported_pay", "领钱而无互相印证", "Paid without evidence that agrees", "middle",
            kinds=at(2, 1, 4, "每月至少有几种证据互相印证", "kinds of evidence that agree in a month"),
            months=at(3, 1, 12, "一年里几个月以上", "months of the year at least"),
            days=at(3, 1, 31, "到岗至少几天才算一种证据", "days present that count as evidence"),
            logs=at(3, 1, 31, "不相同的日志至少几篇才算一种证据", "different logs that count as evidence"),
        ),
        rule("paid_after_death", "去世后仍领钱或打卡", "Paid or present after death", "strong"),
        rule(
            "works_elsewhere", "在外务工仍领钱", "Works elsewhere and is paid", "middle",
            days=at(10, 1, 31, "同时在岗上打卡几天以上", "days present at the post meanwhile"),
        ),
        rule(
            "shared_account", "几个人一个账户", "One account for several people", "strong",
            people=at(2, 2, 50, "同一账户几个人以上", "people of one account"),
        ),
        rule("kept_account", "账户由他人保管", "Account kept by somebody else", "middle"),
        rule(
            "fixed_roster", "考勤月月一个样", "A roster that never changes", "middle",
            months=at(3, 2, 12, "连续几个月到岗日期完全相同", "months in a row with the same days"),
            days=at(10, 3, 28, "每月到岗至少几天", "days present in each of them"),
        ),
        rule(
            "two_claims", "同一天又请假又到岗", "On leave and present on one day", "middle",
            days=at(3, 1, 31, "一年里几天以上", "days of the year"),
        ),
        rule(
            "phone_for_many", "一台手机替多人打卡", "One phone clocks for many", "middle",
            days=at(5, 1, 366, "一年里几天以上", "days of the year"),
        ),
        rule(
            "moving_together", "两人打卡总是同时同地", "Two who always check in together", "middle",
            seconds=at(60, 5, 600, "前后相差多少秒以内", "seconds apart at most"),
            metres=at(60, 10, 1_000, "相距多少米以内", "metres apart at most"),
            times=at(20, 4, 1_000, "一年里几次以上", "times in the year"),
            share=at(0.6, 0.1, 1, "占两人打卡次数的比例", "share of their check-ins"),
        ),
        rule(
            "frozen_place", "位置长期不变", "A place that never moves", "strong",
            months=at(1, 1, 12, "几个月以上", "months of the year"),
        ),
        rule(
            "laps", "多次原地绕圈", "Laps walked again and again", "middle",
            days=at(2, 1, 366, "一年里几天以上", "days of the year"),
        ),
        rule(
            "photo_again", "照片反复使用", "Photos used again", "strong",
            days=at(1, 1, 366, "一年里几天以上", "days of the year"),
        ),
        rule(
            "rotating_names", "一岗多人轮流顶名", "Names in turn on one post", "middle",
            people=at(3, 2, 50, "同一岗位十二个月里几个人以上", "people on one place of a post in twelve months"),
        ),
        rule(
            "substitute", "疑似由他人顶替", "Perhaps a substitute", "middle",
            days=at(
                3, 1, 366, "一年里几天以上位置自相矛盾或面貌与档案不像",
                "days of the year with places that contradict each other, or another face",
            ),
        ),
        rule(
            "idle", "天天打卡不见做事", "Present but idle", "middle",
            days=at(15, 5, 31, "一个月到岗几天以上", "days present in a month"),
            logs=at(1, 0, 31, "不相同的日志不超过几篇", "different logs at most"),
            months=at(1, 1, 12, "几个月以上", "months of the year"),
        ),
        rule("household_posts", "一户多岗", "Two posts in one household", "weak"),
        rule("paid_after_exit", "离岗后仍领钱", "Paid after leaving", "strong"),
        rule(
            "absent_but_clocked", "查无此人却有打卡", "Clocked in while found absent", "middle",
            times=at(2, 1, 31, "一年里几次以上", "times in the year"),
        ),
    )
}  # fmt: skip
"""Every rule by its code, in the order in which an inspector reads them."""
NEXT: Mapping[str, Step] = {
    "unsupported_pay": "inspect", "paid_after_death": "money", "works_elsewhere": "ask", "shared_account": "money",
    "kept_account": "money", "fixed_roster": "inspect", "two_claims": "ask", "phone_for_many": "inspect",
    "moving_together": "inspect", "frozen_place": "inspect", "laps": "ask", "photo_again": "ask", "rotating_names": "ask",
    "substitute": "inspect", "idle": "inspect", "household_posts": "correct", "paid_after_exit": "money",
    "absent_but_clocked": "ask",
}  # fmt: skip
"""Rule → what usually comes next."""
BASE: Mapping[Strength, Decimal] = {"weak": Decimal("0.40"), "middle": Decimal("0.60"), "strong": Decimal("0.85")}
"""How strongly a rule speaks when it just holds."""
STEP, MOST = Decimal("0.10"), Decimal("0.99")
"""What each further time over the threshold adds, and what is never reached: an anomaly is no proof."""
STRONG, MIDDLE = Decimal("0.80"), Decimal("0.50")
"""From here an anomaly is called strong, and middle; below it is weak."""


def strength(asked: Asked, times: float, needed: float = 1) -> Decimal:
    """From 0 to 1, two places, half up: the rule's base, and a tenth more for each further time that its threshold is filled.

    So a rule that asks for three months has its base at three, a tenth more at six, two tenths more at nine.
    """
    more = max(Decimal(0), Decimal(str(times)) / Decimal(str(needed)) - 1)
    return min(MOST, BASE[asked.rule.strength] + STEP * more).quantize(Decimal("0.01"), ROUND_HALF_UP)


def grade(value: Decimal) -> Strength:
    """The word for a strength."""
    return "strong" if value >= STRONG else "middle" if value >= MIDDLE else "weak"


def anomaly_rules(text: Mapping[str, Any]) -> dict[str, Asked]:
    """The rules that a version of a policy leaves on, by code; what it does not speak of has its presets."""
    return rules_on(RULES, text.get("anomalies") or {})


def check_anomalies(source: Source, place: Place, text: Mapping[str, Any]) -> None:
    """Report rules and figures that are not known, and figures beyond their range."""
    check_rules(source, (*place, "anomalies"), RULES, text.get("anomalies") or {})


def anomaly_lines(text: Mapping[str, Any]) -> Iterator[str]:
    """The section as an official would read it aloud; nothing where the policy leaves all presets."""
    return rule_lines(RULES, text.get("anomalies") or {})
