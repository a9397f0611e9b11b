"""`yigang engine`: the policy engine on files alone, for other systems, for auditors and for a cluster."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import polars as pl

from yigang.policy import (
    Facts,
    FactsError,
    NoVersion,
    Period,
    PolicyError,
    PolicyVersion,
    explain,
    lines_digest,
    load_policy,
    read_facts,
    settle,
)
from yigang.policy.explain import explain_plain
from yigang.policy.what_if import summary, what_if

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
Command = Callable[..., Any]


class PeriodType(click.ParamType[Period]):
    """A month such as 2020-07."""

    name = "YYYY-MM"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Period:
        try:
            return value if isinstance(value, Period) else Period.parse(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


def from_files(function: Command) -> Command:
    """The options every command here takes."""
    for option in (
        click.option("--period", type=PeriodType(), required=True, help="The month, such as 2020-07."),
        click.option("--facts", type=FOLDER, required=True, help="Folder of fact tables (docs/algorithms/facts.md)."),
        click.option("--policy", type=FILE, required=True, help="The policy file."),
    ):  # fmt: skip
        function = option(function)
    return function


@click.group()
def command() -> None:
    """Settle and explain from files, without a database."""


@command.command("settle")
@from_files
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="LINES.csv or LINES.parquet."
)
@click.option("--json", "as_json", is_flag=True, help="Print the totals as JSON.")
def settle_files(policy: Path, facts: Path, period: Period, out: Path, as_json: bool) -> None:
    """Judge every appointment of the month and write one line each."""
    if out.suffix not in {".csv", ".parquet"}:
        raise click.BadParameter("写 .csv 或 .parquet / use .csv or .parquet", param_hint="--out")
    version = _version(policy, period)
    with _steps(4) as done:
        read = _guarded(lambda: read_facts(facts))
        done("读取 / read")
        settled = _guarded(lambda: settle(read, version, period))
        done("计算 / judged")
        _write(settled.lines, out)
        done("写出 / written")
        digest = lines_digest(settled.lines)
        done("摘要 / digest")
    totals = _totals(settled.lines) | {
        "unknown_rows": settled.unknown,
        "policy": version.code,
        "policy_digest": version.digest,
        "lines_digest": digest,
        "out": str(out),
    }
    click.echo(json.dumps(totals, ensure_ascii=False, indent=2) if as_json else _told(totals))


@contextmanager
def _steps(count: int) -> Iterator[Callable[[str], None]]:
    """How far a long computation is: call with each step done. On stderr, and only where somebody looks at a terminal."""
    label, hidden = "结算 / settling", not on_terminal()
    with click.progressbar(range(count), label=label, file=sys.stderr, hidden=hidden) as bar:
        yield lambda _step: bar.update(1)


def on_terminal() -> bool:
    return sys.stderr.isatty()


def _version(policy: Path, period: Period) -> PolicyVersion:
    try:
        return load_policy(policy).version_on(period)
    except (PolicyError, NoVersion) as error:
        raise click.ClickException(str(error)) from error


def _guarded(work: Callable[[], Any]) -> Any:
    try:
        return work()
    except FactsError as error:
        raise click.ClickException(str(error)) from error


def _totals(lines: pl.DataFrame) -> dict[str, Any]:
    settled = lines.filter(pl.col("state") == "settled")
    grades = settled.group_by("grade").len().sort("grade", nulls_last=True)
    return {
        "lines": lines.height,
        "settled": settled.height,
        "undetermined": lines.height - settled.height,
        "pay_fen": int(settled["pay_fen"].sum() or 0),
        "grades": dict(grades.iter_rows()),
    }


def _told(totals: dict[str, Any]) -> str:
    grades = "，".join(f"{grade} {count} 人" for grade, count in totals["grades"].items())
    unknown = "".join(f"\n{table}：{count} 行不在名册" for table, count in totals["unknown_rows"].items())
    return (
        f"{totals['lines']} 行：已定 {totals['settled']}，待定 {totals['undetermined']}；{grades}\n"
        f"应发 {totals['pay_fen'] / 100:,.2f} 元\n办法 {totals['policy']} {totals['policy_digest']}\n"
        f"明细 {totals['out']} {totals['lines_digest']}{unknown}"
    )


def _write(lines: pl.DataFrame, out: Path) -> None:
    """Parquet as it is; in CSV lists are joined by ；, and a mark of UTF-8 lets Excel read it."""
    if out.suffix == ".parquet":
        lines.write_parquet(out)
        return
    lists = [name for name, dtype in lines.schema.items() if isinstance(dtype, pl.List)]
    lines.with_columns(pl.col(lists).list.join("；")).write_csv(out, include_bom=True)


@command.command("explain")
@click.option("--policy", type=FILE, required=True, help="The policy file.")
@click.option("--facts", type=FOLDER, help="Folder of fact tables; needs --period.")
@click.option("--period", type=PeriodType(), help="The month, such as 2020-07.")
@click.option("--lines", type=FILE, help="Lines written by `engine settle`, instead of facts.")
@click.option("--person", required=True, help="The person's id (all appointments in the month).")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
@click.option("--plain", is_flag=True, help="The short version for the post holder.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def explain_person(
    policy: Path,
    facts: Path | None,
    period: Period | None,
    lines: Path | None,
    person: str,
    lang: str,
    plain: bool,
    as_json: bool,
) -> None:
    """Print why PERSON's month is what it is, with figure, threshold, clause and citation."""
    if lines and not facts:
        rows = _kept(lines, person)
        version = _version(policy, Period.parse(rows[0]["period"]))
    elif facts and period and not lines:
        version = _version(policy, period)
        rows = _judged(facts, person, version, period)
    else:
        raise click.UsageError("给 --facts 和 --period，或者给 --lines / give --facts with --period, or --lines")
    if as_json:
        said = [{"line": row, "sentences": [asdict(each) for each in explain(row, version, lang)]} for row in rows]
        click.echo(json.dumps(said, ensure_ascii=False, indent=2, default=str))
        return
    for row in rows:
        click.echo(f"{row['appointment_id']} {row['region']} {row['period']}")
        for text in _sentences(row, version, lang, plain=plain):
            click.echo(f"  {text}")


def _judged(facts: Path, person: str, version: PolicyVersion, period: Period) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = _guarded(
        lambda: settle(_only(read_facts(facts), person), version, period)
    ).lines.to_dicts()
    if not rows:
        raise click.ClickException(f"{period} 没有 {person} 的任职 / no appointment of {person} in {period}")
    return rows


def _kept(lines: Path, person: str) -> list[dict[str, Any]]:
    """A person's lines as they were written; in CSV everything is text, which `explain` reads as well."""
    try:
        frame = pl.read_parquet(lines) if lines.suffix == ".parquet" else pl.read_csv(lines, infer_schema=False)
        frame.select("period", "state", "missing", "当月天数")
        rows = frame.filter(pl.col("person_id").cast(pl.String) == person).to_dicts()
    except pl.exceptions.PolarsError as error:
        raise click.ClickException(f"{lines} 不是明细 / was not written by engine settle: {error}") from error
    if not rows:
        raise click.ClickException(f"{lines} 没有 {person} / {person} is not in {lines}")
    return rows


def _only(facts: Facts, person: str) -> Facts:
    """The facts with one person's appointments: nobody else's facts change his line, so the rest need not be judged."""
    chosen = facts.appointments.filter(pl.col("person_id").cast(pl.String) == person)
    return Facts(**{**facts.tables(), "appointments": chosen})


def _sentences(row: dict[str, Any], version: PolicyVersion, lang: str, *, plain: bool) -> list[str]:
    if plain:
        return explain_plain(row, version, lang)
    return [f"{each.text}〔{each.cites}〕" if each.cites else each.text for each in explain(row, version, lang)]


@command.command("what-if")
@from_files
@click.option("--against", type=FILE, required=True, help="The second policy file.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the comparison, .csv or .parquet.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def compare(policy: Path, facts: Path, period: Period, against: Path, out: Path | None, as_json: bool) -> None:
    """Show who would gain and who would lose under another policy, and by how much."""
    if out and out.suffix not in {".csv", ".parquet"}:
        raise click.BadParameter("写 .csv 或 .parquet / use .csv or .parquet", param_hint="--out")
    one, other = _version(policy, period), _version(against, period)
    compared: pl.DataFrame = _guarded(lambda: what_if(read_facts(facts), one, other, period))
    if out:
        _write(compared, out)
    totals = summary(compared)
    if as_json:
        changed = compared.filter(pl.col("outcome") != "same").to_dicts()
        click.echo(json.dumps({"summary": totals, "changed": changed}, ensure_ascii=False, indent=2, default=str))
        return
    words = {"gain": "增加", "lose": "减少", "same": "不变", "undetermined": "待定"}
    for outcome, total in totals.items():
        click.echo(f"{words[outcome]} {total['people']} 人，{total['change_fen'] / 100:+,.2f} 元")
    for row in compared.filter(pl.col("outcome").is_in(["gain", "lose"])).head(20).iter_rows(named=True):
        click.echo(f"  {row['person_id']}：{row['grade_a']} → {row['grade_b']}，{row['change_fen'] / 100:+,.2f} 元")
