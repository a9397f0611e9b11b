"""`yigang demo`: the demo district, or a city and more for measuring."""

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from yigang.cli.context import ready

if TYPE_CHECKING:
    from yigang.demo.plan import Plan


@click.command("demo")
@click.option(
    "--people", type=click.IntRange(100, 600_000), help="A city with so many in posts, instead of the district."
)
@click.option(
    "--months", type=click.IntRange(1, 24), help="How many months of attendance; 12 for the district, 1 for a city."
)
@click.option("--files-only", is_flag=True, help="Write the office's files and import nothing; needs no database.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Where the files go; var/demo/ by default."
)
@click.option("--json", "as_json", is_flag=True, help="Print what was built as JSON.")
def command(people: int | None, months: int | None, files_only: bool, out: Path | None, as_json: bool) -> None:
    """Build the demo district and import its files."""
    if files_only:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yigang.config.settings")
        import django

        django.setup()
    else:
        ready()
    from yigang.demo import plan as plans

    plan = plans.city(people, months=months or 1) if people else plans.pingba(months=months or 12)
    result = _write(plan, out) if files_only else _build(plan, out)
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False, indent=1))
    else:
        click.echo("\n".join(f"{name}: {value}" for name, value in result.items()))


def _write(plan: "Plan", out: Path | None) -> dict[str, object]:
    from yigang.demo import build, papers

    folder = out or build.folder_of(plan)
    with click.progressbar(length=len(plan.months), label="Writing files", file=sys.stderr) as bar:
        papers.write_all(plan, folder, lambda done, _total: bar.update(done - bar.pos))
    return {"folder": str(folder), "people": plan.people, "posts": plan.posts, "months": len(plan.months)}


def _build(plan: "Plan", out: Path | None) -> dict[str, object]:
    from yigang.demo import build
    from yigang.foundation.errors import Refusal

    folder = out or build.folder_of(plan)
    try:
        built = build.build_district(plan, folder, progress=lambda note: click.echo(note, err=True))
    except Refusal as refusal:
        raise click.ClickException(f"{refusal} {refusal.remedy}".strip()) from refusal
    return {"programme": plan.programme, "built": built is not None, "folder": str(folder)}
