"""Which column of a foreign table is which of ours: by name, by alias, or by what a person chose last time.

Offices head their tables with a title, a unit, a date, and group headings over two rows; the heading is found among the
first thirty rows as the row, or pair of rows, in which most of our names stand.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from yigang.exchange.books import Cell, Merge, column_letter
from yigang.exchange.cells import Kind

HEADER_WITHIN = 30
IGNORED = ""
"""In remembered choices: a column that a person has told us to leave out."""

_MARKS = re.compile(r"[\s*＊:：、,，.。_\-—/\\]+")
_PARENTHESES = re.compile(r"[(\[{【〔][^)\]}】〕]*[)\]}】〕]")


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """A column we understand. `label` is the name in our template, `aliases` what others call it."""

    key: str
    label: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    kind: Kind = "text"
    choices: Mapping[str, str] = field(default_factory=dict)
    """For `choice`: written form → value."""

    def names(self) -> tuple[str, ...]:
        """All names of the column, normalised."""
        return tuple(simplify(name) for name in (self.label, *self.aliases))


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """What was found: our keys with their column (from 0), and what is missing, unknown or there twice."""

    columns: Mapping[str, int]
    names: tuple[str, ...]
    missing: tuple[ColumnSpec, ...] = ()
    unknown: tuple[int, ...] = ()
    duplicates: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def place(self, key: str) -> str:
        """Where a person finds the column: `C 身份证号`."""
        column = self.columns.get(key)
        return "" if column is None else self.place_of(column)

    def place_of(self, column: int) -> str:
        """Letter and heading of any column."""
        heading = self.names[column] if column < len(self.names) else ""
        return f"{column_letter(column)} {heading}".rstrip()

    def remember(self) -> dict[str, str]:
        """Heading → key, to be given as `remembered` next time."""
        return {simplify(self.names[column]): key for key, column in self.columns.items()}


@dataclass(frozen=True, slots=True)
class Header:
    """Where the heading stands (rows from 0, `bottom` included) and the name of every column."""

    top: int
    bottom: int
    names: tuple[str, ...]
    paths: tuple[str, ...]
    """The name with its group heading before it: 户主/姓名."""


@lru_cache(maxsize=4096)
def simplify(heading: str) -> str:
    """A heading without what differs between offices: width, spaces, stars, colons, letter case."""
    return _MARKS.sub("", unicodedata.normalize("NFKC", heading)).casefold()


def bare(heading: str) -> str:
    """The simplified heading without remarks in parentheses: 金额（元） → 金额."""
    return simplify(_PARENTHESES.sub("", unicodedata.normalize("NFKC", heading)))


def match_columns(
    names: Sequence[str],
    specs: Sequence[ColumnSpec],
    remembered: Mapping[str, str] | None = None,
    paths: Sequence[str] | None = None,
) -> ColumnMapping:
    """Give each column its key.

    What a person chose before (`remembered`: heading → key) goes before names and aliases.
    """
    known = {name: spec.key for spec in reversed(specs) for name in spec.names()}
    chosen = {simplify(heading): key for heading, key in (remembered or {}).items()}
    columns: dict[str, list[int]] = {}
    unknown: list[int] = []
    for column, heading in enumerate(names):
        key = _key(heading, paths[column] if paths else heading, known, chosen)
        if key:
            columns.setdefault(key, []).append(column)
        elif heading.strip() and key is None:
            unknown.append(column)
    return ColumnMapping(
        columns={key: found[0] for key, found in columns.items()},
        names=tuple(names),
        missing=tuple(spec for spec in specs if spec.required and spec.key not in columns),
        unknown=tuple(unknown),
        duplicates={key: tuple(found) for key, found in columns.items() if len(found) > 1},
    )


def _key(heading: str, path: str, known: Mapping[str, str], chosen: Mapping[str, str]) -> str | None:
    """Our key, `IGNORED` for a column a person left out, None for one nobody knows."""
    for candidate in dict.fromkeys((simplify(path), bare(path), simplify(heading), bare(heading))):
        if candidate in chosen:
            return chosen[candidate]
        if candidate and candidate in known:
            return known[candidate]
    return None


def find_header(
    rows: Sequence[Sequence[Cell]], specs: Sequence[ColumnSpec], merges: Iterable[Merge] = ()
) -> Header | None:
    """The heading among `rows` (the first thirty of the sheet), or None when no row names two of our columns.

    A table of one column is found by its one name.
    """
    spans = [merge for merge in merges if merge[0][0] < HEADER_WITHIN]
    best: Header | None = None
    best_score = (0, 0)
    for top in range(min(len(rows), HEADER_WITHIN)):
        for header in _candidates(rows, top, spans):
            found = match_columns(header.names, specs, paths=header.paths)
            score = (len(found.columns), _likeliness(header, spans))
            if score[0] >= min(2, len(specs)) and score > best_score:
                best, best_score = header, score
    return best and _with_merged_bottom(best, spans)


def _likeliness(header: Header, spans: Sequence[Merge]) -> int:
    """Two rows joined by cells merged downwards are surely one heading; two rows that are not joined hardly are."""
    if header.top == header.bottom:
        return 1
    return 2 if any(first[0] == header.top and last[0] == header.bottom for first, last in spans) else 0


def _candidates(rows: Sequence[Sequence[Cell]], top: int, spans: Sequence[Merge]) -> Iterable[Header]:
    """The row alone, and the row as group headings over the next."""
    upper = [_heading(cell) for cell in rows[top]]
    if not any(upper):
        return
    yield Header(top, top, tuple(upper), tuple(upper))
    if top + 1 < len(rows):
        yield _two_rows(upper, [_heading(cell) for cell in rows[top + 1]], top, spans)


def _two_rows(upper: list[str], lower: list[str], top: int, spans: Sequence[Merge]) -> Header:
    width = max(len(upper), len(lower))
    groups = upper + [""] * (width - len(upper))
    for (first_row, first), (_last_row, last) in spans:
        if first_row == top and first < width:
            groups[first : last + 1] = [groups[first]] * (min(last, width - 1) - first + 1)
    below = lower + [""] * (width - len(lower))
    names = tuple(low or high for low, high in zip(below, groups, strict=True))
    paths = tuple(f"{high}/{low}" if low and high else low or high for low, high in zip(below, groups, strict=True))
    return Header(top, top + 1, names, paths)


def _with_merged_bottom(header: Header, spans: Sequence[Merge]) -> Header:
    """Cells of the heading that are merged downwards push the first row of data down."""
    bottom = max(
        (last[0] for first, last in spans if first[0] == header.top and last[0] - first[0] <= 3), default=header.bottom
    )
    return Header(header.top, max(bottom, header.bottom), header.names, header.paths)


def _heading(cell: Cell) -> str:
    return " ".join(str(cell).split()) if isinstance(cell, str) else ""
