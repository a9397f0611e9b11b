"""`yigang inspection redraw`: draw a week's inspections again, from the program's own records or from the list and the seed."""

import sys
from pathlib import Path

import click

from yigang.cli.context import actor_option
from yigang.cli.months import acting_as


@click.group("inspection")
def command() -> None:
    """Inspections drawn by lot."""


@command.command("redraw")
@click.argument("plan", type=int)
@actor_option
def redraw(plan: int, username: str) -> None:
    """Draw the week with the number PLAN again and compare digest and visits with what is on file.

    Exit status: 0 the same, 1 something differs (it is said), 2 wrong usage, 3 refused, for example before the week is over.
    """
    with acting_as(username) as actor:
        from yigang.oversight import domain
        from yigang.oversight.models import Plan

        row = Plan.objects.filter(pk=plan).first()
        if row is None:
            raise click.UsageError(f"There is no plan {plan} in your region.")
        again = domain.redraw(row, actor=actor)
        for one in again.drawn:
            differs = "  ≠" if one.number in again.differing else ""
            click.echo(f"{one.number:>3}  {one.code}  {one.group}  {one.kind}{differs}")
        click.echo(f"{row.commitment}  {'=' if again.holds else '≠'}")
        if not again.sound:
            sys.exit(1)


@command.command("redraw-file")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("seed")
@click.argument("commitment")
def redraw_file(file: Path, seed: str, commitment: str) -> None:
    """Draw again from the list in FILE and the SEED, and compare with the digest COMMITMENT. Needs no database.

    Exit status: 0 the digest is of this seed and list, 1 it is not.
    """
    from yigang.oversight.draw import commitment as digest_of
    from yigang.oversight.draw import draw, read

    text = file.read_bytes().decode()
    try:
        candidates, terms = read(text)
    except ValueError as wrong:
        raise click.UsageError(str(wrong)) from wrong
    for one in draw(candidates, terms, seed):
        click.echo(f"{one.number:>3}  {one.code}  {one.group}  {one.kind}")
    if digest_of(seed, text) != commitment:
        click.secho("The digest is not of this seed and list.", fg="red", err=True)
        sys.exit(1)
