"""How a policy lets people in: the steps of a round, who acts in each, what must lie there before it closes, who comes first."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from yigang.policy.expressions import Expression

StepKind = Literal[
    "announce", "apply", "recommend", "check", "visit", "assess", "peer_review", "joint_review", "approve", "publish",
    "hire", "sign", "train",
]  # fmt: skip
Level = Literal["village", "town", "county", "city", "province"]
KINDS: Mapping[str, str] = {
    "announce": "公告", "apply": "申报", "recommend": "推荐", "check": "审核", "visit": "考察", "assess": "评定",
    "peer_review": "民主评议", "joint_review": "联合会审", "approve": "审批", "publish": "公示", "hire": "聘用",
    "sign": "签订协议", "train": "培训",
}  # fmt: skip
"""What a step can be, and what it is called."""

TAKES_IN = ("apply", "recommend")
NOTICED = ("announce", "publish")
"""Steps during which people apply; steps that hang out on the wall and on the public site."""

ROLES: Mapping[str, str] = {
    "county_manager": "主管部门", "town_officer": "经办人员", "station_officer": "站所人员", "village_clerk": "经办人员",
    "finance": "财政人员", "inspector": "督查人员", "leader": "领导", "archivist": "档案人员",
}  # fmt: skip
LEVELS: Mapping[str, str] = {"village": "村级", "town": "乡级", "county": "县级", "city": "市级", "province": "省级"}
FIELDS = (
    "programme",
    "round",
    "number",
    "step",
    "places",
    "opens",
    "last_day",
    "applied",
    "running",
    "out",
    "withdrew",
)
"""What the text of a step may be filled with."""


@dataclass(frozen=True)
class Clause:
    """One condition that an applicant must meet, and the sentence for those who do not."""

    name: str
    when: Expression
    otherwise: str
    cites: str
    line: int = 1


@dataclass(frozen=True)
class Outcome:
    """What a step can end in for one applicant; without `goes_on` the applicant is out."""

    name: str
    goes_on: bool


@dataclass(frozen=True)
class PeerReviewRule:
    """Who meets, from which share of those entitled the meeting counts, and which share must agree.

    The share of agreement is taken of those present or entitled; `strictly` asks for more than it.
    """

    called: str
    quorum: Fraction
    agree: Fraction
    of: Literal["present", "entitled"]
    strictly: bool
    cites: str

    def quorate(self, present: int, entitled: int) -> bool:
        return entitled > 0 and Fraction(present, entitled) >= self.quorum

    def carried(self, agree: int, present: int, entitled: int) -> bool:
        whole = present if self.of == "present" else entitled
        return agree > self.agree * whole if self.strictly else agree >= self.agree * whole and agree > 0


@dataclass(frozen=True)
class Office:
    """One of the offices of a joint review: what it answers for, and who may sign there."""

    name: str
    part: str
    role: str
    level: Level


@dataclass(frozen=True)
class MarkItem:
    name: str
    most: Fraction


@dataclass(frozen=True)
class MarksRule:
    """What several reviewers mark each for himself; below `passing` (of the mean of their totals) an applicant is out."""

    reviewers: int
    items: tuple[MarkItem, ...]
    passing: Fraction | None
    cites: str


@dataclass(frozen=True)
class Step:
    """One step of a round. It stays open at least `working_days`, and closes when all `documents` and `photos` lie there."""

    name: str
    kind: StepKind
    role: str
    level: Level
    working_days: int
    documents: tuple[str, ...]
    photos: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    text: str
    eligibility: bool
    comparison: bool
    peer_review: PeerReviewRule | None
    offices: tuple[Office, ...]
    marks: MarksRule | None
    ranks: bool
    cites: str

    @property
    def decides(self) -> bool:
        """Whether every applicant still in the running must have an outcome before it closes."""
        return bool(self.outcomes)

    @property
    def wanted(self) -> tuple[str, ...]:
        return self.documents + self.photos

    def outcome(self, name: str) -> Outcome | None:
        return next((one for one in self.outcomes if one.name == name), None)


@dataclass(frozen=True)
class Criterion:
    """A part of the ranking: `score` times `weight`."""

    name: str
    score: Expression
    weight: Fraction
    cites: str


@dataclass(frozen=True)
class Tie:
    """What decides between equal scores: the higher or the lower value comes first."""

    name: str
    by: Expression
    highest: bool


@dataclass(frozen=True)
class Ranking:
    """Who comes first: the sum of the criteria, two places half up; then the ties in order; at last who applied first."""

    criteria: tuple[Criterion, ...]
    ties: tuple[Tie, ...]
    cites: str


@dataclass(frozen=True)
class Recruitment:
    """The steps in their order. The one that appoints is `hires`."""

    steps: tuple[Step, ...]
    ranking: Ranking | None
    cites: str

    @property
    def hires(self) -> Step:
        """The step in which people are appointed: the one of that kind, else the last."""
        return next((step for step in self.steps if step.kind == "hire"), self.steps[-1])

    def step(self, name: str) -> Step | None:
        return next((step for step in self.steps if step.name == name), None)
