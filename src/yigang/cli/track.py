"""`yigang track`: measure a patrol's track from its file, without the database."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from yigang.cli.context import words

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def command() -> None:
    """Measure tracks from files."""


@command.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
def measure(files: tuple[Path, ...]) -> None:
    """Print distance, times and what was left out of each FILE (GPX, GeoJSON, CSV) as JSON, one line a track.

    Lengths are metres, times seconds; docs/algorithms/tracks.md says how they come about. The exit status is 1 when a file
    could not be read.
    """
    words()
    from yigang.duty.tracks import clean
    from yigang.duty.tracks import measure as measured
    from yigang.exchange.tracks import read
    from yigang.foundation.errors import Refusal

    failed = False
    for path in files:
        try:
            tracks = read(path)
        except Refusal as refusal:
            failed = True
            _say(path, {"error": str(refusal), "code": refusal.code, "remedy": str(refusal.remedy)})
            continue
        for name, fixes in tracks.items():
            _say(path, {**({"track": name} if name else {}), **measured(clean(fixes)).as_dict()})
    sys.exit(int(failed))


def _say(path: Path, what: dict[str, Any]) -> None:
    click.echo(json.dumps({"file": path.name, **what}, ensure_ascii=False))
