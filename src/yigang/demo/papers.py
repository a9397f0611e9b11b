"""From a plan to a folder of papers: the whole generator in one call."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from yigang.demo import bad, doubts, files, ghosts, holders, months, places, planted, population, registers
from yigang.demo.files import MonthFiles
from yigang.demo.holders import HolderFiles
from yigang.demo.plan import Plan
from yigang.demo.planted import Garden
from yigang.demo.registers import SelectionFiles

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Papers:
    """Where the files of a plan lie."""

    folder: Path
    rosters: tuple[Path, ...]
    months: tuple[MonthFiles, ...]
    planted: Path
    selection: SelectionFiles | None = None
    """Of the round before the term, where it is told."""
    holders: HolderFiles | None = None
    """About those who hold posts, where the same story is told."""


def garden_of(plan: Plan) -> Garden:
    """Everybody and every case of the plan, before any file."""
    return planted.plant(plan, population.build(plan, places.villages(plan.prefix)))


def write_all(plan: Plan, folder: Path, progress: Progress | None = None) -> Papers:
    """Write every file of the plan into the folder; the same plan writes the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    garden = garden_of(plan)
    rosters = tuple(_rosters(garden, folder))
    written = []
    for number, first in enumerate(plan.months, 1):
        month = garden.tend(months.build(plan, garden.population.serving(first), first))
        written.append(files.month_files(garden, month, folder))
        if progress:
            progress(number, len(plan.months))
    if plan.planted:
        bad.write_all(garden, folder / "bad")
    planted.write_list(garden, doubts.listed(garden), ghosts.listed(garden), folder / "planted.json")
    selection = _selection(garden, folder / f"{plan.term[0].year}-06-选聘") if plan.chosen else None
    about = holders.write_all(garden, folder) if plan.chosen else None
    return Papers(folder, rosters, tuple(written), folder / "planted.json", selection, about)


def _selection(garden: Garden, folder: Path) -> SelectionFiles:
    return registers.write_all(garden, files.everybody(garden, folder), folder)


def _rosters(garden: Garden, folder: Path) -> Iterator[Path]:
    before, now = garden.plan.term_before[0], garden.plan.term[0]
    if garden.plan.planted and garden.plan.months[0] < now:
        yield files.roster(garden, folder, before, everybody=False)
    yield files.roster(garden, folder, now, everybody=True)
