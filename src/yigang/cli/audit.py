"""`yigang audit`: whether the trail of deeds is whole."""

import json
from dataclasses import asdict

import click

from yigang.cli.context import ready


@click.group("audit")
def command() -> None:
    """Verify the audit trail."""


@command.command()
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_context
def verify(context: click.Context, as_json: bool) -> None:
    """Recompute every county's chain. Exit status 1 when a row was changed, removed or cut off."""
    ready()
    from yigang.foundation import audit, rls
    from yigang.foundation.models import AuditEntry

    with rls.everywhere("verification of the whole trail"):
        breaks = audit.verify()
        entries = AuditEntry.objects.count()
    if as_json:
        click.echo(json.dumps({"entries": entries, "breaks": [asdict(found) for found in breaks]}, indent=2))
    else:
        for found in breaks:
            click.echo(f"{found.county}#{found.sequence}: {found.what}")
        click.echo(f"{entries} entries, {len(breaks)} broken places.")
    context.exit(1 if breaks else 0)


@command.command()
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def heads(as_json: bool) -> None:
    """Print the end of every county's chain. Kept outside, it makes a rewritten trail evident."""
    ready()
    from yigang.foundation import audit, rls

    with rls.everywhere("the ends of all chains"):
        ends = audit.heads()
    if as_json:
        click.echo(
            json.dumps({county: {"sequence": end[0], "digest": end[1]} for county, end in ends.items()}, indent=2)
        )
        return
    for county, (sequence, digest) in ends.items():
        click.echo(f"{county} {sequence} {digest}")
