"""The sections that other chapters carry out: the schema has their shape, here names and conditions are checked."""

from collections.abc import Mapping
from typing import Any

from yigang.policy.capabilities import check_capabilities
from yigang.policy.comparison import check_comparison
from yigang.policy.expressions import Word, parse
from yigang.policy.flags import check_flags
from yigang.policy.inspection import check_inspection
from yigang.policy.load_leave import check_leave
from yigang.policy.load_month import plain_text
from yigang.policy.load_scorecards import check_scorecards
from yigang.policy.load_tenure import check_tenure
from yigang.policy.load_training import check_training
from yigang.policy.measures import YEAR, OtherWord
from yigang.policy.problems import Say, Wrong
from yigang.policy.source import Place, Source

Data = Mapping[str, Any]


def check_other_sections(source: Source, place: Place, text: Data) -> None:
    """The year, and what is said of people in post: every condition parses, every name is known."""
    check_tenure(source, place, text)
    check_capabilities(source, place, text)
    check_leave(source, place, text)
    check_training(source, place, text)
    check_flags(source, place, text)
    check_scorecards(source, place, text)
    check_inspection(source, place, text)
    year = text.get("year", {})
    for section in ("grades", "then"):
        for index, each in enumerate(year.get(section, [])):
            if "when" in each:
                _condition(source, (*place, "year", section, index, "when"), each["when"], YEAR)
    _year_order(source, place, year.get("grades", []))
    check_comparison(source, place, text)


def words_of(known: tuple[OtherWord, ...]) -> dict[str, Word]:
    """The names a section may use, in both spellings."""
    return {spelling: Word(one.zh, one.kind) for one in known for spelling in (one.zh, one.code)}


def _condition(source: Source, place: Place, text: object, known: tuple[OtherWord, ...]) -> None:
    try:
        parse(plain_text(text), words_of(known), "truth")
    except Wrong as wrong:
        source.report_wrong(place, wrong)


def _year_order(source: Source, place: Place, grades: list[Data]) -> None:
    if grades and "otherwise" not in grades[-1]:
        source.report(
            (*place, "year", "grades", len(grades) - 1),
            Say("年度等次的最后一条应是 otherwise", "the last yearly grade must be `otherwise`"),
            Say("最后加一条 otherwise: true", "end with `otherwise: true`"),
        )
    for index, each in enumerate(grades[:-1]):
        if "otherwise" in each:
            source.report(
                (*place, "year", "grades", index),
                Say("otherwise 之后的等次永远轮不到", "grades after `otherwise` can never be reached"),
                Say("把 otherwise 移到最后", "move `otherwise` to the end"),
            )
