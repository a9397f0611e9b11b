"""`yigang policy`: check the files, read one aloud, list the measures. Needs no database."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click

from yigang.policy import (
    NoVersion,
    Policy,
    PolicyError,
    PolicyVersion,
    Problem,
    Say,
    load_policies,
    load_policy,
    measures,
    policies_folder,
    run_cases,
)
from yigang.policy.describe import describe as describe_text
from yigang.policy.expressions import FUNCTIONS

SHANGHAI = timedelta(hours=8)


@click.group()
def command() -> None:
    """The rules: dated texts with citations, checked before any fact is seen."""


@command.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_context
def check(context: click.Context, files: tuple[Path, ...], as_json: bool) -> None:
    """Load FILES (default: every policy) and run their cases. Exit status 1 when anything is wrong."""
    given = files or tuple(sorted(policies_folder().glob("*.yaml")))
    if not given:
        raise click.UsageError(f"{policies_folder()} 中没有办法 / there is no policy; set YIGANG_POLICIES")
    problems = [problem for file in given for problem in _problems(file)]
    if as_json:
        click.echo(json.dumps({"checked": [str(file) for file in given], "problems": [one.as_dict() for one in problems]},
                              ensure_ascii=False, indent=2))  # fmt: skip
    else:
        for problem in problems:
            click.echo(str(problem))
        click.echo(f"{len(given)} 个文件，{len(problems)} 个问题 / {len(given)} files, {len(problems)} problems")
    context.exit(1 if problems else 0)


def _problems(file: Path) -> list[Problem]:
    try:
        policy = load_policy(file)
    except PolicyError as error:
        return list(error.problems)
    return [problem for version in policy.versions for problem in _failed_cases(file, version)]


def _failed_cases(file: Path, version: PolicyVersion) -> list[Problem]:
    return [
        Problem(
            file,
            failure.case.line,
            Say(
                f"例子「{failure.case.name}」：{failure.result}应为 {failure.expected}，算得 {failure.found}",
                f"case “{failure.case.name}”: {failure.result} should be {failure.expected}, computed {failure.found}",
            ),
            Say("改正例子，或者改正条款", "correct the case, or the clause"),
        )
        for failure in run_cases(version)
    ]


@command.command()
@click.argument("code")
@click.option("--on", "on", metavar="DATE", help="The text in force on this day (YYYY-MM-DD); default: today.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def describe(code: str, on: str | None, as_json: bool) -> None:
    """Print the policy CODE (or a file) as an official would read it."""
    policy = _find(code)
    try:
        day = date.fromisoformat(on) if on else (datetime.now(UTC) + SHANGHAI).date()
    except ValueError as error:
        raise click.BadParameter(f"{on} 不是日期，应写作 2020-07-01 / is not a date", param_hint="--on") from error
    try:
        version = policy.version_on(day)
    except NoVersion as error:
        raise click.ClickException(str(error)) from error
    text = describe_text(policy, version)
    if as_json:
        text = json.dumps(
            {"code": policy.code, "effective": str(version.effective), "digest": version.digest, "text": text},
            ensure_ascii=False,
            indent=2,
        )
    click.echo(text)


def _find(code: str) -> Policy:
    """A policy by code or by file. Raises `ClickException` with what is there."""
    file = Path(code) if code.endswith((".yaml", ".yml")) else policies_folder() / f"{code}.yaml"
    try:
        if file.exists():
            return load_policy(file)
        known = load_policies()
    except PolicyError as error:
        raise click.ClickException(str(error)) from error
    if code not in known:
        raise click.ClickException(
            f"没有办法「{code}」，有 / there is no policy {code}; there are: {', '.join(known) or '-'}"
        )
    return known[code]


@command.command("measures")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def list_measures(as_json: bool) -> None:
    """List the measures that conditions may use, with unit, source and what happens when facts are missing."""
    if as_json:
        functions = {name: {"zh": say.zh, "en": say.en} for name, say in FUNCTIONS.items()}
        found = {"measures": [measure.as_dict() for measure in measures()], "functions": functions}
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for measure in measures():
        click.echo(f"{measure.zh}  {measure.code}（{measure.unit.zh}）")
        click.echo(f"    {measure.doc.zh}")
        click.echo(f"    来源 {'、'.join(measure.source)}。{measure.missing.zh}")
    click.echo("函数：")
    for name, say in FUNCTIONS.items():
        click.echo(f"    {name}  {say.zh}")
