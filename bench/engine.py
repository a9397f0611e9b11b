"""The engine alone: a month of a province, from facts in memory (or Parquet) to lines, and to their explanations as JSON.

python bench/engine.py                      600,000 people, 26.4 M check-ins, in memory
python bench/engine.py --people 15455       a city, with the trace of every line
python bench/engine.py --parquet FOLDER     written there first, then read back as part of the time
python bench/engine.py --json               one JSON object for docs/performance.md
"""

import argparse
import json
import multiprocessing
import os
import platform
import resource
import tempfile
import time
from datetime import date
from pathlib import Path

import polars as pl

from yigang.policy import Facts, Period, load_policy, policies_folder, read_facts, row_json, settle
from yigang.policy.attendance import local_midnight

PERIOD = Period.parse("2020-07")
CHECKS_A_PERSON = 44


def population(people: int) -> Facts:
    """Facts of a month: 22 working days with two check-ins each, logs, marks, some leave; deterministic."""
    person = pl.int_range(people, dtype=pl.Int64, eager=True)
    appointments = pl.select(
        appointment_id=person,
        person_id=person + 1,
        region=pl.lit("520403") + (person % 400 + 100_000).cast(pl.String),
        start=pl.lit(date(2020, 1, 1)),
        end=pl.lit(None, dtype=pl.Date),
    )
    days = pl.int_range(0, people * 22, dtype=pl.Int64, eager=True)
    return Facts(
        appointments=appointments,
        check_ins=check_ins(people),
        leaves=pl.select(
            person_id=person.gather_every(20) + 1,
            kind=pl.lit("sick"),
            start=pl.lit(date(2020, 7, 27)),
            end=pl.lit(date(2020, 7, 29)),
            approved=pl.lit(value=True),
        ),
        work_logs=pl.select(person_id=days % people + 1, date=pl.date(2020, 7, 1 + (days // people))),
        marks=pl.select(appointment_id=person, name=pl.lit("township"), value=(person % 2001) / 100),
    )


def check_ins(people: int) -> pl.DataFrame:
    """44 a person: on and off on 22 days, some late, a few missed checks made by the system, spread over people."""
    begin = int(local_midnight(PERIOD).timestamp()) * 1_000_000
    number = pl.int_range(people * CHECKS_A_PERSON, dtype=pl.Int64)
    return (
        pl.select(number.alias("n"))
        .with_columns((pl.col("n") % people).alias("who"), (pl.col("n") // people).alias("turn"))
        .with_columns((pl.col("turn") // 2).alias("day"), (pl.col("turn") % 2 == 1).alias("off"))
        .select(
            (pl.col("who") + 1).alias("person_id"),
            (begin + pl.col("day") * 86_400_000_000 + 27_000_000_000 + pl.col("off").cast(pl.Int64) * 36_000_000_000)
            .cast(pl.Datetime("us", "UTC"))
            .alias("at"),
            pl.when(pl.col("off")).then(pl.lit("off")).otherwise(pl.lit("on")).alias("kind"),
            pl.when((pl.col("n") * 7919) % 97 == 0)
            .then(pl.lit("not_signed"))
            .otherwise(pl.lit("normal"))
            .alias("result"),
            pl.lit("inside").alias("place"),
            pl.lit("USER").alias("source"),
        )
    )


def write_population(people: int, folder: str) -> None:
    """In a process of its own, so that making the facts does not count as memory of settling them."""
    for name, frame in population(people).tables().items():
        frame.write_parquet(Path(folder) / f"{name}.parquet")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=600_000)
    parser.add_argument("--policy", default="pingba-ranger")
    parser.add_argument("--parquet", action="store_true", help="write the facts first and read them within the time")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    version = load_policy(policies_folder() / f"{given.policy}.yaml").version_on(PERIOD)
    with tempfile.TemporaryDirectory() as folder:
        if given.parquet:
            child = multiprocessing.get_context("spawn").Process(target=write_population, args=(given.people, folder))
            child.start()
            child.join()
        facts = None if given.parquet else population(given.people)
        begun, cpu = time.perf_counter(), time.process_time()
        settled = settle(facts or read_facts(folder), version, PERIOD)
        judged, burnt = time.perf_counter() - begun, time.process_time() - cpu
        begun = time.perf_counter()
        size = row_json(settled.lines).str.len_bytes().sum()
        traced = time.perf_counter() - begun
    report(given, settled.lines, {"settle_s": judged, "cpu_s": burnt, "trace_s": traced, "trace_bytes": size})


def report(given: argparse.Namespace, lines: pl.DataFrame, figures: dict[str, float]) -> None:
    result = {
        "people": given.people,
        "check_ins": given.people * CHECKS_A_PERSON,
        "policy": given.policy,
        "from": "parquet" if given.parquet else "memory",
        "settled": int((lines["state"] == "settled").sum()),
        "undetermined": int((lines["state"] != "settled").sum()),
        "pay_fen": int(lines["pay_fen"].sum()),
        **{key: round(value, 3) for key, value in figures.items()},
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, Polars {pl.__version__}",
    }
    if given.json:
        print(json.dumps(result, ensure_ascii=False))
        return
    for key, value in result.items():
        print(f"{key:14} {value}")


if __name__ == "__main__":
    main()
