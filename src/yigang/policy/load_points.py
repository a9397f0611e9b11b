"""The sections `points` and `honours` with their cases: the schema has their shape, contradictions are found here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from yigang.policy.points import HonourCase, PointCase
from yigang.policy.problems import Say
from yigang.policy.source import Place, Source

Data = Mapping[str, Any]


def check_points(source: Source, place: Place, text: Data) -> None:
    """Report clauses without a legal basis, names that stand twice, ranges upside down."""
    basis, clauses = (text.get("capabilities") or {}).get("points"), (text.get("points") or {}).get("clauses", ())
    if clauses and not basis:
        source.report(
            (*place, "points"), Say("写了积分条款，却没有写法律依据", "points have clauses and no legal basis"),
            Say("写明 capabilities.points 的 basis，或者删去", "give capabilities.points its basis, or remove it"),
        )  # fmt: skip
    for key in ("code", "name"):
        _twice(source, (*place, "points", "clauses"), [each[key] for each in clauses])
    for index, each in enumerate(clauses):
        if "points" not in each and Decimal(str(each["least"])) > Decimal(str(each["most"])):
            source.report(
                (*place, "points", "clauses", index), Say("least 大于 most", "least is more than most"),
                Say("对调两个数", "exchange the two"),
            )  # fmt: skip
    _check_honours(source, place, text, with_points=bool(basis and clauses))


def _check_honours(source: Source, place: Place, text: Data, *, with_points: bool) -> None:
    honours = text.get("honours", ())
    _twice(source, (*place, "honours"), [each["name"] for each in honours])
    for index, each in enumerate(honours):
        where = (*place, "honours", index)
        if not with_points and (each["by"] == "points" or each.get("ties")):
            source.report(
                where, Say(f"「{each['name']}」要看积分，积分却没有开", f"“{each['name']}” looks at points, which are off"),
                Say("写明积分的依据和条款，或者改为评选", "turn points on, or let it go by vote"),
            )  # fmt: skip
        if each["by"] == "score" and each["months"] != 12:
            source.report(
                where, Say("按年度得分评的荣誉，周期应为十二个月", "an honour by the year's score has twelve months"),
                Say("months 写 12", "write months: 12"),
            )  # fmt: skip
        if "quorum" in each and each["by"] != "vote":
            source.report(
                (*where, "quorum"), Say("不是评选的，没有到票比例", "there is no quorum without a vote"),
                Say("删去 quorum", "remove quorum"),
            )  # fmt: skip


def _twice(source: Source, place: Place, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for index, name in enumerate(names):
        if name in seen:
            source.report(
                (*place, index), Say(f"「{name}」写了两次", f"“{name}” stands twice"), Say("改一个", "change one")
            )
        seen.add(name)


def read_point_cases(source: Source, place: Place, text: Data) -> tuple[PointCase, ...]:
    """The cases about points; each names clauses of the section."""
    names = {each["name"] for each in (text.get("points") or {}).get("clauses", ())}
    made = []
    for index, each in enumerate(text.get("point_cases", ())):
        where = (*place, "point_cases", index)
        _known(source, where, [one["条款"] for one in each["given"]], names)
        made.append(PointCase(each["case"], each["given"], each["then"], source.line(where)))
    return tuple(made)


def read_honour_cases(source: Source, place: Place, text: Data) -> tuple[HonourCase, ...]:
    """The cases about honours; each names an honour of the section, and people who are given."""
    names = {each["name"] for each in text.get("honours", ())}
    made = []
    for index, each in enumerate(text.get("honour_cases", ())):
        where = (*place, "honour_cases", index)
        _known(source, where, [each["honour"]], names)
        _known(source, where, [one for people in each["then"].values() for one in people], set(each["given"]))
        then = {key: tuple(people) for key, people in each["then"].items()}
        if each["honour"] in names:
            made.append(HonourCase(each["case"], each["honour"], each["given"], then, source.line(where)))
    return tuple(made)


def _known(source: Source, place: Place, asked: Iterable[str], names: set[str]) -> None:
    for name in dict.fromkeys(one for one in asked if one not in names):
        source.report(
            place, Say(f"没有「{name}」", f"there is no “{name}”"),
            Say(f"可以写：{'、'.join(sorted(names)) or '—'}", f"known: {', '.join(sorted(names)) or '—'}"),
        )  # fmt: skip
