"""`yigang settle`: compute a month as drafts."""

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


@click.command("settle")
@click.argument("month", type=Month())
@region_option(required=True)
@programme_option(required=True)
@actor_option
@json_option
def command(month: date, region: str, programme: str, username: str, as_json: bool) -> None:
    """Compute MONTH (like 2020-07) for every town of a region. Drafts are replaced; nothing is paid yet.

    Exit status: 0 everybody is settled, 1 somebody is undetermined, 2 wrong usage, 3 refused.
    """
    with acting_as(username) as actor:
        from yigang.foundation import money
        from yigang.payment.settlement.calculate import settle
        from yigang.posts.models import Programme

        found = Programme.objects.filter(code=programme).first()
        if found is None:
            raise click.BadParameter(
                f"there is no programme {programme!r} in this account's region", param_hint="--programme"
            )
        with progress_bar(f"{month:%Y-%m}", hidden=as_json) as progress:
            result = settle(found, full_code(region), month, actor=actor, progress=progress)
        if as_json:
            echo_json(result.__dict__)
        else:
            click.echo(
                f"{len(result.settlements)} settlements, {result.people} people, {money.plain(result.total_fen)} yuan."
            )
            click.echo(
                f"{result.undetermined} undetermined, {len(result.closed)} towns left alone (in review or sealed)."
            )
    sys.exit(NOTED if result.undetermined else 0)
