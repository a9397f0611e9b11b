"""Who must act in the open steps of rounds: the role and level that each round's policy names, and how many wait for them."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from yigang.console import regions
from yigang.foundation import regioncode
from yigang.foundation.access import may
from yigang.foundation.models import User
from yigang.policy.recruitment import Step
from yigang.recruitment import queries
from yigang.recruitment.access import JUDGE
from yigang.recruitment.comparison.queries import open_hits
from yigang.recruitment.domain.eligibility import home_of
from yigang.recruitment.enums import ApplicationState, RoundState, StepState
from yigang.recruitment.models import Application, ReviewMark, Round, StepOutcome, StepRecord
from yigang.recruitment.roles import why_not_acting

MOST = 20
"""Open steps that the first page looks at; those that end first."""
Counts = dict[int, int]


@dataclass(frozen=True)
class OpenStep:
    """An open step, its rule, and whether the user is who acts in it."""

    step: StepRecord
    rule: Step
    mine: bool


class OpenSteps:
    """The open steps that a user sees in a region, and what waits in them there: each question is asked once for all."""

    def __init__(self, user: User, prefix: str) -> None:
        self.user, self.prefix = user, prefix

    @cached_property
    def all(self) -> list[OpenStep]:
        """Those of rounds in the region and of rounds that reach it from above."""
        found = StepRecord.objects.filter(_reaching(self.prefix), state=StepState.OPEN, round__state=RoundState.RUNNING)
        steps = list(
            found.select_related("round__programme")
            .defer("round__policy_text")
            .order_by(F("last_day").asc(nulls_last=True), "pk")[:MOST]
        )
        _with_texts(steps)
        return [OpenStep(step, rule, self._acts(step, rule)) for step in steps for rule in (queries.rule_of(step),)]

    def _acts(self, step: StepRecord, rule: Step) -> bool:
        home = regioncode.pad(self.prefix) if self.prefix else home_of(step, self.user)
        return bool(may(self.user, JUDGE)) and not why_not_acting(rule.role, rule.level, home, self.user)

    @property
    def mine(self) -> list[OpenStep]:
        return [one for one in self.all if one.mine]

    @cached_property
    def undecided(self) -> Counts:
        """Round → applicants in the running here without an outcome in its open step."""
        decided = StepOutcome.objects.filter(
            application=OuterRef("pk"), step__state=StepState.OPEN, undone_at=None
        )  # fmt: skip
        return _by_round(self._running.exclude(Exists(decided)))

    @cached_property
    def unmarked(self) -> Counts:
        """Round → applicants in the running here whom the user has not marked in its open step."""
        marked = ReviewMark.objects.filter(application=OuterRef("pk"), step__state=StepState.OPEN, by=self.user)
        return _by_round(self._running.exclude(Exists(marked)))

    @cached_property
    def hits(self) -> Counts:
        """Round → hits here that somebody must decide."""
        found = open_hits("").filter(regions.inside(self.prefix), application__state=ApplicationState.RUNNING)
        rows = found.filter(application__round__state=RoundState.RUNNING).order_by()
        return dict(rows.values_list("application__round").annotate(Count("pk")))

    @property
    def _running(self) -> QuerySet[Application]:
        rounds = [one.step.round_id for one in self.all]
        return Application.objects.filter(
            regions.inside(self.prefix), round__in=rounds, state=ApplicationState.RUNNING
        )  # fmt: skip


def _by_round(rows: QuerySet[Application]) -> Counts:
    return dict(rows.order_by().values_list("round").annotate(Count("pk")))


def _reaching(prefix: str) -> Q:
    """Rounds inside a region, and those of the regions that it lies in."""
    above = [regioncode.pad(prefix[:length]) for length in (2, 4, 6, 9) if length < len(prefix)]
    return regions.inside(prefix) | Q(region_code__in=above)


def _with_texts(steps: Iterable[StepRecord]) -> None:
    """Give the rounds their policy's text, read once for all that run by the same."""
    rounds = [step.round for step in steps]
    rows = Round.objects.filter(pk__in=[one.pk for one in rounds]).order_by("policy_digest").distinct("policy_digest")
    texts = dict(rows.values_list("policy_digest", "policy_text"))
    for one in rounds:
        one.policy_text = texts[one.policy_digest]
