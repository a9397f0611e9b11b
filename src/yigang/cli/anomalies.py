"""`yigang anomalies run`: the rules over a year of evidence and pay."""

import sys
from datetime import date

import click

from yigang.cli.context import actor_option
from yigang.cli.months import (
    NOTED,
    Month,
    acting_as,
    echo_json,
    full_code,
    json_option,
    programme_option,
    progress_bar,
    region_option,
)


@click.group("anomalies")
def command() -> None:
    """What a year of evidence and pay does not explain."""


@command.command("run")
@click.argument("month", type=Month())
@region_option(required=True)
@programme_option(required=True)
@actor_option
@json_option
def run(month: date, region: str, programme: str, username: str, as_json: bool) -> None:
    """Look at the twelve months up to MONTH (like 2020-07). What was found before is not added again.

    Exit status: 0 nothing new, 1 something new or opened again, 2 wrong usage, 3 refused.
    """
    with acting_as(username) as actor:
        from yigang.oversight import domain
        from yigang.posts.models import Programme

        found = Programme.objects.filter(code=programme).first()
        if found is None:
            raise click.BadParameter(
                f"there is no programme {programme!r} in this account's region", param_hint="--programme"
            )
        with progress_bar(f"{month:%Y-%m}", hidden=as_json) as progress:
            looked = domain.find_anomalies(found, full_code(region), month, actor=actor, progress=progress)
        if as_json:
            echo_json(looked.__dict__)
        else:
            click.echo(
                f"{looked.holding} hold: {looked.new} new, {looked.again} opened again; {looked.fallen} fell away."
            )
    sys.exit(NOTED if looked.new or looked.again else 0)
