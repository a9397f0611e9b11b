"""What waits for somebody: each part of the console registers questions, the home page and the chapters show the answers.

In `console/<pages>/today.py`, which is imported when the program starts:

    @due("duty")
    def proxy_entries(user: User, prefix: str) -> Iterator[Due]:
        count = queries.unconfirmed(prefix).count()
        if count and may(user, CONFIRM_PROXY):
            yield Due(_("Confirm entries made for people"), reverse("console:proxy-entries"), due_on=None, count=count)

    @figure
    def in_post(user: User, prefix: str) -> Figure | None: ...
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from yigang.foundation.models import User

FIGURES_SHOWN = 6


@dataclass(frozen=True)
class Due:
    """One thing to do: where it is done, until when (None: no day is set), how many of them wait."""

    title: str
    url: str
    due_on: date | None = None
    count: int = 1
    chapter: str = ""


@dataclass(frozen=True)
class Figure:
    """A number on the first page, with what it was a month ago (None: not known) and the list behind it."""

    label: str
    value: int | float | str
    unit: str = ""
    before: int | float | str | None = None
    url: str = ""


DueQuestion = Callable[[User, str], Iterable[Due]]
FigureQuestion = Callable[[User, str], Figure | None]

_DUES: list[tuple[str, DueQuestion]] = []
_FIGURES: list[FigureQuestion] = []


def due(chapter: str) -> Callable[[DueQuestion], DueQuestion]:
    """Register a question whose answers count at `chapter` (a key of `nav.CHAPTERS`)."""

    def register(question: DueQuestion) -> DueQuestion:
        _DUES.append((chapter, question))
        return question

    return register


def figure(question: FigureQuestion) -> FigureQuestion:
    """Register a figure for the first page. The first six that answer are shown, in the order of registration."""
    _FIGURES.append(question)
    return question


def dues_of(user: User, prefix: str) -> list[Due]:
    """Everything that waits for this user in the region looked at: overdue and soonest first, undated last."""
    found = [
        Due(one.title, one.url, one.due_on, one.count, one.chapter or chapter)
        for chapter, question in _DUES
        for one in question(user, prefix)
    ]
    return sorted(found, key=lambda one: (one.due_on is None, one.due_on or date.max, one.title))


def waiting_by_chapter(dues: Iterable[Due]) -> dict[str, int]:
    """Chapter → how many things wait there."""
    waiting: dict[str, int] = {}
    for one in dues:
        waiting[one.chapter] = waiting.get(one.chapter, 0) + one.count
    return waiting


def figures_of(user: User, prefix: str) -> list[Figure]:
    """The figures of the first page."""
    found = (question(user, prefix) for question in _FIGURES)
    return [one for one in found if one is not None][:FIGURES_SHOWN]
