"""`yigang bank`: batches for the bank, their files and the bank's returns."""

import calendar
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from yigang.cli.context import actor_option
from yigang.cli.months import NOTED, REFUSED, Month, acting_as, echo_json, full_code, json_option, programme_option

if TYPE_CHECKING:
    from yigang.foundation.models import User
    from yigang.payment.bank.domain import Order
    from yigang.payment.models import BankBatch

FOLDER = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("bank")
def command() -> None:
    """Make, approve and write batches for the bank; read its return; see where a month's money is.

    Exit status: 0 done, 1 done with something to look at, 2 wrong usage, 3 refused and nothing changed.
    """


@command.command()
@programme_option(required=True)
@click.option("--region", metavar="CODE", help="Region that is paid; the programme's own when it is not given.")
@actor_option
@json_option
def propose(programme: str, region: str | None, username: str, as_json: bool) -> None:
    """Print whom a batch would pay now, and whom it cannot pay and why. Status 1 when somebody cannot be paid."""
    with acting_as(username):
        from yigang.foundation import money, regioncode
        from yigang.payment.bank.proposal import by_reason
        from yigang.payment.bank.proposal import propose as proposed

        found = _programme(programme)
        prefix = regioncode.prefix_of(full_code(region) if region else found.region_code)
        proposal = proposed(found, prefix)
        if as_json:
            echo_json(
                {
                    "payable": len(proposal.payable), "total_fen": proposal.total_fen,
                    "held": [
                        {"person": row.person.pk, "name": row.person.name, "reason": row.reason, "amount_fen": row.amount_fen}
                        for row in proposal.held
                    ],
                }
            )  # fmt: skip
        else:
            click.echo(f"{len(proposal.payable)} people, {money.plain(proposal.total_fen)} yuan")
            for reason, rows in by_reason(proposal.held).items():
                click.echo(f"{reason.label}: {'、'.join(row.person.name for row in rows)}")
    sys.exit(NOTED if proposal.held else 0)


@command.command()
@click.argument("number", required=False)
@programme_option(required=False)
@click.option("--month", type=Month(), help="Pay the sealed months up to this one.")
@click.option("--budget", metavar="ID", type=int, help="Budget line that pays.")
@click.option("--layout", metavar="CODE", help="Layout of the bank's file, such as yikatong.")
@click.option("--region", metavar="CODE", help="Region that is paid; the programme's own when it is not given.")
@click.option("--out", type=FOLDER, required=True, help="Folder for the file.")
@actor_option
@json_option
def export(
    number: str | None, programme: str | None, month: date | None, budget: int | None, layout: str | None,
    region: str | None, out: Path, username: str, as_json: bool,
) -> None:  # fmt: skip
    """Write the bank's file of batch NUMBER, or of the batch that the options describe.

    Without such a batch a draft is made, and nothing is written until another person has approved it: status 1. A sent
    batch gives the same bytes again.
    """
    with acting_as(username) as actor:
        from yigang.exchange import bank_files
        from yigang.payment.enums import BatchState

        batch = _batch(number) if number else _made(_order(programme, month, budget, layout, region), actor)
        if batch.state == BatchState.DRAFT:
            _tell(as_json, {"batch": batch.number, "state": batch.state, "count": batch.count, "total_fen": batch.total_fen},
                  f"{batch.number} waits for another person: yigang bank approve {batch.number} --as …")  # fmt: skip
            sys.exit(NOTED)
        stored = bank_files.export(batch, actor=actor)
        out.mkdir(parents=True, exist_ok=True)
        target = out / stored.name
        with stored.content.open() as content:
            target.write_bytes(content.read())
        target.chmod(0o600)
        _tell(as_json, {"batch": batch.number, "file": str(target), "sha256": stored.sha256, "count": batch.count,
                        "total_fen": batch.total_fen}, f"{target}\n{stored.sha256}")  # fmt: skip


@command.command()
@click.argument("number")
@actor_option
def approve(number: str, username: str) -> None:
    """Approve a draft that somebody else has made."""
    with acting_as(username) as actor:
        from yigang.payment.bank import domain

        domain.approve_batch(_batch(number), actor=actor)
        click.echo(f"{number} approved.")


@command.command()
@click.argument("number")
@click.option("--reason", required=True, help="Why; it stands in the audit trail.")
@actor_option
def cancel(number: str, reason: str, username: str) -> None:
    """Give up a batch that is not sent yet; its people can be paid by another."""
    with acting_as(username) as actor:
        from yigang.payment.bank import domain

        domain.cancel_batch(_batch(number), reason=reason, actor=actor)
        click.echo(f"{number} cancelled.")


@command.command("return")
@click.argument("number", metavar="BATCH")
@click.argument("file", type=FILE)
@actor_option
@json_option
def read_return(number: str, file: Path, username: str, as_json: bool) -> None:
    """Read the bank's return FILE for BATCH, whole or not at all.

    Status 1: some payments were refused or are still awaited. Status 3: the file does not fit; every wrong row is named.
    """
    with acting_as(username) as actor:
        from yigang.exchange import bank_files
        from yigang.payment.bank.returns import ReturnRefused

        try:
            done = bank_files.read(_batch(number), file.read_bytes(), name=file.name, actor=actor)
        except ReturnRefused as refused:
            for problem in refused.problems:
                click.echo(f"{file}:{problem.row}: {problem.message}", err=True)
            raise
        shown = {"batch": number, "paid": done.paid, "refused": done.refused, "known": done.known,
                 "pending": done.pending, "again": done.again}  # fmt: skip
        again = " This file had been read before; nothing was changed." if done.again else ""
        _tell(as_json, shown, f"{done.paid} paid, {done.refused} refused, {done.pending} still awaited.{again}")
    sys.exit(NOTED if done.refused or done.pending else 0)


@command.command()
@programme_option(required=True)
@click.option("--region", metavar="CODE", help="Region looked at; the programme's own when it is not given.")
@actor_option
@json_option
def standing(programme: str, region: str | None, username: str, as_json: bool) -> None:
    """Print where the money of every sealed month is. Status 3 if a fen were missing, which never happens."""
    with acting_as(username):
        from dataclasses import asdict

        from yigang.foundation import money, regioncode
        from yigang.payment.bank import queries

        found = _programme(programme)
        months = queries.standing(found, regioncode.prefix_of(full_code(region) if region else found.region_code))
        if as_json:
            echo_json([asdict(month) for month in months])
        for month in () if as_json else months:
            parts = (month.paid_fen, month.pending_fen, month.refused_fen, month.held_fen, month.open_fen)
            words = " + ".join(money.plain(part) for part in parts)
            click.echo(f"{month.month:%Y-%m}: {money.plain(month.sealed_fen)} = {words}")
    sys.exit(REFUSED if any(month.difference_fen for month in months) else 0)


def _tell(as_json: bool, value: dict[str, object], words: str) -> None:
    if as_json:
        echo_json(value)
    else:
        click.echo(words)


def _programme(code: str) -> Any:
    from yigang.posts.models import Programme

    found = Programme.objects.filter(code=code).first()
    if found is None:
        raise click.BadParameter(f"there is no programme {code!r} in this account's region", param_hint="--programme")
    return found


def _batch(number: str) -> "BankBatch":
    from yigang.payment.models import BankBatch

    found = BankBatch.objects.select_related("programme").filter(number=number).first()
    if found is None:
        raise click.BadParameter(f"there is no batch {number!r} in this account's region", param_hint="BATCH")
    return found


def _order(
    programme: str | None, month: date | None, budget: int | None, layout: str | None, region: str | None
) -> "Order":
    from yigang.exchange import bank_files
    from yigang.payment.bank.domain import Order
    from yigang.payment.models import BudgetLine

    if programme is None or month is None or budget is None or layout is None:
        raise click.UsageError("Give the number of a batch, or --programme, --month, --budget and --layout.")
    found = _programme(programme)
    line = BudgetLine.objects.filter(pk=budget).first()
    if line is None:
        raise click.BadParameter(f"there is no budget line {budget} in this account's region", param_hint="--budget")
    last = month.replace(day=calendar.monthrange(month.year, month.month)[1])
    code = full_code(region) if region else found.region_code
    return Order(found, code, last, line, bank_files.layout_named(layout).code)


def _made(order: "Order", actor: "User") -> "BankBatch":
    """The batch of this order that is not sent yet, or a new draft."""
    from yigang.payment.bank import domain
    from yigang.payment.enums import BatchState
    from yigang.payment.models import BankBatch

    begun = BankBatch.objects.select_related("programme").filter(
        number__startswith=order.stem, state__in=(BatchState.DRAFT, BatchState.APPROVED)
    )
    return begun.order_by("pk").first() or domain.create_batch(order, actor=actor)
