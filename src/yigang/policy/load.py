"""From a policy file to a `Policy`: everything that can be wrong is found before any fact is seen."""

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from yigang.policy.load_cases import read_applicant_cases, read_cases
from yigang.policy.load_leave import read_leave_cases
from yigang.policy.load_month import read_month
from yigang.policy.load_other import check_other_sections
from yigang.policy.load_pay import read_pay
from yigang.policy.load_placing import read_matching, read_pool
from yigang.policy.load_points import read_honour_cases, read_point_cases
from yigang.policy.load_recruitment import read_clauses, read_recruitment
from yigang.policy.load_rhythms import read_period_cases
from yigang.policy.load_scorecards import read_ranking_cases
from yigang.policy.load_training import read_training_cases
from yigang.policy.model import Policy, PolicyVersion
from yigang.policy.problems import PolicyError, Problem, Say
from yigang.policy.source import Source, read

Data = Mapping[str, Any]
NOT_JUDGED = frozenset(
    {
        "cases", "applicant_cases", "leave_cases", "ranking_cases", "training_cases", "period_cases", "point_cases",
        "honour_cases", "notes", "until", "flags", "anomalies",
    }
)  # fmt: skip
"""What a version says without changing any judgement."""


def policies_folder() -> Path:
    """Where the policies stand: `YIGANG_POLICIES`, or `policies/` beside the source tree."""
    named = os.environ.get("YIGANG_POLICIES")
    return Path(named) if named else Path(__file__).resolve().parents[3] / "policies"


def load_policies(folder: Path | None = None) -> dict[str, Policy]:
    """Every policy of a folder by its code. Raises `PolicyError` with the problems of all files."""
    loaded: dict[str, Policy] = {}
    problems: list[Problem] = []
    for file in sorted((folder or policies_folder()).glob("*.yaml")):
        try:
            policy = load_policy(file)
        except PolicyError as error:
            problems += error.problems
            continue
        if policy.code in loaded:
            other = loaded[policy.code].file
            what = Say(f"代码 {policy.code} 已用于 {other.name}", f"the code {policy.code} is taken by {other.name}")
            problems.append(Problem(file, 1, what, Say("换一个代码", "choose another code")))
        loaded[policy.code] = policy
    if problems:
        raise PolicyError(problems)
    return loaded


def load_policy(path: Path | str) -> Policy:
    """Load one file. Raises `PolicyError` listing every problem with file, line, what and remedy.

    A file that has not changed since it was loaded without a problem is not read through again.
    """
    file = Path(path)
    return _loaded(file, file.read_bytes() if file.is_file() else b"")


@lru_cache(maxsize=32)
def _loaded(file: Path, content: bytes) -> Policy:  # noqa: ARG001 - the content is what a loaded file is known by
    return _load(file)


def _load(file: Path) -> Policy:
    source = read(file)
    data: Data = source.data
    title = Say(data["title"]["zh"], data["title"].get("en", data["title"]["zh"]))
    dates = _dates(source)
    versions = [
        _version(source, index, dates[index]) for index, text in enumerate(data["versions"]) if "repealed" not in text
    ]
    source.refuse()
    return Policy(
        code=data["code"],
        kind=data["kind"],
        title=title,
        issuer={key: str(value) for key, value in data["issuer"].items()},
        versions=tuple(one for one in versions if one),
        repealed=_repealed(data),
        file=source.file,
    )


def policy_of_text(text: str) -> Policy:
    """A policy from a text that was kept with what it decided."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "policy.yaml"
        file.write_text(text, encoding="utf-8")
        return _load(file)


def digest(code: str, kind: str, version: Data) -> str:
    """SHA-256 of a version's canonical form: sorted JSON, decimals by value, without cases, notes and end date."""
    judged = {key: value for key, value in version.items() if key not in NOT_JUDGED}
    body = json.dumps(_canonical({"code": code, "kind": kind, **judged}), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(body.encode()).hexdigest()


def _canonical(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _canonical(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_canonical(each) for each in value]
    if isinstance(value, Decimal) or (isinstance(value, int) and not isinstance(value, bool)):
        return format(Decimal(value).normalize(), "f")
    return value


def _repealed(data: Data) -> tuple[date, str] | None:
    last = data["versions"][-1]
    return (date.fromisoformat(last["effective"]), last["repealed"]) if "repealed" in last else None


def _dates(source: Source) -> list[tuple[date, date | None]]:
    """First and last day of each version; gaps, overlaps and wrong dates are reported."""
    texts = source.data["versions"]
    starts = [_date(source, index, "effective") for index in range(len(texts))]
    ends = [_date(source, index, "until") if "until" in text else None for index, text in enumerate(texts)]
    for index, text in enumerate(texts):
        if "repealed" in text and (index + 1 < len(texts) or index == 0):
            source.report(
                ("versions", index),
                Say("废止只能是最后一版，而且前面要有一版", "a repeal must come last, after a text"),
                Say("移到最后，或者删去", "move it to the end or remove it"),
            )
    source.refuse()
    spans = []
    for index, (start, end) in enumerate(zip(starts, ends, strict=True)):
        following = starts[index + 1] if index + 1 < len(starts) else None
        spans.append((start, _end(source, index, start, end, following)))
    source.refuse()
    return spans


def _end(source: Source, index: int, start: date, end: date | None, following: date | None) -> date | None:
    place = ("versions", index)
    if end and end < start:
        source.report(
            place,
            Say(f"止于 {end}，早于起始 {start}", f"ends on {end}, before it begins on {start}"),
            Say("改正日期", "correct the dates"),
        )
    if following and (following <= start or (end and following <= end)):
        source.report(
            ("versions", index + 1, "effective"),
            Say(
                f"与上一版重叠：上一版 {start} 至 {end or '今'}",
                f"overlaps the text before it ({start} to {end or 'open'})",
            ),
            Say("各版按日期先后排列，不得重叠", "put texts in order of date, without overlap"),
        )
    elif following and end and following > end + timedelta(days=1):
        source.report(
            ("versions", index + 1, "effective"),
            Say(f"{end} 到 {following} 之间没有办法", f"no text between {end} and {following}"),
            Say("去掉上一版的 until，或者补上中间的一版", "remove `until` above or add the text between"),
        )
    return end or (following - timedelta(days=1) if following else None)


def _date(source: Source, index: int, key: str) -> date:
    text = source.data["versions"][index][key]
    try:
        return date.fromisoformat(text)
    except ValueError:
        source.report(
            ("versions", index, key),
            Say(f"没有 {text} 这一天", f"there is no day {text}"),
            Say("改正日期", "correct the date"),
        )
        return date.max


def _version(source: Source, index: int, span: tuple[date, date | None]) -> PolicyVersion | None:
    """One text, or None when it has problems (they are reported)."""
    data, place = source.data, ("versions", index)
    text: Data = data["versions"][index]
    before = len(source.problems)
    seasons = _seasons(source, place, text)
    words = data.get("words", {})
    check_other_sections(source, place, text)
    eligibility = read_clauses(source, (*place, "eligibility"), text.get("eligibility", ()))
    recruitment = read_recruitment(source, place, text)
    matching, pool = read_matching(source, place, text), read_pool(source, place, text)
    if "month" not in text:
        source.report(place, Say("缺少「month」", "month is missing"), Say("写明每月的要求", "say what a month asks"))
        return None
    read_terms = read_month(source, place, text, words)
    if read_terms is None:
        return None
    month, terms, spellings = read_terms
    pay = read_pay(source, place, text, seasons, terms, spellings, month) if "pay" in text else None
    cases = read_cases(source, place, text, span[0], terms, spellings)
    applicant_cases, leave_cases = read_applicant_cases(source, place, text), read_leave_cases(source, place, text)
    ranking_cases = read_ranking_cases(source, place, text)
    training_cases = read_training_cases(source, place, text)
    period_cases = read_period_cases(source, place, text)
    point_cases, honour_cases = read_point_cases(source, place, text), read_honour_cases(source, place, text)
    if len(source.problems) > before:
        return None
    return PolicyVersion(
        code=data["code"],
        title=Say(data["title"]["zh"], data["title"].get("en", data["title"]["zh"])),
        effective=span[0],
        until=span[1],
        cites=text["cites"],
        seasons=seasons,
        month=month,
        pay=pay,
        terms=terms,
        spellings=spellings,
        words=words,
        cases=cases,
        text=text,
        digest=digest(data["code"], data["kind"], text),
        eligibility=eligibility,
        recruitment=recruitment,
        matching=matching,
        pool=pool,
        applicant_cases=applicant_cases,
        leave_cases=leave_cases,
        ranking_cases=ranking_cases,
        training_cases=training_cases,
        period_cases=period_cases,
        point_cases=point_cases,
        honour_cases=honour_cases,
    )


def _seasons(source: Source, place: tuple[str | int, ...], text: Data) -> dict[str, tuple[int, ...]]:
    """Seasons cover the twelve months once each, or there are none."""
    seasons = {name: tuple(months) for name, months in text.get("seasons", {}).items()}
    months = [month for each in seasons.values() for month in each]
    twice = sorted({month for month in months if months.count(month) > 1})
    absent = sorted(set(range(1, 13)) - set(months))
    if seasons and twice:
        source.report(
            (*place, "seasons"),
            Say(f"{twice} 月属于两个季节", f"months {twice} are in two seasons"),
            Say("每个月只属于一个季节", "put each month into one season"),
        )
    if seasons and absent:
        source.report(
            (*place, "seasons"),
            Say(f"{absent} 月不属于任何季节", f"months {absent} are in no season"),
            Say("十二个月都要写到", "name all twelve months"),
        )
    return seasons
