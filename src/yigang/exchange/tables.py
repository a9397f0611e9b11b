"""Foreign tables to columns of values: the one way in for rosters, leave lists, logs and every other sheet.

`read` finds the sheet and its heading, maps the columns, reads every cell by its kind, and returns the values with a
list of problems, each at its row and column as Excel shows them. Nothing is raised for a bad cell; a `Refusal` means
that the table as a whole cannot be used.

Work goes column by column with a memory of values already read, because a register repeats its villages and dates.
15,455 rows of 25 columns take about a second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from yigang.exchange import cells
from yigang.exchange.books import LIMITS, Book, Cell, Grid, Limits, empty_sheet, open_book
from yigang.exchange.columns import (
    HEADER_WITHIN,
    ColumnMapping,
    ColumnSpec,
    Header,
    bare,
    find_header,
    match_columns,
    simplify,
)
from yigang.foundation import names
from yigang.foundation.bankcard import BankCard
from yigang.foundation.errors import Problem, Refusal, Severity, Text
from yigang.foundation.identity import Identity

TOTALS = frozenset({"合计", "总计", "小计", "共计", "总数", "累计", "本页合计", "本页小计", "total"})
FOOTNOTES = ("注", "备注", "说明", "填表", "制表", "审核", "复核", "单位", "填报", "联系", "负责", "经办", "报送")
ROWS_LIMIT = 200_000
"""Rows that are held at once; larger sheets (attendance) have their own streaming reader."""


@dataclass(frozen=True, slots=True)
class RawTable:
    """A sheet whose heading is found: the rows below it, with their numbers as Excel shows them."""

    sheet: str
    header: Header
    mapping: ColumnMapping
    rows: list[list[Cell]]
    row_numbers: list[int]
    grid: Grid
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Table:
    """Values by key, one list as long as `row_numbers` for each spec; None where a cell is empty or wrong."""

    sheet: str
    mapping: ColumnMapping
    row_numbers: list[int]
    columns: dict[str, list[object]]
    problems: list[Problem]

    @property
    def height(self) -> int:
        """Number of rows of data."""
        return len(self.row_numbers)

    def bad_rows(self) -> set[int]:
        """Numbers of the rows that have an error."""
        return {problem.row for problem in self.problems if problem.severity == "error" and problem.row is not None}


def read(
    source: Path | bytes | Book,
    specs: Sequence[ColumnSpec],
    *,
    sheet: str | None = None,
    remembered: Mapping[str, str] | None = None,
    limits: Limits = LIMITS,
) -> Table:
    """Read a table. Refused when no sheet has our heading or a required column is missing."""
    raw = read_raw(source, specs, sheet=sheet, remembered=remembered, limits=limits)
    if raw.mapping.missing:
        raise _missing_columns(raw)
    return values(raw, specs)


def read_raw(
    source: Path | bytes | Book,
    specs: Sequence[ColumnSpec],
    *,
    sheet: str | None = None,
    remembered: Mapping[str, str] | None = None,
    limits: Limits = LIMITS,
) -> RawTable:
    """Find the table without reading its cells: what the page shows on which a person maps the columns."""
    book = source if isinstance(source, Book) else open_book(source, limits=limits)
    found: list[RawTable] = []
    refused: list[Refusal] = []
    for name in [sheet] if sheet is not None else book.sheets:
        try:
            raw = _table_of(book.grid(name), specs, remembered)
        except Refusal as refusal:
            refused.append(refusal)
        else:
            found += [raw] if raw else []
    if not found:
        raise refused[0] if refused else _no_table(book, sheet, specs)
    return max(found, key=lambda raw: (-len(raw.mapping.missing), len(raw.mapping.columns)))


def _table_of(grid: Grid, specs: Sequence[ColumnSpec], remembered: Mapping[str, str] | None) -> RawTable | None:
    head = list(islice(grid.rows, HEADER_WITHIN + 1))
    header = find_header(head, [*specs, *_remembered_specs(remembered)], grid.merges)
    if header is None:
        return None
    mapping = match_columns(header.names, specs, remembered, header.paths)
    table = RawTable(grid.sheet, header, mapping, [], [], grid)
    below = [*head[header.bottom + 1 :], *islice(grid.rows, ROWS_LIMIT + 1)]
    if len(below) > ROWS_LIMIT:
        raise Refusal(
            _("The sheet “%(sheet)s” has more than %(limit)d rows."),
            {"sheet": grid.sheet, "limit": ROWS_LIMIT},
            code="too_many_rows",
            remedy=_("Divide it, by township for instance."),
        )
    _fill_merged(below, grid, header.bottom + 1)
    _keep_data(table, below)
    table.problems.extend(_duplicate_columns(table))
    return table


def _remembered_specs(remembered: Mapping[str, str] | None) -> list[ColumnSpec]:
    return [ColumnSpec(f"remembered:{heading}", heading) for heading, key in (remembered or {}).items() if key]


def _fill_merged(rows: list[list[Cell]], grid: Grid, offset: int) -> None:
    """A cell merged over several rows of data says the same of each: a village written once beside its people."""
    for (top, left), (bottom, right) in grid.merges:
        if top < offset or left != right or top - offset >= len(rows) or left >= len(rows[top - offset]):
            continue
        value = rows[top - offset][left]
        for row in rows[top - offset + 1 : bottom - offset + 1]:
            if left < len(row):
                row[left] = value


def _keep_data(table: RawTable, below: Iterable[list[Cell]]) -> None:
    """

    eave out empty rows, totals, footnotes and headings repeated on every printed page; say so except for empty ones.
    """
    heading = [simplify(name) for name in table.header.names]
    for number, row in enumerate(below, start=table.header.bottom + 2):
        filled = [cell for cell in row if cell not in ("", None) and not (isinstance(cell, str) and not cell.strip())]
        if not filled:
            continue
        reason = _not_data(row, filled, heading)
        if reason is None:
            table.rows.append(row)
            table.row_numbers.append(number)
        else:
            code, sentence = reason
            table.problems.append(Problem(code, sentence, row=number, sheet=table.sheet, severity="note"))


def _not_data(row: list[Cell], filled: list[Cell], heading: list[str]) -> tuple[str, Text] | None:
    first = bare(filled[0]) if isinstance(filled[0], str) else ""
    if first in TOTALS:
        return "total_row", _("A row of totals was left out.")
    if len(filled) == 1 and first.startswith(FOOTNOTES):
        return "footnote_row", _("A footnote was left out.")
    if (
        first
        and len(filled) > 1
        and all(
            simplify(cell) == name for cell, name in zip(row, heading, strict=False) if isinstance(cell, str) and cell
        )
        and not any(isinstance(cell, int | float) for cell in filled)
    ):
        return "heading_row", _("A repeated heading was left out.")
    return None


def _duplicate_columns(table: RawTable) -> Iterable[Problem]:
    for columns in table.mapping.duplicates.values():
        yield Problem(
            "duplicate_column",
            _("Several columns mean the same: %(columns)s. The first is used."),
            {"columns": ", ".join(table.mapping.place_of(column) for column in columns)},
            row=table.header.bottom + 1,
            sheet=table.sheet,
            remedy=_("Rename or delete the others, or choose the columns by hand."),
            severity="warning",
        )


def values(raw: RawTable, specs: Sequence[ColumnSpec]) -> Table:
    """Read all cells of the mapped columns."""
    problems = list(raw.problems)
    columns = {spec.key: _column(raw, spec, problems) for spec in specs}
    problems.sort(key=lambda problem: (problem.row or 0, problem.column))
    return Table(raw.sheet, raw.mapping, raw.row_numbers, columns, problems)


def _column(raw: RawTable, spec: ColumnSpec, problems: list[Problem]) -> list[object]:
    column = raw.mapping.columns.get(spec.key)
    if column is None:
        return [None] * len(raw.rows)
    read_cell = _remembering(reader(spec))
    place = raw.mapping.place(spec.key)
    out: list[object] = []
    for number, row in zip(raw.row_numbers, raw.rows, strict=True):
        value, trouble, severity = read_cell(row[column] if column < len(row) else "")
        if (number - 1, column) in raw.grid.faults:
            value, trouble, severity = None, _fault(raw.grid.faults[number - 1, column]), "error"
        elif value is None and trouble is None and spec.required:
            trouble = Refusal(_("“%(label)s” is missing."), {"label": spec.label}, code="required")
        if trouble is not None:
            problems.append(
                Problem.of(trouble, row=number, column=place, field=spec.key, sheet=raw.sheet, severity=severity)
            )
        out.append(value)
    return out


def reader(spec: ColumnSpec) -> Callable[[object], object]:
    """The reader of a column's cells."""
    return _choice(spec) if spec.kind == "choice" else cells.READERS[spec.kind]


def _choice(spec: ColumnSpec) -> Callable[[object], object]:
    known = {simplify(label): value for label, value in spec.choices.items()}

    def read_choice(value: object) -> object:
        written = cells.text(value)
        if written is None:
            return None
        if simplify(written) not in known:
            raise Refusal(
                _("“%(text)s” is not among the choices of “%(label)s”."),
                {"text": written[:40], "label": spec.label},
                code="not_a_choice",
                remedy=_("Write one of: %(choices)s.") % {"choices": "、".join(spec.choices)},
            )
        return known[simplify(written)]

    return read_choice


_Reading = tuple[object, "Refusal | None", Severity]


def _remembering(read_cell: Callable[[object], object]) -> Callable[[object], _Reading]:
    """Reads each distinct cell once. A type belongs to the memory's key, since 1, 1.0 and True are equal in Python."""
    memory: dict[tuple[type, object], _Reading] = {}

    def reading(cell: object) -> _Reading:
        key = (type(cell), cell)
        if key not in memory:
            memory[key] = _reading(read_cell, cell)
        return memory[key]

    return reading


def _reading(read_cell: Callable[[object], object], cell: object) -> _Reading:
    try:
        value = read_cell(cell)
    except Refusal as refusal:
        return None, refusal, "error"
    warning = _warning(value) if read_cell in _WARNED else None
    return value, warning, "warning" if warning else "error"


_WARNED = (cells.name, cells.identity_, cells.passbook)


def _warning(value: object) -> Refusal | None:
    """What a person should look at although the value can be used."""
    if isinstance(value, BankCard):
        return value.warning
    if isinstance(value, Identity) and value.converted_from_15:
        return Refusal(
            _("This is an old identity number of 15 digits; it was converted to 18."), code="converted_from_15"
        )
    if isinstance(value, str) and names.is_doubtful(value):
        return Refusal(
            _("The name “%(name)s” has signs that stand in no name; perhaps a rare character was lost."),
            {"name": value},
            code="doubtful_name",
        )
    return None


def _fault(fault: str) -> Refusal:
    if fault == "uncomputed":
        return Refusal(
            _("This formula was never computed, so its result is not in the file."),
            code="formula",
            remedy=_("Open the file in Excel or WPS and save it, or paste the value over the formula."),
        )
    return Refusal(
        _("The formula in this cell ends in an error (such as #N/A)."),
        code="formula_error",
        remedy=_("Correct the formula, or type the value."),
    )


def _missing_columns(raw: RawTable) -> Refusal:
    return Refusal(
        _("The sheet “%(sheet)s” lacks the columns %(missing)s; its heading (row %(row)d) has %(found)s."),
        {
            "sheet": raw.sheet,
            "missing": "、".join(spec.label for spec in raw.mapping.missing),
            "row": raw.header.bottom + 1,
            "found": "、".join(filter(None, raw.header.names))[:200],
        },
        code="missing_columns",
        remedy=_("Rename the columns as in the template, or say which column is which."),
        row=raw.header.bottom + 1,
    )


def _no_table(book: Book, sheet: str | None, specs: Sequence[ColumnSpec]) -> Refusal:
    names_ = [sheet] if sheet is not None else list(book.sheets)
    if all(not any(any(cell != "" for cell in row) for row in islice(book.grid(name).rows, 1000)) for name in names_):
        return empty_sheet("、".join(names_))
    return Refusal(
        _("No heading was found in the first %(rows)d rows of %(sheets)s; expected columns such as %(labels)s."),
        {
            "rows": HEADER_WITHIN,
            "sheets": "、".join(names_),
            "labels": "、".join(spec.label for spec in specs if spec.required) or specs[0].label,
        },
        code="no_header",
        remedy=_("Check that this is the right file and the right sheet, or start from the template."),
    )
