"""Verbs of the clauses: everybody judged at once, kept with its facts; and the clear cases decided by it."""

from __future__ import annotations

import io
from collections import Counter
from datetime import date
from typing import Any

import polars as pl
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit, regioncode
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.policy import eligibility
from yigang.policy.recruitment import Outcome, Step
from yigang.recruitment import facts, kin, queries
from yigang.recruitment.access import JUDGE
from yigang.recruitment.comparison_models import Comparison
from yigang.recruitment.domain.deciding import refuse_other_roles
from yigang.recruitment.domain.rounds import not_open
from yigang.recruitment.enums import ApplicationState, StepState, Verdict
from yigang.recruitment.models import Application, EligibilityResult, EligibilityRun, StepOutcome, StepRecord

BATCH = 2_000


@transaction.atomic
def run_eligibility(
    step: StepRecord, *, actor: User, region_code: str = "", on: date | None = None
) -> EligibilityRun:  # fmt: skip
    """Judge everybody in the running in a region (the whole round, or a town of it) by the policy's clauses.

    Facts are those of `on`, by default the day the step was opened. The run keeps them, so that `recompute` can say later
    whether the same comes out.
    """
    step, rule = opened(step)
    region_code = region_code or home_of(step, actor)
    require(actor, JUDGE, region_code)
    refuse_other_roles(rule, region_code, actor)
    if not rule.eligibility:
        raise Refusal(_("“%(step)s” does not judge the clauses."), {"step": step.name}, code="wrong_step")
    assert step.opens_on is not None
    day, version = on or step.opens_on, queries.policy_of(step.round)
    people = facts.applicants(step.round, regioncode.prefix_of(region_code), day)
    judged = eligibility.judge(people, version)
    verdicts = verdicts_of(people, judged)
    run = EligibilityRun.objects.create(
        region_code=region_code, step=step, day=day, by=actor, facts=_bytes(people), facts_digest=eligibility.digest(people),
        policy_digest=version.digest, result_digest=eligibility.digest(judged), people=people.height,
        failing=Counter(verdicts.values())[Verdict.FAILS], undetermined=Counter(verdicts.values())[Verdict.UNDETERMINED],
    )  # fmt: skip
    _keep(run, judged, verdicts)
    after = audit.snapshot(run, ["day", "people", "failing", "undetermined", "facts_digest", "policy_digest"])
    audit.record("recruitment.run_eligibility", run, actor=actor, after=after)
    return run


def recompute(run: EligibilityRun) -> list[str]:
    """What does not agree when a run is computed again from its kept facts and the round's kept policy; nothing: sound."""
    body, version = bytes(run.facts), queries.policy_of(run.step.round)
    people = pl.read_parquet(io.BytesIO(body))
    wrong = []
    if eligibility.digest(people) != run.facts_digest:
        wrong.append("facts")
    if version.digest != run.policy_digest:
        wrong.append("policy")
    if eligibility.digest(eligibility.judge(people, version)) != run.result_digest:
        wrong.append("result")
    return wrong


@transaction.atomic
def decide_by_clauses(run: EligibilityRun, *, actor: User) -> dict[str, int]:
    """Decide the clear cases of a run at once: who fails a clause is out with its sentence, who meets all goes on.

    Left for a person: what is undetermined, whoever another gate holds up, and whom the actor is tied to. Returns how many
    went on, are out, and are left. Nobody goes on where that needs more than the clauses: signatures, votes, marks, or a
    comparison with registers that has not been made.
    """
    step, rule = opened(run.step)
    require(actor, JUDGE, run.region_code)
    refuse_other_roles(rule, run.region_code, actor)
    on, out = both(rule)
    list(
        Application.objects.filter(eligibility__run=run)
        .order_by("pk")
        .select_for_update(of=("self",))
        .values_list("pk")
    )
    waiting = Application.objects.filter(eligibility__run=run, state=ApplicationState.RUNNING).exclude(
        pk__in=StepOutcome.objects.filter(step=step, undone_at=None).values("application")
    )
    tied = kin.tied_among(waiting, actor)
    results = EligibilityResult.objects.filter(run=run, application__in=waiting).exclude(application__in=tied)
    failing = [one for one in results if one.verdict == Verdict.FAILS]
    held = queries.held_up(waiting.values_list("pk", flat=True))
    holding = [one for one in results if one.verdict == Verdict.HOLDS and one.application_id not in held]
    compared = not rule.comparison or Comparison.objects.filter(round=step.round, at__gte=step.opened_at).exists()
    may_go_on = compared and not (rule.offices or rule.peer_review or rule.marks)
    _outcomes(step, out, failing, actor)
    _outcomes(step, on, holding if may_go_on else [], actor)
    _put_out(step, failing)
    counts = {"on": len(holding) if may_go_on else 0, "out": len(failing)}
    counts["left"] = waiting.filter(state=ApplicationState.RUNNING).count()
    audit.record("recruitment.decide_by_clauses", run, actor=actor, after={"step": step.name, **counts})
    return counts


def opened(step: StepRecord) -> tuple[StepRecord, Step]:
    """The step as it stands, which must be open, with its rule."""
    step = StepRecord.objects.select_related("round", "round__programme").get(pk=step.pk)
    if step.state != StepState.OPEN:
        raise not_open(step)
    return step, queries.rule_of(step)


def home_of(step: StepRecord, actor: User) -> str:
    """The part of a round that an actor works in: all of it, or his own region of it."""
    if regioncode.covers(actor.prefixes, step.round.region_code):
        return str(step.round.region_code)
    home = regioncode.prefix_of(step.round.region_code)
    return next((regioncode.pad(one) for one in actor.prefixes if one.startswith(home)), regioncode.pad(home))


def verdicts_of(people: pl.DataFrame, judged: pl.DataFrame) -> dict[int, Verdict]:
    """Applicant → verdict; without clauses everybody is eligible."""
    found = {pk: Verdict(one.result) for pk, one in eligibility.verdicts(judged).items()}
    return {pk: found.get(pk, Verdict.HOLDS) for pk in people["applicant"].to_list()}


def _keep(run: EligibilityRun, judged: pl.DataFrame, verdicts: dict[int, Verdict]) -> None:
    clauses: dict[int, list[dict[str, Any]]] = {pk: [] for pk in verdicts}
    for row in judged.iter_rows(named=True):
        clauses[row.pop("applicant")].append(row)
    regions = dict(Application.objects.filter(pk__in=verdicts).values_list("pk", "region_code"))
    EligibilityResult.objects.bulk_create(
        (
            EligibilityResult(region_code=regions[pk], run=run, application_id=pk, verdict=verdict, clauses=clauses[pk])
            for pk, verdict in verdicts.items()
        ),
        batch_size=BATCH,
    )


def both(rule: Step) -> tuple[Outcome, Outcome]:
    """The outcome that goes on and the one that does not."""
    return next(one for one in rule.outcomes if one.goes_on), next(one for one in rule.outcomes if not one.goes_on)


def reason_of(result: EligibilityResult) -> str:
    """Every clause that is not met, in its own words."""
    said: list[str] = [clause["why"] for clause in result.clauses if clause["result"] == Verdict.FAILS]
    return "；".join(said)[:300]


def _outcomes(step: StepRecord, outcome: Outcome, results: list[EligibilityResult], actor: User) -> None:
    StepOutcome.objects.bulk_create(
        (
            StepOutcome(
                region_code=one.region_code, application_id=one.application_id, step=step, outcome=outcome.name,
                goes_on=outcome.goes_on, reason="" if outcome.goes_on else reason_of(one), by=actor,
            )
            for one in results
        ),
        batch_size=BATCH,
    )  # fmt: skip


def _put_out(step: StepRecord, failing: list[EligibilityResult]) -> None:
    reasons = {one.application_id: f"{step.name}：{reason_of(one)}"[:300] for one in failing}
    changed = list(Application.objects.filter(pk__in=reasons))
    for one in changed:
        one.state, one.ended_in, one.reasons = ApplicationState.OUT, step, [reasons[one.pk]]
        one.version += 1
    Application.objects.bulk_update(changed, ["state", "ended_in", "reasons", "version"], batch_size=BATCH)


def _bytes(frame: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="zstd", statistics=False)
    return buffer.getvalue()
