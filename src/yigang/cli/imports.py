"""`yigang import`: rosters, attendance, leave, logs, findings and marks from files; look first, apply when told to."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from yigang.cli.context import actor_option
from yigang.cli.months import (
    NOTED,
    REFUSED,
    acting_as,
    echo_json,
    full_code,
    json_option,
    programme_option,
    progress_bar,
    region_option,
)  # fmt: skip

if TYPE_CHECKING:
    from yigang.exchange.models import FileImport
    from yigang.foundation.models import User

F = TypeVar("F", bound=Callable[..., Any])
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
TEMPLATES = ("roster", "mark", "register", "centre", "provision", "year_result")
"""Kinds of files whose empty table is written."""
MOST_SHOWN = 20
"""Problems and differences printed without --all."""


@click.group("import")
def command() -> None:
    """Import files: print what they would change, and with --apply do it.

    Exit status: 0 done, 1 done with warnings, 2 wrong usage, 3 refused and nothing changed. What is imported can be
    taken back with `yigang import undo`.
    """


def import_options(work: F) -> F:
    """What every kind of file takes."""
    for option in (
        click.argument("file", type=FILE),
        region_option(required=False),
        click.option("--apply", "applied", is_flag=True, help="Import it, if there is no error."),
        click.option("--all", "everything", is_flag=True, help="Print every problem and difference."),
        actor_option,
        json_option,
    ):
        work = option(work)
    return work


@command.command()
@programme_option(required=True)
@import_options
def roster(programme: str, **options: Any) -> None:
    """Import a roster of people, posts and appointments (xlsx, xls, csv)."""
    _import("roster", programme=programme, **options)


@command.command()
@import_options
def register(**options: Any) -> None:
    """Import a county's labour-force register of a quarter."""
    _import("register", programme=None, **options)


@command.command()
@programme_option(required=False)
@click.option("--table", is_flag=True, help="The file is an office's own table, not DingTalk's.")
@import_options
def attendance(programme: str | None, table: bool, **options: Any) -> None:
    """Import check-ins: DingTalk's workbook or API answer, or with --table an office's own list."""
    _import("attendance" if table else "dingtalk", programme=programme, **options)


@command.command()
@programme_option(required=False)
@import_options
def leave(programme: str | None, **options: Any) -> None:
    """Import a table of leave."""
    _import("leave", programme=programme, **options)


@command.command()
@programme_option(required=False)
@import_options
def logs(programme: str | None, **options: Any) -> None:
    """Import a table of work logs."""
    _import("work_log", programme=programme, **options)


@command.command()
@programme_option(required=False)
@import_options
def findings(programme: str | None, **options: Any) -> None:
    """Import absences found at inspections."""
    _import("finding", programme=programme, **options)


@command.command()
@programme_option(required=True)
@import_options
def marks(programme: str, **options: Any) -> None:
    """Import marks that people gave: who, points, reason, for one month."""
    _import("mark", programme=programme, **options)


@command.command()
@programme_option(required=True)
@import_options
def provisions(programme: str, **options: Any) -> None:
    """Import what people were given: insurance, gear, uniforms, medical checks, rest leave."""
    _import("provision", programme=programme, **options)


@command.command()
@programme_option(required=True)
@import_options
def results(programme: str, **options: Any) -> None:
    """Import the results of the year: who, year, grade, and the document that decided them."""
    _import("year_result", programme=programme, **options)


@command.command()
@click.argument("number", type=int)
@click.option("--reason", required=True, help="Why it is taken back.")
@actor_option
@json_option
def undo(number: int, reason: str, username: str, as_json: bool) -> None:
    """Take back import NUMBER: exactly what was before, or nothing when something has built on it."""
    with acting_as(username) as actor:
        from yigang.exchange import domain
        from yigang.exchange.models import FileImport

        found = FileImport.objects.filter(pk=number).first()
        if found is None:
            raise click.BadParameter(f"There is no import {number}.", param_hint="NUMBER")
        undone = domain.undo(found, reason=reason, actor=actor)
        _print(undone, as_json=as_json, everything=False)


@command.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Where to write it.")
@click.option("--kind", type=click.Choice(TEMPLATES), default="roster", help="Which table.")
def template(out: Path, kind: str) -> None:
    """Write the empty table that offices fill in."""
    from yigang.cli.context import ready

    ready()
    from django.utils import timezone

    from yigang.exchange.centres.columns import template as empty_centres
    from yigang.exchange.marks.columns import template as empty_marks
    from yigang.exchange.provisions.columns import template as empty_provisions
    from yigang.exchange.register.sheets import template as empty_register
    from yigang.exchange.results.columns import template as empty_results
    from yigang.exchange.roster.sheets import template as empty_roster

    tables = {
        "roster": empty_roster, "mark": empty_marks, "register": empty_register, "centre": empty_centres,
        "provision": empty_provisions, "year_result": empty_results,
    }  # fmt: skip
    out.write_bytes(tables[kind](timezone.localtime()))
    click.echo(str(out))


def _import(
    kind: str, *, file: Path, programme: str | None, region: str | None, applied: bool, everything: bool,
    username: str, as_json: bool,
) -> None:  # fmt: skip
    with acting_as(username) as actor:
        from yigang.exchange import domain
        from yigang.exchange.enums import ImportKind, ImportState

        received = domain.receive(
            file.read_bytes(), name=file.name, kind=ImportKind(kind), region_code=_region(region, actor),
            programme=_programme(programme), actor=actor,
        )  # fmt: skip
        with progress_bar("Reading", hidden=as_json) as progress:
            seen = domain.preview(received, actor=actor, progress=progress)
        if applied and seen.state == ImportState.PREVIEW:
            with progress_bar("Importing", hidden=as_json) as progress:
                seen = domain.apply(seen, actor=actor, progress=progress)
        _print(seen, as_json=as_json, everything=everything)
        if seen.state == ImportState.REFUSED:
            sys.exit(REFUSED)
        if seen.counts["warnings"]:
            sys.exit(NOTED)


def _region(region: str | None, actor: User) -> str:
    """The region imported for; the account's own when it has one."""
    from yigang.foundation import regioncode

    if region:
        return full_code(region)
    if len(actor.prefixes) != 1:
        raise click.UsageError("The account works in several regions or none; name one with --region.")
    return regioncode.pad(actor.prefixes[0])


def _programme(code: str | None) -> Any:
    from yigang.posts.queries import programme_by_code

    found = programme_by_code(code) if code else None
    if code and found is None:
        raise click.BadParameter(f"There is no programme {code!r} here.", param_hint="--programme")
    return found


def _print(found: FileImport, *, as_json: bool, everything: bool) -> None:
    differences = found.changes.order_by("pk")
    most = None if everything else MOST_SHOWN
    if as_json:
        shown = list(differences.values("row", "what", "label", "before", "after"))
        echo_json(
            {"import": found.pk, "state": found.state, "counts": found.counts, "problems": found.problems,
             "mapping": found.mapping, "differences": shown}
        )  # fmt: skip
        return
    click.echo(f"{found.pk} {found.get_state_display()}: " + ", ".join(f"{k} {v}" for k, v in found.counts.items()))
    for problem in found.problems[:most]:
        place = " ".join(str(part) for part in (problem["sheet"], problem["row"], problem["column"]) if part)
        click.echo(f"[{problem['severity']}] {place}: {problem['message']} {problem['remedy']}".rstrip())
    for each in differences[:most]:
        before, after = each.before or {}, each.after or {}
        changed = "; ".join(f"{key}: {before.get(key, '')} → {value}" for key, value in after.items())
        click.echo(f"{each.what} {each.row or '-'} {each.label} {changed}".rstrip())
    rest = max(len(found.problems), differences.count()) - MOST_SHOWN
    if most and rest > 0:
        click.echo(f"… {rest} more; see --all.")
