"""A paper that is one table: a ledger, a list for posting. Its columns are as wide as what stands in them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yigang.foundation.papers import Paper, typeset

TEMPLATE = Path(__file__).parent / "listing.typ"
MOST_AT_ONCE = 2_000
"""More lines than this take seconds to set and are made by a job."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's name, and whether figures stand in it."""

    label: str
    numeric: bool = False


def table(headings: Sequence[Heading], lines: Iterable[Sequence[str]]) -> dict[str, Any]:
    """The table as `listing` of `house.typ` reads it."""
    rows = [list(line) for line in lines]
    columns = [
        {
            "label": heading.label, "numeric": heading.numeric,
            "widest": max(map(width, (heading.label, *(row[at] for row in rows)))),
        }
        for at, heading in enumerate(headings)
    ]  # fmt: skip
    return {"columns": columns, "lines": rows}


def width(text: str) -> int:
    """Half-width signs of the longest line of a text; a Chinese sign counts two."""
    return max((sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line)
                for line in text.splitlines()), default=0)  # fmt: skip


def typeset_listing(
    title: str, headings: Sequence[Heading], lines: Iterable[Sequence[str]], *, facts: Sequence[str] = (),
    notes: Sequence[str] = (), printed: str = "", empty: str = "—", landscape: bool = False,
) -> Paper:  # fmt: skip
    """The table on A4 below its title and facts, its headings and the page's number on every page."""
    return typeset(
        TEMPLATE,
        {
            "title": title, "table": table(headings, lines), "facts": list(facts), "notes": list(notes),
            "printed": printed, "empty": empty, "landscape": landscape,
        },
    )  # fmt: skip
