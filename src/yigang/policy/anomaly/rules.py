"""All rules over a year."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from yigang.policy.anomaly import habits, money, posts
from yigang.policy.anomaly.frames import Suspect, Year
from yigang.policy.rule_table import Asked

Rule = Callable[[Year, Asked], list[Suspect]]
READS: Mapping[str, Rule] = {
    "unsupported_pay": money.unsupported_pay,
    "paid_after_death": money.paid_after_death,
    "works_elsewhere": money.works_elsewhere,
    "shared_account": money.shared_account,
    "kept_account": money.kept_account,
    "fixed_roster": habits.fixed_roster,
    "two_claims": habits.two_claims,
    "moving_together": habits.moving_together,
    "rotating_names": posts.rotating_names,
    "idle": money.idle,
    "household_posts": posts.household_posts,
    "paid_after_exit": money.paid_after_exit,
    "absent_but_clocked": habits.absent_but_clocked,
    **{code: partial(habits.summed_up, code) for code in habits.FAMILIES},
}
"""Rule → its function."""


def find(year: Year, asked: Mapping[str, Asked]) -> Iterator[Suspect]:
    """Everything that the rules which are on find in the year."""
    for code, one in asked.items():
        yield from READS[code](year, one)
