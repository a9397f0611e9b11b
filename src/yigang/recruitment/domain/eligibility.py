"""Verbs of the clauses: everybody judged at once, kept with its facts; and the clear cases decided by it."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit, regioncode
from yigang.foundation import facts as tables
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.policy import eligibility
from yigang.policy.recruitment import Outcome, Step
from yigang.recruitment import facts, kin, queries
from yigang.recruitment.access import JUDGE
from yigang.recruitment.comparison.queries import compared_parts
from yigang.recruitment.domain.rounds import not_open
from yigang.recruitment.enums import ApplicationState, StepState, Verdict
from yigang.recruitment.models import Application, EligibilityResult, EligibilityRun, StepOutcome, StepRecord
from yigang.recruitment.roles import refuse_other_roles

BATCH = 2_000
_REASONS = {"applicant": pl.Int64, "reason": pl.String}
_OUT = """
UPDATE recruitment_application a
SET state = %s, ended_in_id = %s, reasons = ARRAY[said.reason], version = a.version + 1
FROM unnest(%s::bigint[], %s::text[]) AS said(id, reason) WHERE a.id = said.id
"""


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
    counted = Counter(verdicts["verdict"])
    run = EligibilityRun.objects.create(
        region_code=region_code, step=step, day=day, by=actor, facts=_bytes(people), facts_digest=eligibility.digest(people),
        policy_digest=version.digest, result_digest=eligibility.digest(judged), people=people.height,
        failing=counted[Verdict.FAILS], undetermined=counted[Verdict.UNDETERMINED],
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
    failing = {
        pk: reason_of(clauses)
        for pk, clauses in results.filter(verdict=Verdict.FAILS).values_list("application", "clauses")
    }
    eligible = results.filter(verdict=Verdict.HOLDS)
    if rule.comparison:
        eligible = eligible.filter(_compared(step))
    holding = set(eligible.values_list("application", flat=True))
    holding -= queries.held_up(waiting.values_list("pk", flat=True))
    may_go_on = not (rule.offices or rule.peer_review or rule.marks)
    _outcomes(step, out, failing, actor)
    _outcomes(step, on, dict.fromkeys(holding, "") if may_go_on else {}, actor)
    _put_out(step, failing)
    counts = {"on": len(holding) if may_go_on else 0, "out": len(failing)}
    counts["left"] = waiting.filter(state=ApplicationState.RUNNING).count()
    audit.record("recruitment.decide_by_clauses", run, actor=actor, after={"step": step.name, **counts})
    return counts


def _compared(step: StepRecord) -> Q:
    """Those who live in a part of the round that was compared since the step was opened."""
    found = Q(pk__in=())
    for prefix in compared_parts(step.round_id, step.opened_at):
        found |= Q(region_code__startswith=prefix)
    return found


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


def verdicts_of(people: pl.DataFrame, judged: pl.DataFrame) -> pl.DataFrame:
    """`applicant`, `verdict`, in the order of the people; without clauses everybody is eligible."""
    found = eligibility.summed(judged).select("applicant", pl.col("result").alias("verdict"))
    everybody = people.select("applicant").join(found, on="applicant", how="left", maintain_order="left")
    return everybody.with_columns(pl.col("verdict").fill_null(Verdict.HOLDS.value))


def _keep(run: EligibilityRun, judged: pl.DataFrame, verdicts: pl.DataFrame) -> None:
    """A result for everybody, with its clauses as they are read afterwards; whole columns at once."""
    said = pl.struct("clause", "result", "missing", "why").struct.json_encode()
    clauses = (
        judged.select("applicant", said.alias("clauses")).group_by("applicant").agg(pl.col("clauses").str.join(","))
    )
    rows = verdicts.join(clauses, on="applicant", how="left").join(facts.regions(run.step.round), on="applicant")
    kept = rows.select(
        "region_code", pl.lit(run.pk).alias("run_id"), pl.col("applicant").alias("application_id"), "verdict",
        pl.format("[{}]", pl.col("clauses").fill_null("")).alias("clauses"),
    )  # fmt: skip
    tables.write(EligibilityResult._meta.db_table, kept.sort("application_id"))


def both(rule: Step) -> tuple[Outcome, Outcome]:
    """The outcome that goes on and the one that does not."""
    return next(one for one in rule.outcomes if one.goes_on), next(one for one in rule.outcomes if not one.goes_on)


def reason_of(clauses: list[dict[str, Any]]) -> str:
    """Every clause that is not met, in its own words."""
    return "；".join(clause["why"] for clause in clauses if clause["result"] == Verdict.FAILS)[:300]


def _outcomes(step: StepRecord, outcome: Outcome, reasons: Mapping[int, str], actor: User) -> None:
    """The same outcome for many, each with its reason (by application)."""
    rows = pl.DataFrame({"applicant": reasons.keys(), "reason": reasons.values()}, _REASONS).join(
        facts.regions(step.round), on="applicant"
    )
    kept = rows.select(
        "region_code", pl.col("applicant").alias("application_id"), "reason", outcome=pl.lit(outcome.name),
        step_id=pl.lit(step.pk), goes_on=pl.lit(outcome.goes_on), by_id=pl.lit(actor.pk),
        at=pl.lit(timezone.now().isoformat()), undone_reason=pl.lit(""),
    )  # fmt: skip
    tables.write(StepOutcome._meta.db_table, kept.sort("application_id"))


def _put_out(step: StepRecord, reasons: Mapping[int, str]) -> None:
    said = [f"{step.name}：{reason}"[:300] for reason in reasons.values()]
    with connection.cursor() as cursor:
        cursor.execute(_OUT, [ApplicationState.OUT, step.pk, list(reasons), said])


def _bytes(frame: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="zstd", statistics=False)
    return buffer.getvalue()
