"""The measures: every quantity a policy may judge by, its unit, source and what happens when facts are missing.

Measures are code and the same for every policy; what is asked of them is written in the policies. Their words stand in
`measures.yaml`; `docs/algorithms/measures.md` is made from it and a test keeps both the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from yigang.policy.expressions import Kind
from yigang.policy.problems import Say

LEAVE_KINDS: dict[str, Say] = {
    "sick": Say("病假", "sick leave"),
    "personal": Say("事假", "personal leave"),
    "annual": Say("年休假", "annual leave"),
    "marriage": Say("婚假", "marriage leave"),
    "bereavement": Say("丧假", "bereavement leave"),
    "maternity": Say("产假", "maternity leave"),
    "trip": Say("外出报备", "reported trip"),
    "training": Say("培训", "training"),
    "other": Say("其他假", "other leave"),
}
"""The kinds of leave that facts may hold."""


@dataclass(frozen=True)
class Measure:
    """A documented quantity per appointment and month.

    `places` are its decimals (it is kept as an integer of that scale); `most` is the greatest value that can be true,
    beyond which a fact is taken for an error (as it is below `least`); `evidence` is the kind of record a reader is led to.
    """

    code: str
    zh: str
    en: str
    unit: Say
    doc: Say
    source: tuple[str, ...]
    missing: Say
    evidence: str | None = None
    places: int = 0
    most: int = 31
    least: int = 0

    def as_dict(self) -> dict[str, object]:
        """For `yigang policy measures --json`."""
        return {
            "code": self.code,
            "zh": self.zh,
            "en": self.en,
            "unit": {"zh": self.unit.zh, "en": self.unit.en},
            "doc": {"zh": self.doc.zh, "en": self.doc.en},
            "source": list(self.source),
            "missing": {"zh": self.missing.zh, "en": self.missing.en},
            "decimals": self.places,
        }


@dataclass(frozen=True)
class OtherWord:
    """A name of the yearly section; later chapters compute it."""

    zh: str
    code: str
    kind: Kind = "number"


@cache
def measures() -> tuple[Measure, ...]:
    """Every measure of the month, in the order of the documentation."""
    entries = yaml.safe_load(files("yigang.policy").joinpath("measures.yaml").read_text("utf-8"))
    return tuple(_with_leave_kinds(entries))


@cache
def by_code() -> dict[str, Measure]:
    return {one.code: one for one in measures()}


def _with_leave_kinds(entries: list[dict[str, Any]]) -> Iterator[Measure]:
    for entry in entries:
        measure = _measure(entry)
        yield measure
        if measure.code == "leave_days":
            yield from (_of_kind(measure, kind, name) for kind, name in LEAVE_KINDS.items())


def _measure(entry: dict[str, Any]) -> Measure:
    return Measure(
        code=entry["code"],
        zh=entry["zh"],
        en=entry["en"],
        unit=Say(**entry["unit"]),
        doc=Say(**entry["doc"]),
        source=tuple(entry["source"]),
        missing=Say(**entry["missing"]),
        evidence=entry.get("evidence"),
        places=entry.get("decimals", 0),
        most=entry.get("most", 31),
        least=entry.get("least", 0),
    )


def _of_kind(all_leave: Measure, kind: str, name: Say) -> Measure:
    doc = Say(f"已批准的{name.zh}，服务期内的不同日期", f"distinct days in service with approved {name.en}")
    return Measure(
        code=f"{kind}_days",
        zh=f"{name.zh}天数",
        en=f"days of {name.en}",
        unit=all_leave.unit,
        doc=doc,
        source=all_leave.source,
        missing=all_leave.missing,
        evidence=all_leave.evidence,
    )


YEAR = (
    OtherWord("合格月数", "passed_months"),
    OtherWord("不合格月数", "failed_months"),
    OtherWord("考核月数", "appraised_months"),
    OtherWord("年度得分", "year_score"),
    OtherWord("年度等次", "year_grade", "text"),
    OtherWord("连续不合格月数", "consecutive_failed_months"),
    OtherWord("连续不合格年数", "consecutive_failed_years"),
    OtherWord("查实旷工次数", "inspection_absences"),
    OtherWord("被召回", "recalled", "truth"),
)
"""What the yearly appraisal may ask."""

REGISTER = (
    OtherWord("年龄", "age"),
    OtherWord("性别", "sex", "text"),
    OtherWord("劳动能力", "able_to_work", "truth"),
    OtherWord("就业意愿", "willing", "truth"),
    OtherWord("就业状态", "employment", "text"),
    OtherWord("务工地点", "workplace", "text"),
    OtherWord("正在培训", "in_training", "truth"),
    OtherWord("培训意愿", "wants_training", "truth"),
    OtherWord("健康状况", "health", "text"),
    OtherWord("文化程度", "education", "text"),
    OtherWord("户籍性质", "residence", "text"),
    OtherWord("贫困户属性", "poor_kind", "text"),
    OtherWord("就业困难", "in_hardship", "truth"),
)
"""What a list over the labour-force register may ask; `people.register.rules` says where each comes from."""
