"""`yigang explain`: why a line is what it is."""

import click

from yigang.cli.context import actor_option
from yigang.cli.months import acting_as, echo_json, json_option


@click.command("explain")
@click.argument("line_id", type=int)
@click.option(
    "--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="Language of the sentences."
)
@actor_option
@json_option
def command(line_id: int, lang: str, username: str, as_json: bool) -> None:
    """Print the sentences behind LINE_ID: every figure, the clause that used it, and where that is written.

    Exit status: 0 printed, 2 wrong usage or no such line in this account's region, 3 refused.
    """
    with acting_as(username) as actor:
        from yigang.foundation import access, money
        from yigang.payment.access import READ_SETTLEMENTS
        from yigang.payment.models import SubsidyLine
        from yigang.payment.settlement.queries import sentences_of

        line = SubsidyLine.objects.select_related("settlement__programme", "person").filter(pk=line_id).first()
        if line is None:
            raise click.UsageError(f"There is no line {line_id} in this account's region.")
        access.require(actor, READ_SETTLEMENTS, line.region_code)
        sentences = sentences_of(line, lang)
        if as_json:
            echo_json({"line": line.pk, "month": line.month, "state": line.state, "amount_fen": line.amount_fen,
                       "sentences": [one.__dict__ for one in sentences]})  # fmt: skip
            return
        amount = "待定" if line.amount_fen is None else money.plain(line.amount_fen)
        click.echo(f"{line.person} {line.month:%Y-%m} {amount}")
        for one in sentences:
            click.echo(f"- {one.text}" + (f"  〔{one.cites}〕" if one.cites else ""))
