"""`yigang pull`: fetch attendance from DingTalk or WeCom now, and go on with what stopped."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from yigang.cli.context import actor_option
from yigang.cli.months import NOTED, REFUSED, acting_as, echo_json, json_option, progress_bar

if TYPE_CHECKING:
    from yigang.exchange.models import PullRun, PullSource

LATER = 4
"""Exit status when the service was down or busy; what came is kept, and the same command goes on behind it."""


@click.command("pull")
@click.argument("service", type=click.Choice(["dingtalk", "wecom"]))
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), required=True, help="First day.")
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), required=True, help="Last day.")
@click.option("--source", "name", help="Name of the connected account; needed when there are several.")
@actor_option
@json_option
def command(service: str, first: datetime, last: datetime, name: str | None, username: str, as_json: bool) -> None:
    """Fetch the attendance of a period from a connected account of SERVICE and take in what is new.

    Exit status: 0 done, 1 done and somebody should look at rows, 3 stopped until somebody mends something, 4 stopped for
    now; the same command goes on where it stopped.
    """
    with acting_as(username) as actor:
        from yigang.exchange.pull import running

        run = running.begin(_source(service, name), first.date(), last.date(), actor=actor)
        with progress_bar("Fetching", hidden=as_json) as progress:
            run = running.carry_out(run, actor=actor, progress=progress)
        _print(run, as_json=as_json)
        sys.exit(_status(run))


def _source(service: str, name: str | None) -> PullSource:
    from yigang.exchange.models import PullSource

    found = PullSource.objects.select_related("programme").filter(kind=service, closed_at=None)
    named = list(found.filter(name=name) if name else found)
    if len(named) == 1:
        return named[0]
    if named:
        raise click.UsageError("Name one with --source: " + ", ".join(one.name for one in named))
    raise click.UsageError("No such account is connected in this region; connect it in the console under 导入.")


def _status(run: PullRun) -> int:
    from yigang.exchange.enums import PullState

    if run.state == PullState.DONE:
        return NOTED if run.file_import and run.file_import.counts.get("warnings") else 0
    return LATER if run.state == PullState.WAITING else REFUSED


def _print(run: PullRun, *, as_json: bool) -> None:
    told: dict[str, Any] = {
        "run": run.pk, "state": run.state, "first": run.first, "last": run.last, "steps": run.steps,
        "steps_done": run.steps_done, "rows": run.rows, "new": run.rows_new, "message": run.message,
        "import": run.file_import_id,
    }  # fmt: skip
    if as_json:
        echo_json(told)
        return
    counts = run.file_import.counts if run.file_import else {}
    click.echo(f"{run} {run.get_state_display()}: rows {run.rows}, new {run.rows_new} {run.message}".rstrip())
    if counts:
        click.echo(f"import {run.file_import_id}: " + ", ".join(f"{key} {value}" for key, value in counts.items()))
