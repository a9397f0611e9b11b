"""`yigang seal`: close reviewed months for good."""

from datetime import date

import click

from yigang.cli.context import actor_option
from yigang.cli.months import (
    Month,
    acting_as,
    echo_json,
    json_option,
    programme_option,
    progress_bar,
    region_option,
    settlements,
)


@click.command("seal")
@click.argument("month", type=Month())
@region_option(required=False)
@programme_option(required=False)
@actor_option
@json_option
def command(month: date, region: str | None, programme: str | None, username: str, as_json: bool) -> None:
    """Seal every approved settlement of MONTH: facts, policy, lines and digests are kept and never change again.

    Exit status: 0 sealed (or nothing was waiting), 2 wrong usage, 3 refused; settlements before the refused one stay sealed.
    """
    with acting_as(username) as actor:
        from yigang.payment.enums import Step
        from yigang.payment.settlement.sealing import seal

        waiting = list(settlements(month, region, programme).filter(step=Step.APPROVED))
        sealed = []
        with progress_bar(f"{month:%Y-%m}", hidden=as_json) as progress:
            for number, settlement in enumerate(waiting, start=1):
                sealed.append(seal(settlement, actor=actor))
                progress(number, len(waiting))
        rows = [
            {"id": one.pk, "programme": one.programme.code, "region": one.region_code, "people": one.people,
             "total_fen": one.total_fen, "lines_digest": one.lines_digest, "facts_digest": one.facts_digest}
            for one in sealed
        ]  # fmt: skip
        if as_json:
            echo_json(rows)
        for row in () if as_json else rows:
            click.echo(f"{row['programme']} {row['region']} {row['lines_digest']}")
        if not rows and not as_json:
            click.echo("Nothing is approved and waiting to be sealed.")
