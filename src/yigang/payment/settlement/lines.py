"""The engine's lines as rows of the database: computed for a whole region, kept town by town, written in one go."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date

import polars as pl
from django.db import connection
from django.db.models import QuerySet

from yigang.foundation.errors import Refusal
from yigang.foundation.facts import array_text, write
from yigang.payment.enums import LineKind
from yigang.payment.models import Settlement, SubsidyLine
from yigang.policy.facts import Facts, FactsError
from yigang.policy.model import PolicyVersion
from yigang.policy.period import Period
from yigang.policy.settle import row_json
from yigang.policy.settle import settle as judge

TOWN_DIGITS = 9
TRACE, TOWN = "trace", "town"


@dataclass(frozen=True)
class TownLines:
    """One town's lines as the engine made them, each with its JSON in the column `trace`, and their digest."""

    town: str
    frame: pl.DataFrame
    digest: str


NOBODY = TownLines("", pl.DataFrame(), hashlib.sha256().hexdigest())
"""A town in which nobody serves any more."""


def town_of(region_code: str) -> str:
    """The town that answers for a village: `520403100201` → `520403100000`."""
    return region_code[:TOWN_DIGITS].ljust(12, "0")


def compute(facts: Facts, version: PolicyVersion, month: date) -> pl.DataFrame:
    """The engine's lines with the added columns `trace` (JSON text) and `town`."""
    try:
        lines = judge(facts, version, Period.of(month)).lines
    except FactsError as error:
        raise Refusal(str(error), code="facts_unusable") from error
    town = pl.col("region").str.slice(0, TOWN_DIGITS).str.pad_end(12, "0").alias(TOWN)
    return lines.with_columns(row_json(lines).alias(TRACE), town)


def by_town(lines: pl.DataFrame) -> dict[str, TownLines]:
    """The lines of each town, in the order of appointments."""
    parts = lines.partition_by(TOWN, as_dict=True, maintain_order=True)
    return {str(town): TownLines(str(town), part, digest_of(part)) for (town,), part in parts.items()}


def digest_of(part: pl.DataFrame) -> str:
    """The engine's `lines_digest`, from the JSON that is there already."""
    made = hashlib.sha256()
    for text in part[TRACE]:
        made.update(text.encode())
        made.update(b"\n")
    return made.hexdigest()


def replace(parts: dict[int, TownLines], month: date) -> None:
    """Put these lines in the place of the settlements' own ones (settlement id → lines). What earlier months brought in stays."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM payment_subsidyline WHERE settlement_id = ANY(%s) AND kind = %s AND month = %s",
            [list(parts), LineKind.REGULAR.value, month],
        )
    frames = [rows(part.frame, settlement_id, month) for settlement_id, part in parts.items() if part.frame.height]
    if frames:
        write("payment_subsidyline", pl.concat(frames))


def rows(frame: pl.DataFrame, settlement_id: int, month: date) -> pl.DataFrame:
    """Lines with the names and types of the table. An unpaid post that is settled is owed nothing: 0."""
    settled = pl.col("state") == "settled"
    return frame.select(
        pl.col("region").alias("region_code"),
        pl.lit(settlement_id).alias("settlement_id"),
        "appointment_id",
        "person_id",
        pl.lit(month).alias("month"),
        pl.lit(LineKind.REGULAR.value).alias("kind"),
        "state",
        pl.col("grade").fill_null(""),
        "score",
        pl.when(settled).then(pl.col("pay_fen").fill_null(0)).alias("amount_fen"),
        array_text("missing"),
        array_text("consequences"),
        TRACE,
        pl.lit("").alias("reason"),
    )


def own(settlement: Settlement) -> QuerySet[SubsidyLine]:
    """The lines of the month itself, without what earlier months brought in; with their people."""
    lines = SubsidyLine.objects.filter(settlement=settlement, kind=LineKind.REGULAR, month=settlement.month)
    return lines.select_related("person").order_by("appointment_id")


def changed(frame: pl.DataFrame, kept: QuerySet[SubsidyLine]) -> list[int]:
    """Appointments whose kept line is not the frame's, or that only one of them has."""
    now = {int(key): json.loads(text) for key, text in frame.select("appointment_id", TRACE).iter_rows()}
    then = dict(kept.values_list("appointment_id", "trace"))
    return sorted(key for key in now.keys() | then.keys() if now.get(key) != then.get(key))
