"""Run a policy's cases: each sentence gives measures and expects results."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import polars as pl

from yigang.policy import eligibility
from yigang.policy.cases_points import honoured, points_of
from yigang.policy.judge import judge, used_names
from yigang.policy.leave import asked_of, leave_rules, said
from yigang.policy.leave import judge as judge_leave
from yigang.policy.load_month import fraction
from yigang.policy.load_rhythms import outcome
from yigang.policy.measures import by_code
from yigang.policy.model import ApplicantCase, Case, LeaveCase, PeriodCase, PolicyVersion, TrainingCase
from yigang.policy.points import HonourCase, PointCase
from yigang.policy.scorecards import Entrant, RankingCase, cards, rank
from yigang.policy.terms import column_of
from yigang.policy.training import LACK_WORDS, Learned, lacking, may_renew, may_start, training_rule
from yigang.policy.wording import number, yuan

UNDETERMINED = "待定"
SAID = {"holds": "符合", "fails": "不符合", "undetermined": UNDETERMINED}
_WORK = (
    "days_present",
    "days_in_village",
    "present_or_excused_days",
    "village_or_excused_days",
    "work_logs",
    "patrol_days",
)


@dataclass(frozen=True)
class Failure:
    """A case whose result is not what its sentence says."""

    case: Case | ApplicantCase | LeaveCase | PeriodCase | RankingCase | TrainingCase | PointCase | HonourCase
    result: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.case.line}: {self.case.name}：{self.result} 应为 {self.expected}，算得 {self.found}"


def run_cases(version: PolicyVersion) -> list[Failure]:
    """Every case of a version; an empty list means that all hold."""
    failures = [failure for case in version.cases for failure in run_case(case, version)]
    failures += [failure for case in version.applicant_cases for failure in run_applicant_case(case, version)]
    failures += [failure for case in version.leave_cases for failure in run_leave_case(case, version)]
    failures += [failure for case in version.ranking_cases for failure in run_ranking_case(case, version)]
    failures += [failure for case in version.period_cases for failure in run_period_case(case, version)]
    failures += [failure for case in version.training_cases for failure in run_training_case(case, version)]
    told: list[tuple[PointCase | HonourCase, dict[str, Any]]] = [
        *((case, points_of(case, version)) for case in version.point_cases),
        *((case, honoured(case, version)) for case in version.honour_cases),
    ]
    return failures + [failure for case, found in told for failure in _differing(case, found)]


def _differing(case: PointCase | HonourCase, found: dict[str, Any]) -> Iterator[Failure]:
    """Each result that a sentence about points or an honour states otherwise; lists in any order."""
    for name, wanted in case.then.items():
        said_, got = [sorted(one) if isinstance(one, list | tuple) else one for one in (wanted, found[name])]
        if said_ != got:
            yield Failure(case, name, str(wanted), str(found[name]))


def run_ranking_case(case: RankingCase, version: PolicyVersion) -> list[Failure]:
    """What the places bring otherwise than the sentence."""
    card = next(card for card in cards(version.text) if card.name == case.card)
    rule = card.ranking(case.ranking)
    assert rule is not None, "a case that was read names a ranking of its card"
    found = {each.unit: each.fen for each in rank(rule, [Entrant(unit, score) for unit, score in case.given.items()])}
    return [
        Failure(case, unit, yuan(int(wanted * 100)), yuan(found[unit]))
        for unit, wanted in case.then.items()
        if wanted * 100 != found[unit]
    ]


def run_period_case(case: PeriodCase, version: PolicyVersion) -> list[Failure]:
    """What a quarter or a year comes to otherwise than the sentence."""
    found = outcome(case, version.text)
    wanted = {name: _points(said) if name == "得分" else said for name, said in case.then.items()}
    return [
        Failure(case, name, "、".join(said), "、".join(found[name]))
        for name, said in wanted.items()
        if set(said) != set(found[name])
    ]


def _points(said: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(number(Fraction(each), 2) for each in said)


def run_training_case(case: TrainingCase, version: PolicyVersion) -> list[Failure]:
    """What the section on training says otherwise than the sentence."""
    rule, given = training_rule(version.text), case.given
    assert rule is not None, "a version with cases about training has the section"
    score = fraction(given["测评得分"]) if "测评得分" in given else None
    learned = Learned(fraction(given.get("学时", 0)), given.get("次数", 0), score, fraction(given.get("岗前学时", 0)))
    found = {
        "缺少": tuple(LACK_WORDS[one] for one in lacking(rule, learned)),
        "可以上岗": ("是" if may_start(rule, learned) else "否",),
        "可以续聘": ("是" if may_renew(rule, learned) else "否",),
    }
    return [
        Failure(case, name, "、".join(wanted), "、".join(found[name]))
        for name, wanted in case.then.items()
        if set(wanted) != set(found[name])
    ]


def run_leave_case(case: LeaveCase, version: PolicyVersion) -> list[Failure]:
    """What the rules for leave say otherwise than the sentence."""
    rules = leave_rules(version.text)
    assert rules is not None, "a version with cases about leave has the section"
    found = said(judge_leave(rules, asked_of(case.given)))
    return [
        Failure(case, name, "、".join(wanted), "、".join(found[name]))
        for name, wanted in case.then.items()
        if set(wanted) != set(found[name])
    ]


def run_applicant_case(case: ApplicantCase, version: PolicyVersion) -> list[Failure]:
    """One applicant judged by the clauses; facts that the case does not give are missing."""
    judged = eligibility.judge(pl.DataFrame([eligibility.row_of(case.given)]), version)
    verdict = eligibility.verdicts(judged).get(1, eligibility.Verdict("holds", (), ()))
    found = {"资格": (SAID[verdict.result],), "不符合": verdict.failing, "缺少": verdict.missing}
    return [
        Failure(case, name, "、".join(wanted), "、".join(found[name]))
        for name, wanted in case.then.items()
        if set(wanted) != set(found[name])
    ]


def run_case(case: Case, version: PolicyVersion) -> list[Failure]:
    line = judge(_frame(case, version), version, case.period).row(0, named=True)
    found = list(_results(case, line))
    return [
        Failure(case, name, _shown(wanted), _shown(got)) for name, wanted, got in found if _shown(wanted) != _shown(got)
    ]


def _frame(case: Case, version: PolicyVersion) -> pl.DataFrame:
    """The case as observed measures. What it does not give is missing, except that service is the whole month and that
    some evidence of work exists when it gives a day present or a log."""
    given = {column_of(version.terms[name]): value for name, value in case.given.items()}
    given.setdefault("calendar_days", Fraction(case.period.days))
    given.setdefault("service_days", given["calendar_days"])
    given.setdefault(
        "months_of_service", Fraction(int(given["service_days"] * 20_000 / given["calendar_days"] + 1) // 2, 10_000)
    )
    given.setdefault("evidence", Fraction(int(any(given.get(code, 0) for code in _WORK))))
    places = {column_of(version.terms[name]): version.terms[name].places for name in used_names(version)}
    columns = {
        **dict.fromkeys(places, 0),
        **places,
        **{code: by_code()[code].places for code in given if code in by_code()},
    }
    scaled = {code: None if code not in given else int(given[code] * 10**places_) for code, places_ in columns.items()}
    row: dict[str, Any] = {"appointment_id": 1, "person_id": 1, "region": "", "start": None, "end": None, **scaled}
    numbers = pl.DataFrame([row], schema_overrides=dict.fromkeys(columns, pl.Int64))
    return numbers.with_columns(pl.lit([], dtype=pl.List(pl.String)).alias("problems"))


def _results(case: Case, line: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    settled = line["state"] == "settled"
    pay = line["pay_fen"]
    found = {
        "等次": line["grade"] if settled else UNDETERMINED,
        "得分": None if line["score"] is None else Fraction(str(line["score"])),
        "金额": None if pay is None else Fraction(yuan(pay)),
        "缺少": line["missing"],
        "后果": line["consequences"],
        "问题": line["problems"],
    }
    for name, wanted in case.then.items():
        yield name, wanted, found[name]


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(value)
    if value is None:
        return ""
    return value if isinstance(value, str) else number(Fraction(str(value)), 2)
