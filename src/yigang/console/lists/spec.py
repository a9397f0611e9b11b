"""What a list is: its columns, totals and actions. Declared once per list, shared by the page, the export and the tests."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from django.db.models import Aggregate, Model, QuerySet
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from yigang.console.regions import Reader
from yigang.exchange.spreadsheet import Format
from yigang.foundation import money
from yigang.foundation.access import Capability

Rows = QuerySet[Any]
Text = str | Promise

PAGE_SIZE = 50
LISTS: dict[str, "List"] = {}
"""Every list by its name, for the job that writes one to a file; a list enters when it is declared."""


@dataclass(frozen=True)
class Column:
    """A column: `value` is the plain value that a workbook gets, `show` what the page draws when that is more than text.

    `kind` says what the value is (money in fen, a date, an integer); the page and the workbook both follow it.
    `sort` names the fields to order by, `-` reversed; none: not sortable. `unit` stands in the heading; long text may
    `wrap`. Columns that are not `shown` at first can be chosen; those that are `always` there cannot be put away. A cell
    shows masked personal data only: a list never reveals.
    """

    key: str
    label: Text
    value: Callable[[Any], object]
    show: Callable[[Any], str] | None = None
    sort: Sequence[str] = ()
    kind: Format = "text"
    unit: Text = ""
    wrap: bool = False
    shown: bool = True
    always: bool = False

    @property
    def numeric(self) -> bool:
        return self.kind in ("integer", "decimal", "money")

    def cell(self, row: Any) -> SafeString:
        return conditional_escape(self.show(row) if self.show else self.text(row))

    def text(self, row: Any) -> str:
        """The value in words, as it stands where nothing can be clicked."""
        value = self.value(row)
        return yuan(value) if self.kind == "money" else plain(value)


def yuan(fen: Any) -> str:
    """Fen as yuan; a dash for what is not known."""
    return "—" if fen is None else money.show(fen)


def plain(value: object) -> str:
    """A value in the words of the reader's language; nothing known is a dash, never 0."""
    if value is None or value == "":
        return "—"
    if isinstance(value, datetime):
        return formats.date_format(timezone.localtime(value), "Y-m-d H:i")
    if isinstance(value, date):
        return formats.date_format(value, "Y-m-d")
    if isinstance(value, bool):
        return "✓" if value else "—"
    if isinstance(value, int | Decimal):
        return f"{value:,}"
    return str(value)


@dataclass(frozen=True)
class Total:
    """A figure over everything that is filtered. `show` formats it (fen as yuan); the number of rows is always there."""

    label: Text
    aggregate: Aggregate
    show: Callable[[Any], str] = plain
    unit: Text = ""

    def text(self, value: Any) -> str:
        """The figure with its unit."""
        return f"{self.show(value)} {self.unit}".strip()


@dataclass(frozen=True)
class BulkAction:
    """Something done to the chosen rows. Its page gets the choice by POST, shows what would happen, and asks.

    `bulk_view(LIST, …)` makes that page.
    """

    label: Text
    url_name: str
    capability: Capability
    icon: str = "list-check"


@dataclass(frozen=True)
class Empty:
    """What an empty list says, and what can be done about it."""

    sentence: Text
    action: Text = ""
    url_name: str = ""
    capability: Capability | None = None


@dataclass(frozen=True)
class PaperForm:
    """How a list is printed for the file: its Chinese title, its order, and the lines to sign below."""

    title: str
    order: Sequence[str]
    notes: Sequence[str] = ()


class Filter(Protocol):
    """A chip above the list."""

    @property
    def key(self) -> str: ...
    @property
    def label(self) -> Text: ...
    def apply(self, rows: Rows, value: str) -> Rows: ...
    def describe(self, value: str, reader: Reader) -> str: ...
    def control(self, value: str, reader: Reader) -> SafeString: ...


@dataclass(frozen=True)
class List:
    """A list. `order` must be index-friendly; the primary key is added, so that equal rows keep their places."""

    name: str
    title: Text
    unit: Text
    rows: Callable[[Reader], Rows]
    columns: Sequence[Column]
    order: Sequence[str]
    filters: Sequence[Filter] = ()
    search: Callable[[Rows, str], Rows] | None = None
    search_hint: Text = ""
    totals: Sequence[Total] = ()
    actions: Sequence[BulkAction] = ()
    link: Callable[[Any], str] | None = None
    prepare: Callable[[list[Any]], None] | None = None
    """Called with the rows of a page (or of a part of an export), to fetch what belongs to them in one query each."""
    empty: Empty | None = None
    region_field: str = "region_code"
    """The field that says where a row lies; empty for lists that have no place."""
    page_size: int = PAGE_SIZE
    paper: PaperForm | None = None
    """For lists that are kept as a PDF too."""

    def __post_init__(self) -> None:
        assert self.name not in LISTS, self.name
        LISTS[self.name] = self

    def column(self, key: str) -> Column | None:
        return next((column for column in self.columns if column.key == key), None)

    def prepared(self, rows: Iterable[Model]) -> list[Any]:
        found = list(rows)
        if self.prepare and found:
            self.prepare(found)
        return found
