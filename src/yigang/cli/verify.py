"""`yigang verify`: compute sealed months again from what was kept."""

import sys
from datetime import date

import click

from yigang.cli.context import actor_option
from yigang.cli.months import (
    NOTED,
    Month,
    acting_as,
    echo_json,
    json_option,
    programme_option,
    progress_bar,
    region_option,
    settlements,
)


@click.command("verify")
@click.argument("month", type=Month())
@region_option(required=False)
@programme_option(required=False)
@actor_option
@json_option
def command(month: date, region: str | None, programme: str | None, username: str, as_json: bool) -> None:
    """Compute every sealed settlement of MONTH again from its kept facts and policy, and compare every line and digest.

    Exit status: 0 all as sealed, 1 something differs (it is listed), 2 wrong usage or nothing sealed, 3 refused.
    """
    with acting_as(username) as actor:
        from yigang.payment.enums import Step
        from yigang.payment.settlement.verify import verify

        sealed = list(settlements(month, region, programme).filter(step=Step.SEALED))
        if not sealed:
            raise click.UsageError(f"Nothing of {month:%Y-%m} is sealed here.")
        results = []
        with progress_bar(f"{month:%Y-%m}", hidden=as_json) as progress:
            for number, settlement in enumerate(sealed, start=1):
                results.append(verify(settlement, actor=actor))
                progress(number, len(sealed))
        rows = [
            {"id": one.settlement.pk, "programme": one.settlement.programme.code, "region": one.settlement.region_code,
             "lines": one.lines, "differences": [each.as_dict() for each in one.differences]}
            for one in results
        ]  # fmt: skip
        if as_json:
            echo_json(rows)
        for row in () if as_json else rows:
            click.echo(
                f"{row['programme']} {row['region']}: {row['lines']} lines, {len(row['differences'])} differences"
            )
            for each in row["differences"]:
                click.echo(f"  line {each['line'] or '-'} {each['person']} {each['field']}: {each['what']}")
    sys.exit(0 if all(results) else NOTED)
