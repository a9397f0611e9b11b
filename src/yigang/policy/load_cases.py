"""The cases of a policy: sentences that are also tests."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from yigang.policy.applicants import PersonMeasure, by_name
from yigang.policy.load_month import fraction
from yigang.policy.model import ApplicantCase, Case, Term
from yigang.policy.period import Period
from yigang.policy.problems import Say
from yigang.policy.source import Place, Source

RESULTS = ("等次", "得分", "金额", "缺少", "后果", "问题")
"""What a case may expect: grade, score, yuan, missing measures, consequences, problems with facts."""


def read_cases(
    source: Source,
    place: Place,
    text: Mapping[str, Any],
    effective: date,
    terms: Mapping[str, Term],
    spellings: Mapping[str, str],
) -> tuple[Case, ...]:
    """All cases; unknown names and two cases with the same sentence are reported."""
    made: list[Case] = []
    for index, each in enumerate(text.get("cases", [])):
        where = (*place, "cases", index)
        if each["case"] in {case.name for case in made}:
            source.report(where, Say("同一句话写了两次", "two cases with one sentence"), Say("改写一句", "reword one"))
        period = _period(source, where, each, effective)
        given = _given(source, where, each["given"], terms, spellings)
        _check_results(source, where, each["then"])
        made.append(Case(each["case"], period, given, each["then"], source.line(where)))
    return tuple(made)


def _period(source: Source, where: Place, each: Mapping[str, Any], effective: date) -> Period:
    first = Period.of(effective)
    default = first if effective.day == 1 else first.next()
    try:
        return Period.parse(each["month"]) if "month" in each else default
    except ValueError as error:
        source.report((*where, "month"), Say(str(error), str(error)), Say("改正月份", "correct the month"))
        return default


def _given(
    source: Source, where: Place, given: Mapping[str, Any], terms: Mapping[str, Term], spellings: Mapping[str, str]
) -> dict[str, Fraction]:
    made = {}
    for name, value in given.items():
        term = terms.get(spellings.get(name, ""))
        if term is None or term.needs != (term.name,):
            source.report(
                (*where, "given", name),
                Say(f"「{name}」不是指标量或评定", f"“{name}” is not a measure or mark"),
                Say("指标量见 yigang policy measures；评定是本办法 mark 项的名称", "see `yigang policy measures`"),
            )
        elif (fraction(value) * 10**term.places).denominator != 1:
            source.report(
                (*where, "given", name),
                Say(f"{value} 小数太多", f"{value} has too many decimals"),
                Say(f"至多 {term.places} 位", f"at most {term.places}"),
            )
        else:
            made[term.name] = fraction(value)
    return made


def _check_results(source: Source, where: Place, results: Mapping[str, Any]) -> None:
    for name in results:
        if name not in RESULTS:
            source.report(
                (*where, "then", name),
                Say(f"不认识结果「{name}」", f"“{name}” is not a result"),
                Say(f"可以写：{'、'.join(RESULTS)}", f"results: {', '.join(RESULTS)}"),
            )


def read_applicant_cases(source: Source, place: Place, text: Mapping[str, Any]) -> tuple[ApplicantCase, ...]:
    """The cases about applicants; unknown facts and values of another kind are reported."""
    made = []
    for index, each in enumerate(text.get("applicant_cases", [])):
        where = (*place, "applicant_cases", index)
        for name, value in each["given"].items():
            _check_fact(source, (*where, "given", name), name, value)
        then = {key: tuple(value) if isinstance(value, list) else (value,) for key, value in each["then"].items()}
        made.append(ApplicantCase(each["case"], each["given"], then, source.line(where)))
    return tuple(made)


def _check_fact(source: Source, where: Place, name: str, value: object) -> None:
    measure = by_name().get(name)
    if measure is None or measure.ranking_only:
        source.report(
            where,
            Say(f"「{name}」不是选聘条件可以用的词", f"“{name}” is no fact that a clause may ask"),
            Say("全部的词见 docs/algorithms/measures.md", "see docs/algorithms/measures.md"),
        )
    elif not _fits(measure, value):
        wanted = {"number": "数", "truth": "true 或 false", "text": "文字"}[measure.kind]
        source.report(
            where,
            Say(f"「{name}」不能是「{value}」", f"“{name}” cannot be “{value}”"),
            Say(f"应当是{wanted}", f"it should be a {measure.kind}"),
        )


def _fits(measure: PersonMeasure, value: object) -> bool:
    if measure.kind == "truth":
        return isinstance(value, bool)
    if measure.kind == "text":
        return isinstance(value, str)
    if isinstance(value, bool | str):
        return False
    return bool((fraction(value) * 10**measure.places).denominator == 1)
