"""`yigang keys`: the keys under which identity and card numbers lie."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from yigang.cli.context import ready

if TYPE_CHECKING:
    from yigang.foundation.jobs import Progress


@click.group("keys")
def command() -> None:
    """Rotate the keys that personal data is encrypted with."""


@contextmanager
def _bar(label: str) -> Iterator["Progress"]:
    """A progress bar that learns its length from the first report."""
    with click.progressbar(length=0, label=label) as bar:

        def progress(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        yield progress


@command.command()
@click.option("--retire", is_flag=True, help="Afterwards forget the older keys. Older backups become unreadable.")
def rotate(retire: bool) -> None:
    """Make a new key and encrypt every number with it, or finish a rotation that was interrupted."""
    ready()
    from yigang.foundation import rls, rotation
    from yigang.foundation.errors import Refusal
    from yigang.foundation.secrets import vault

    try:
        with rls.everywhere("rotation of the keys"):
            with _bar("Encrypting") as progress:
                done = rotation.rotate(vault(), actor=None, progress=progress)
            click.echo(f"{done.values} values under key {done.key}.")
            if retire:
                rotation.retire(vault(), actor=None)
                click.echo("Older keys forgotten.")
    except Refusal as refusal:
        raise click.ClickException(f"{refusal} {refusal.remedy}") from refusal


@command.command()
def reindex() -> None:
    """Make a new index key and compute the search indexes again. Stop the service first."""
    ready()
    from yigang.foundation import rls, rotation
    from yigang.foundation.errors import Refusal
    from yigang.foundation.secrets import vault

    try:
        with rls.everywhere("new search indexes"), _bar("Indexing") as progress:
            done = rotation.reindex(vault(), actor=None, progress=progress)
    except Refusal as refusal:
        raise click.ClickException(f"{refusal} {refusal.remedy}") from refusal
    click.echo(f"{done} values indexed.")
