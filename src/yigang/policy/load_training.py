"""The section `training` and its cases: the schema has their shape; what contradicts itself is found here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yigang.policy.load_month import fraction
from yigang.policy.model import TrainingCase
from yigang.policy.problems import Say
from yigang.policy.source import Place, Source

Data = Mapping[str, Any]


def check_training(source: Source, place: Place, text: Data) -> None:
    """Report what is asked before the start without `before_start`, more of it than a year has, and a test without a mark."""
    data = text.get("training", {})
    where = (*place, "training")
    if not data.get("before_start"):
        for key in ("start_hours", "start_test"):
            if data.get(key):
                source.report(
                    (*where, key), Say(f"写了 {key}，却没有写 before_start", f"{key} without before_start"),
                    Say("加上 before_start: true，或者删去", "add before_start: true, or remove it"),
                )  # fmt: skip
    if data.get("start_test") and "test_score" not in data:
        source.report(
            (*where, "start_test"), Say("要求测评合格，却没有合格分", "a test is asked for without a pass mark"),
            Say("写明 test_score", "name test_score"),
        )  # fmt: skip
    if "hours" in data and fraction(data.get("start_hours", 0)) > fraction(data["hours"]):
        source.report(
            (*where, "start_hours"), Say("岗前学时多于全年学时", "more hours before the start than in the year"),
            Say("start_hours 不大于 hours", "let start_hours be at most hours"),
        )  # fmt: skip
    if data.get("before_renewal") and not data.keys() & {"hours", "sessions", "test_score"}:
        source.report(
            (*where, "before_renewal"), Say("续聘要看学训，却没有写全年要求", "a renewal asks for training that is not asked"),
            Say("写明 hours、sessions 或 test_score", "name hours, sessions or test_score"),
        )  # fmt: skip


def read_training_cases(source: Source, place: Place, text: Data) -> tuple[TrainingCase, ...]:
    """The cases about training; they need the section that they are judged by."""
    made = []
    for index, each in enumerate(text.get("training_cases", ())):
        where = (*place, "training_cases", index)
        if "training" not in text:
            source.report(
                where, Say("没有 training 一节，例子无从判断", "there is no section training to judge by"),
                Say("补上 training，或删去例子", "add the section or remove the case"),
            )  # fmt: skip
        then = {
            key: tuple(value)
            if isinstance(value, list)
            else ("是" if value is True else "否" if value is False else value,)
            for key, value in each["then"].items()
        }
        made.append(TrainingCase(each["case"], each["given"], then, source.line(where)))
    return tuple(made)
