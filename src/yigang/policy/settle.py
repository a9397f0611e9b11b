"""A month settled: facts, a dated text and a period in, one line per appointment out. No database, no clock."""

import hashlib
from dataclasses import dataclass

import polars as pl

from yigang.policy.facts import Facts, checked
from yigang.policy.judge import judge, used_names
from yigang.policy.model import PolicyVersion
from yigang.policy.observe import observe
from yigang.policy.period import Period

SLICE = 20_000
"""Rows turned into JSON at a time when a digest is made, so that memory stays flat."""


@dataclass(frozen=True)
class Settled:
    """`lines` sorted by appointment; `unknown` counts fact rows of people who are not on the roster, per table."""

    lines: pl.DataFrame
    unknown: dict[str, int]
    policy: str
    policy_digest: str
    period: Period


def settle(facts: Facts, version: PolicyVersion, period: Period) -> Settled:
    """Judge every appointment that overlaps the month. The same input gives the same bytes in any order.

    Raises `FactsError` when a table's structure is wrong or a needed calendar is absent; no single row raises.
    """
    wanted = {version.terms[name].source for name in used_names(version)}
    seen = observe(checked(facts), version.month, period, wanted - {"mark", "quantity"})
    lines = judge(seen.frame, version, period)
    return Settled(lines, seen.unknown, version.code, version.digest, period)


def row_json(lines: pl.DataFrame) -> pl.Series:
    """Each line as a JSON object: the trace that is kept with it. Decimals are strings, so they stay exact."""
    return lines.select(pl.struct(pl.all()).struct.json_encode().alias("trace")).to_series()


def lines_digest(lines: pl.DataFrame) -> str:
    """SHA-256 over the lines as JSON, one a line, in the order of the frame."""
    made = hashlib.sha256()
    for part in lines.iter_slices(SLICE):
        for text in row_json(part):
            made.update(text.encode())
            made.update(b"\n")
    return made.hexdigest()
