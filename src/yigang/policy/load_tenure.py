"""The sections about people in post: the schema has their shape; conditions, places and numbers are checked here."""

import re
from collections.abc import Mapping
from typing import Any

from yigang.policy.expressions import parse
from yigang.policy.load_month import plain_text
from yigang.policy.problems import Say, Wrong
from yigang.policy.source import Place, Source
from yigang.policy.tenure import RENEWAL_WORDS

NUMBER_PARTS = re.compile(r"\{([^}]*)\}")
SEQUENCE = re.compile(r"序号(:[1-9])?")


def check_tenure(source: Source, place: Place, text: Mapping[str, Any]) -> None:
    """Report what is wrong in `vacancy`, `renewal`, `rotation` and `agreement`, each with its line."""
    for section in ("refuse", "priority"):
        for index, each in enumerate(text.get("renewal", {}).get(section, ())):
            _condition(source, (*place, "renewal", section, index, "when"), each["when"])
    _vacancy(source, (*place, "vacancy"), text.get("vacancy", {}))
    _rotation(source, (*place, "rotation"), text.get("rotation", {}))
    if "agreement" in text:
        _number(source, (*place, "agreement", "number"), text["agreement"]["number"])


def _condition(source: Source, place: Place, text: object) -> None:
    try:
        parse(plain_text(text), RENEWAL_WORDS, "truth")
    except Wrong as wrong:
        source.report_wrong(place, wrong)


def _vacancy(source: Source, place: Place, data: Mapping[str, Any]) -> None:
    if data.get("fill_days", data.get("report_days", 0)) < data.get("report_days", 0):
        source.report(
            (*place, "fill_days"),
            Say("补聘期限短于上报期限", "a vacancy is to be filled before it is to be reported"),
            Say("fill_days 不小于 report_days", "let fill_days be at least report_days"),
        )


def _rotation(source: Source, place: Place, data: Mapping[str, Any]) -> None:
    if data and data.get("know_years", 0) > data["after_years"]:
        source.report(
            (*place, "know_years"),
            Say("熟悉本村的年限长于轮换年限，轮换后没有人算熟悉", "nobody would know the village before being moved"),
            Say("know_years 不大于 after_years", "let know_years be at most after_years"),
        )


def _number(source: Source, place: Place, pattern: str) -> None:
    parts = NUMBER_PARTS.findall(pattern)
    unknown = [part for part in parts if part != "年" and not SEQUENCE.fullmatch(part)]
    if unknown or "年" not in parts or not any(SEQUENCE.fullmatch(part) for part in parts):
        source.report(
            place,
            Say(
                f"编号规则「{pattern}」要有一个 {{年}} 和一个 {{序号}}",
                f"“{pattern}” needs one {{年}} and one {{序号}}",
            ),
            Say("例如 平坝护林〔{年}〕{序号:3}号", "for example 平坝护林〔{年}〕{序号:3}号"),
        )
