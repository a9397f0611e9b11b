"""`yigang regions`: codes and names of the country, and of an office's own list."""

from pathlib import Path

import click

from yigang.cli.context import ready


@click.group("regions")
def command() -> None:
    """Load region codes and names."""


@command.command()
@click.option("--county", "prefixes", multiple=True, metavar="PREFIX", help="Load the villages below this code too.")
@click.option(
    "--file", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="An office's own list (xlsx, xls, csv) with code, name and the years of validity.",
)  # fmt: skip
def load(prefixes: tuple[str, ...], file: Path | None) -> None:
    """Load the whole country down to towns, villages where named, and then an office's own list."""
    ready()
    from yigang.foundation import regions, rls
    from yigang.foundation.errors import Refusal

    try:
        with rls.everywhere("region codes belong to no scope"):
            _say("country", regions.load_country())
            for prefix in prefixes:
                _say(prefix, regions.load_villages(prefix))
            if file:
                _say(file.name, _own(file))
    except Refusal as refusal:
        for problem in getattr(refusal, "problems", ()):
            click.echo(f"{file}:{problem.row}: {problem.message} {problem.remedy}", err=True)
        raise click.ClickException(f"{refusal} {refusal.remedy}".strip()) from refusal


def _say(what: str, done: object) -> None:
    from yigang.foundation.regions import Loaded

    assert isinstance(done, Loaded)
    click.echo(f"{what}: {done.added} added, {done.renamed} renamed, {done.unchanged} unchanged")


def _own(file: Path) -> object:
    from yigang.exchange import region_files

    return region_files.load(file)
