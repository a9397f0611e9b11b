"""The sections `day`, `quarter` and `year`: weights, names and conditions are checked, and the cases read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from yigang.policy.exact import check_size
from yigang.policy.expressions import Const, Expression, parse, walk
from yigang.policy.judge_period import frame_of, judge_period
from yigang.policy.load_month import fraction, plain_text
from yigang.policy.model import PeriodCase
from yigang.policy.problems import Say, Wrong
from yigang.policy.rhythms import (
    FAILED_YEARS,
    NAMES,
    STANDING,
    columns_of,
    consequence_words,
    inputs_of,
    rhythm_of,
    vocabulary,
)
from yigang.policy.source import Place, Source

Data = Mapping[str, Any]
Fault = tuple[Place, Say, Say]
BELOW = {"quarter": ("day", "month"), "year": ("day", "month", "quarter")}
UNDETERMINED = "待定"
FAILING = frozenset({"不合格", "不称职", "不达标", "未达标", "failed", "incompetent"})
"""Grades that nobody means as passed."""


def check_rhythms(source: Source, place: Place, text: Data) -> None:
    """Report what contradicts itself: each clause with its line and what to do."""
    for code in ("quarter", "year"):
        data = text.get(code) or {}
        where = (*place, code)
        before = len(source.problems)
        for fault in (*_names(where, data), *_weights(where, data), *_inputs(where, code, data, text)):
            source.report(*fault)
        for fault in (*_order(where, data), *_defaults(where, code, data)):
            source.report(*fault)
        _conditions(source, where, code, data)
        if len(source.problems) == before and data.get("grades"):
            _sizes(source, where, code, text)


def _names(where: Place, data: Data) -> Iterator[Fault]:
    """Inputs, parts and the words that are there anyway must not share a name."""
    taken = {spelling for one in STANDING for spelling in (one.zh, one.code)} | {"得分", "等次", "年度得分", "年度等次"}
    for section in ("inputs", "parts"):
        for index, each in enumerate(data.get(section, ())):
            if each["name"] in taken:
                yield (
                    (*where, section, index),
                    Say(f"「{each['name']}」已经有别的意思", f"“{each['name']}” already means something else"),
                    Say("换一个名称", "choose another name"),
                )
            taken.add(each["name"])


def _weights(where: Place, data: Data) -> Iterator[Fault]:
    parts = data.get("parts", ())
    total = sum((fraction(each["weight"]) for each in parts), Fraction(0))
    if parts and total != 100:
        yield (
            (*where, "parts"), Say(f"各项比重合计 {_shown(total)}，应为 100", f"the weights sum to {_shown(total)}, not to 100"),
            Say("改正 weight", "correct the weights"),
        )  # fmt: skip
    names = [one.name for one in inputs_of(data)]
    for index, each in enumerate(parts):
        if "input" in each and each["input"] not in names:
            yield (
                (*where, "parts", index),
                Say(f"没有「{each['input']}」这个汇总数", f"there is no input “{each['input']}”"),
                Say(f"可以写：{'、'.join(names) or '—'}", f"known: {', '.join(names) or '—'}"),
            )


def _shown(value: Fraction) -> str:
    return f"{float(value):g}"


def _inputs(where: Place, code: str, data: Data, text: Data) -> Iterator[Fault]:
    """An input takes from a rhythm below that this policy has, and something that this rhythm gives."""
    for index, one in enumerate(inputs_of(data)):
        here = (*where, "inputs", index)
        if one.of not in BELOW[code] or not text.get(one.of):
            known = [name for name in BELOW[code] if text.get(name)]
            yield (
                here, Say(f"本办法没有更短的「{NAMES[one.of]}」", f"this policy has no shorter rhythm “{one.of}”"),
                Say(f"of 可以写：{'、'.join(known)}", f"known: {', '.join(known)}"),
            )  # fmt: skip
            continue
        marks = (
            [each["name"] for each in text[one.of].get("marks", ())]
            if one.of == "day"
            else ["score", "passed", "failed"]
        )
        if one.take not in marks:
            yield (
                here, Say(f"{NAMES[one.of]}里没有「{one.take}」", f"“{one.of}” gives no “{one.take}”"),
                Say(f"take 可以写：{'、'.join(marks)}", f"known: {', '.join(marks)}"),
            )  # fmt: skip
        elif (one.by == "count") != (one.take in {"passed", "failed"}):
            yield (
                here, Say("passed、failed 用 count，其余不用", "passed and failed are counted, others are not"),
                Say("改正 by", "correct by"),
            )  # fmt: skip


def _order(where: Place, data: Data) -> Iterator[Fault]:
    """The order names every grade once; a limit names one of them."""
    grades = [each["grade"] for each in data.get("grades", ())]
    if "order" in data and sorted(set(grades)) != sorted(data["order"]):
        yield (
            (*where, "order"), Say("order 没有把每个等次恰好写一次", "order does not name every grade once"),
            Say(f"从好到差写：{'、'.join(dict.fromkeys(grades))}", f"from the best: {', '.join(dict.fromkeys(grades))}"),
        )  # fmt: skip
    last = (data.get("order") or grades or [""])[-1]
    if last not in FAILING and (failing := [grade for grade in grades if grade in FAILING]):
        yield (
            (*where, "order" if "order" in data else "grades"),
            Say(f"最后一个等次算作不合格：按现在的次序是「{last}」，不是「{failing[0]}」",
                f"the last grade is the failed one: as it stands that is “{last}”, not “{failing[0]}”"),
            Say(f"写明 order，从好到差，最后是「{failing[0]}」", f"write order, from the best to “{failing[0]}”"),
        )  # fmt: skip
    for index, each in enumerate(data.get("then", ())):
        for deed in each["do"]:
            if isinstance(deed, dict) and "not_above" in deed and deed["not_above"] not in grades:
                yield (
                    (*where, "then", index),
                    Say(f"没有「{deed['not_above']}」这个等次", f"there is no grade “{deed['not_above']}”"),
                    Say(f"等次有：{'、'.join(grades)}", f"grades: {', '.join(grades)}"),
                )


def _defaults(where: Place, code: str, data: Data) -> Iterator[Fault]:
    known = {word.name for word in vocabulary(code, data).values() if word.kind == "number"} - {"得分"}
    for index, each in enumerate(data.get("missing", ())):
        if each["name"] not in known:
            yield (
                (*where, "missing", index), Say(f"没有「{each['name']}」这个词", f"there is no word “{each['name']}”"),
                Say(f"可以写：{'、'.join(sorted(known))}", f"known: {', '.join(sorted(known))}"),
            )  # fmt: skip


def _conditions(source: Source, where: Place, code: str, data: Data) -> None:
    """Every condition parses, every name is known, every grade that is compared with is one of the section."""
    grades = {each["grade"] for each in data.get("grades", ())}
    for section, words in (("grades", vocabulary(code, data)), ("then", consequence_words(code, data))):
        for index, each in enumerate(data.get(section, ())):
            if "when" in each:
                here = (*where, section, index, "when")
                try:
                    _compared(source, here, parse(plain_text(each["when"]), words, "truth"), grades)
                except Wrong as wrong:
                    source.report_wrong(here, wrong)


def _compared(source: Source, where: Place, when: Expression, grades: set[str]) -> None:
    for node in walk(when.node):
        if isinstance(node, Const) and isinstance(node.value, str) and node.value not in grades:
            source.report(
                where, Say(f"没有「{node.value}」这个等次", f"there is no grade “{node.value}”"),
                Say(f"等次有：{'、'.join(sorted(grades))}", f"grades: {', '.join(sorted(grades))}"),
            )  # fmt: skip


def _sizes(source: Source, where: Place, code: str, text: Data) -> None:
    rhythm = rhythm_of(text, code)
    assert rhythm is not None, "its grades were read"
    asked = [one.when for one in rhythm.grades if one.when] + [one.when for one in (*rhythm.limits, *rhythm.then)]
    for when in asked:
        try:
            check_size(when, columns_of(rhythm))
        except Wrong as wrong:
            source.report_wrong(where, wrong)
    for clause in rhythm.limits:
        if FAILED_YEARS in clause.when.names:
            source.report(
                (*where, "then"),
                Say(f"「{clause.name}」用{FAILED_YEARS}限制等次，而{FAILED_YEARS}要先有等次才知道",
                    f"“{clause.name}” limits the grade by {FAILED_YEARS}, which are known only once there is a grade"),
                Say("改用 propose_dismissal 等后果，或者换一个条件", "let something else follow, or ask for something else"),
            )  # fmt: skip
        for deed in clause.do:
            if deed.startswith("not_above:") and deed.partition(":")[2] not in rhythm.order:
                source.report(
                    (*where, "grades"),
                    Say(
                        f"「{clause.name}」限制的等次不在年度等次里",
                        f"the limit of “{clause.name}” is no grade of the year",
                    ),
                    Say(f"等次有：{'、'.join(rhythm.order)}", f"grades: {', '.join(rhythm.order)}"),
                )


def read_period_cases(source: Source, place: Place, text: Data) -> tuple[PeriodCase, ...]:
    """The cases about quarters and years; a word that is not there is reported."""
    made = []
    for index, each in enumerate(text.get("period_cases", ())):
        where, code = (*place, "period_cases", index), each["rhythm"]
        known = _given_words(code, text)
        strange = [name for name in each["given"] if name not in known]
        if not known:
            source.report(
                where, Say(f"没有 {code} 一节的等次，例子无从判断", f"there are no grades of “{code}” to judge by"),
                Say("补上这一节，或删去例子", "add the section or remove the case"),
            )  # fmt: skip
        elif strange:
            source.report(
                where, Say(f"没有「{strange[0]}」这个词", f"there is no word “{strange[0]}”"),
                Say(f"可以写：{'、'.join(known)}", f"known: {', '.join(known)}"),
            )  # fmt: skip
        else:
            given = {
                name: value if isinstance(value, bool) else fraction(value) for name, value in each["given"].items()
            }
            then = {
                name: tuple(value) if isinstance(value, list) else (plain_text(value),)
                for name, value in each["then"].items()
            }
            made.append(PeriodCase(each["case"], code, given, then, source.line(where)))
    return tuple(made)


def _given_words(code: str, text: Data) -> list[str]:
    """What a case may state; 得分 is the mean of the months where there are no parts, the failed years are those before."""
    data = text.get(code) or {}
    if not data.get("grades"):
        return []
    own = [each["name"] for section in ("inputs", "parts") for each in data.get(section, ())]
    return [*(one.zh for one in STANDING), *own, FAILED_YEARS, *([] if data.get("parts") else ["得分"])]


def outcome(case: PeriodCase, text: Data) -> dict[str, tuple[str, ...]]:
    """What the policy says of a case, in the words that its sentence expects."""
    rhythm = rhythm_of(text, case.rhythm)
    assert rhythm is not None, "a case that was read has its section"
    row = judge_period(frame_of(rhythm, [case.given]), rhythm).row(0, named=True)
    return {
        "等次": (row["grade"] or UNDETERMINED,), "得分": () if row["score"] is None else (f"{row['score']:.2f}",),
        "缺少": tuple(row["missing"]), "后果": tuple(row["consequences"]), "依据": (row["cites"] or "",),
    }  # fmt: skip
