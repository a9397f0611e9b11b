"""The sections that other chapters carry out: the schema has their shape, here names and conditions are checked."""

from collections.abc import Mapping
from typing import Any

from yigang.policy.anomalies import check_anomalies
from yigang.policy.assets import check_assets
from yigang.policy.capabilities import check_capabilities
from yigang.policy.comparison import check_comparison
from yigang.policy.expressions import Word
from yigang.policy.flags import check_flags
from yigang.policy.inspection import check_inspection
from yigang.policy.load_leave import check_leave
from yigang.policy.load_points import check_points
from yigang.policy.load_rhythms import check_rhythms
from yigang.policy.load_scorecards import check_scorecards
from yigang.policy.load_tenure import check_tenure
from yigang.policy.load_training import check_training
from yigang.policy.measures import OtherWord
from yigang.policy.meetings import check_meetings
from yigang.policy.problems import Say
from yigang.policy.review import check_review
from yigang.policy.source import Place, Source

Data = Mapping[str, Any]


def check_other_sections(source: Source, place: Place, text: Data) -> None:
    """The other rhythms, and what is said of people in post: every condition parses, every name is known."""
    check_tenure(source, place, text)
    check_capabilities(source, place, text)
    check_leave(source, place, text)
    check_training(source, place, text)
    check_assets(source, place, text)
    check_flags(source, place, text)
    check_anomalies(source, place, text)
    check_scorecards(source, place, text)
    check_inspection(source, place, text)
    check_meetings(source, place, text)
    check_points(source, place, text)
    check_review(source, place, text)
    check_rhythms(source, place, text)
    for code in ("quarter", "year"):
        _last_grade(source, place, code, (text.get(code) or {}).get("grades", []))
    check_comparison(source, place, text)


def words_of(known: tuple[OtherWord, ...]) -> dict[str, Word]:
    """The names a section may use, in both spellings."""
    return {spelling: Word(one.zh, one.kind) for one in known for spelling in (one.zh, one.code)}


def _last_grade(source: Source, place: Place, code: str, grades: list[Data]) -> None:
    if grades and "otherwise" not in grades[-1]:
        source.report(
            (*place, code, "grades", len(grades) - 1),
            Say("等次的最后一条应是 otherwise", "the last grade must be `otherwise`"),
            Say("最后加一条 otherwise: true", "end with `otherwise: true`"),
        )
    for index, each in enumerate(grades[:-1]):
        if "otherwise" in each:
            source.report(
                (*place, code, "grades", index),
                Say("otherwise 之后的等次永远轮不到", "grades after `otherwise` can never be reached"),
                Say("把 otherwise 移到最后", "move `otherwise` to the end"),
            )
