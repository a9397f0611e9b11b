"""What a policy asks of learning: hours, sessions and a test a year; what must be learned before the first day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from yigang.policy.load_month import fraction

Lacking = Literal["hours", "sessions", "test"]
LACK_WORDS: Mapping[Lacking, str] = {"hours": "学时", "sessions": "次数", "test": "测评"}
DEFAULT_REMEDY_DAYS, DEFAULT_REMIND_DAYS = 15, 3


@dataclass(frozen=True)
class TrainingRule:
    """What is asked in a calendar year, and what stops until it is done. None: not asked.

    `start_hours` are hours of courses that come before the first day; a policy that only says `before_start` asks for
    any of them.
    """

    hours: Fraction | None
    sessions: int | None
    test_score: Fraction | None
    before_start: bool
    start_hours: Fraction
    start_test: bool
    before_renewal: bool
    remedy_days: int
    remind_days: int
    cites: str


@dataclass(frozen=True)
class Learned:
    """What somebody did in a year: hours, sessions, best score (None: no test), hours of courses before the start."""

    hours: Fraction = Fraction(0)
    sessions: int = 0
    score: Fraction | None = None
    start_hours: Fraction = Fraction(0)


def training_rule(text: Mapping[str, Any]) -> TrainingRule | None:
    """The section of a version that was checked when it was loaded; None when the policy does not speak of training."""
    data = text.get("training")
    if not data:
        return None
    return TrainingRule(
        _number(data, "hours"), data.get("sessions"), _number(data, "test_score"), bool(data.get("before_start")),
        _number(data, "start_hours") or Fraction(0), bool(data.get("start_test")), bool(data.get("before_renewal")),
        data.get("remedy_days", DEFAULT_REMEDY_DAYS), data.get("remind_days", DEFAULT_REMIND_DAYS), data.get("cites", ""),
    )  # fmt: skip


def _number(data: Mapping[str, Any], key: str) -> Fraction | None:
    return fraction(data[key]) if key in data else None


def lacking(rule: TrainingRule, learned: Learned) -> tuple[Lacking, ...]:
    """What is missing of the year, in the order in which the policy names it."""
    found: list[Lacking] = []
    if rule.hours is not None and learned.hours < rule.hours:
        found.append("hours")
    if rule.sessions is not None and learned.sessions < rule.sessions:
        found.append("sessions")
    if not _passed(rule, learned):
        found.append("test")
    return tuple(found)


def may_start(rule: TrainingRule, learned: Learned) -> bool:
    """Whether the training before the first day is done."""
    if not rule.before_start:
        return True
    enough = learned.start_hours > 0 and learned.start_hours >= rule.start_hours
    return enough and (not rule.start_test or _passed(rule, learned))


def may_renew(rule: TrainingRule, learned: Learned) -> bool:
    """Whether lacking training stands against a renewal."""
    return not (rule.before_renewal and lacking(rule, learned))


def _passed(rule: TrainingRule, learned: Learned) -> bool:
    return rule.test_score is None or (learned.score is not None and learned.score >= rule.test_score)
