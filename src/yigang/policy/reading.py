"""A line beside its text: what the explanations read from."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from yigang.policy.exact import Value, evaluate
from yigang.policy.expressions import Expression, Node
from yigang.policy.judge import PART
from yigang.policy.model import PolicyVersion
from yigang.policy.period import Period
from yigang.policy.problems import Say
from yigang.policy.wording import figure, formula

Row = Mapping[str, Any]
Values = dict[str, Value | None]


@dataclass(frozen=True)
class Sentence:
    """One sentence with what it rests on.

    `evidence` is the kind of record to open (check_ins, leaves, work_logs, marks, findings, appraisals) or None;
    `cites` the document and article; `clause` the policy's name for what is said.
    """

    text: str
    measure: str | None = None
    figure: str | None = None
    threshold: str | None = None
    clause: str | None = None
    cites: str | None = None
    evidence: str | None = None


class Reading:
    """A line beside its text, in one language."""

    def __init__(self, row: Row, version: PolicyVersion, lang: str) -> None:
        self.row, self.version, self.lang = row, version, lang
        self.values = _values(row, version)
        self.settled = row["state"] == "settled"
        self.period = Period.parse(str(row["period"]))
        self.known = {name: value for name, value in self.values.items() if value is not None}

    def to(self, zh: str, en: str) -> str:
        return Say(zh, en).to(self.lang)

    def name(self, name: str) -> str:
        return self.version.say(name, self.lang)

    def unit(self, name: str) -> str:
        return self.version.terms[name].unit.to(self.lang)

    def figure(self, name: str) -> str | None:
        return figure(name, self.version, self.values)

    def formula(self, expression: Expression) -> str:
        return formula(expression.node, self.version, self.lang, self.values)

    def truth(self, node: Node) -> bool | None:
        """Whether a condition holds by the kept figures; None when one is missing or it cannot be worked out."""
        try:
            return bool(evaluate(node, self.known))
        except (KeyError, ZeroDivisionError):
            return None

    def evidence(self, expression: Expression) -> str | None:
        kinds = [self.version.terms[name].evidence for name in expression.names]
        return next((kind for kind in kinds if kind), None)


def _values(row: Row, version: PolicyVersion) -> Values:
    made: Values = {}
    for name, term in version.terms.items():
        key = {"part": PART + name, "score": "score", "grade": "grade"}.get(term.source, name)
        value = row.get(key)
        made[name] = value if value is None or term.source == "grade" else Fraction(str(value))
    return made


def texts(value: Any) -> list[str]:
    """A list column; from CSV it comes as text joined by ；."""
    if isinstance(value, str):
        return [each for each in value.split("；") if each]
    return list(value or [])
