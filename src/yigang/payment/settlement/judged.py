"""By which text a settlement is judged, and what its result means for later months."""

from functools import lru_cache

import polars as pl

from yigang.appraisal.queries import version_for
from yigang.payment.enums import Step
from yigang.payment.models import Settlement, Snapshot
from yigang.policy import Period, PolicyVersion
from yigang.policy.load import policy_of_text


@lru_cache(maxsize=64)
def _kept(settlement_id: int, policy_digest: str, period: Period) -> PolicyVersion:  # noqa: ARG001 - part of the key
    text = Snapshot.objects.values_list("policy", flat=True).get(settlement_id=settlement_id)
    return policy_of_text(text).version_on(period)


def version_of(settlement: Settlement) -> PolicyVersion:
    """The text a settlement was, or would be, judged by: the kept one once it is sealed."""
    if settlement.step == Step.SEALED:
        return _kept(settlement.pk, settlement.policy_digest, Period.of(settlement.month))
    return version_for(settlement.programme, settlement.month)


def results_of(frame: pl.DataFrame, version: PolicyVersion) -> pl.DataFrame:
    """What a month leaves for later months: one row per settled line. The last of the policy's grades is the failed one."""
    failed = version.month.grades[-1].grade
    settled = frame.filter(pl.col("state") == "settled")
    return settled.select(
        pl.col("region").alias("region_code"), "appointment_id", "grade", "score",
        (pl.col("grade") != failed).alias("passed"),
    )  # fmt: skip
