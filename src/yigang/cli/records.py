"""`yigang records`: whether what phones sent is kept as they signed it."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime

import click

from yigang.cli.context import ready


@click.group("records")
def command() -> None:
    """Verify what phones sent."""


@command.command()
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only what was received since this day.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_context
def verify(context: click.Context, since: datetime | None, as_json: bool) -> None:
    """Verify every record's signature and content. Exit status 1 when one is not what a phone signed."""
    ready()
    from yigang.duty.proofs import proofs
    from yigang.foundation import rls

    counts: Counter[str] = Counter()
    broken = []
    with rls.everywhere("verification of all records"):
        for proof in proofs(since.date() if since else None):
            counts[proof.by] += 1
            if not proof.holds:
                broken.append(proof)
    if as_json:
        told = [{"record": str(each.record), "what": each.by} for each in broken]
        click.echo(json.dumps({"records": counts.total(), "by": counts, "broken": told}, indent=2))
    else:
        for each in broken:
            click.echo(f"{each.record}: {'changed content' if each.by == 'content' else 'signed by nobody'}")
        click.echo(
            f"{counts.total()} records: {counts['signature']} proven by their signature, "
            f"{counts['chain']} by a later one, {len(broken)} not."
        )
    context.exit(1 if broken else 0)
