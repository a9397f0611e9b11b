"""What one request asks of a list: the words searched, the filters set, the order, the page, the columns."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest, QueryDict

from yigang.console import regions
from yigang.console.lists.filters import ChoiceFilter
from yigang.console.lists.spec import Column, Filter, List, Rows
from yigang.console.regions import Reader

COLUMNS_COOKIE_AGE = 400 * 24 * 3600


def columns_cookie(spec: List) -> str:
    return f"columns-{spec.name}"


@dataclass(frozen=True)
class SetFilter:
    """A filter with its value, and the address without it."""

    filter: Filter
    value: str
    text: str
    without: str


@dataclass
class State:
    """A list and what is asked of it. Unknown parameters and values that mean nothing are as if absent."""

    spec: List
    reader: Reader
    asked: QueryDict
    chosen_columns: str | None = None
    """Keys of columns, parted by points; None before anybody chose."""
    only: list[int] | None = None
    """Primary keys of the ticked rows, when a bulk action is about these alone."""

    @cached_property
    def words(self) -> str:
        return self.asked.get("q", "").strip()[:60]

    @cached_property
    def filters(self) -> list[SetFilter]:
        return [
            SetFilter(one, value, text, self.address(**{one.key: None, "page": None}))
            for one in self.spec.filters
            if (value := self.asked.get(one.key, "")) and (text := one.describe(value, self.reader))
        ]

    @cached_property
    def columns(self) -> list[Column]:
        """The chosen columns in their declared order, or those shown at first."""
        if self.chosen_columns is None:
            return [column for column in self.spec.columns if column.shown or column.always]
        chosen = set(self.chosen_columns.split("."))
        return [column for column in self.spec.columns if column.always or column.key in chosen]

    @cached_property
    def sort(self) -> tuple[Column | None, bool]:
        """The column that orders the list, and whether downwards."""
        asked = self.asked.get("sort", "")
        column = self.spec.column(asked.removeprefix("-"))
        return (column, asked.startswith("-")) if column and column.sort else (None, False)

    @cached_property
    def all_rows(self) -> Rows:
        """Everything the list is about, asked of it once."""
        return self.spec.rows(self.reader)

    @cached_property
    def rows(self) -> Rows:
        """Everything that is filtered, in no order."""
        rows = self.all_rows
        if self.spec.region_field:
            rows = rows.filter(regions.inside(self.reader.narrowed, self.spec.region_field))
        for one in self.filters:
            rows = one.filter.apply(rows, one.value)
        if self.words and self.spec.search:
            rows = self.spec.search(rows, self.words)
        return rows if self.only is None else rows.filter(pk__in=self.only)

    @property
    def ordered(self) -> Rows:
        """The rows in their order, the primary key last, so that no row is on two pages."""
        column, down = self.sort
        fields = list(column.sort) if column else list(self.spec.order)
        return self.rows.order_by(*(turned(field) if down else field for field in fields), "-pk" if down else "pk")

    def whole(self, page: Rows) -> Rows:
        """The rows of a page, a slice of `ordered`, in the list's order, found by their keys."""
        rows = self.all_rows.filter(pk__in=page.values("pk"))
        for one in self.filters:
            if isinstance(one.filter, ChoiceFilter) and one.filter.counts:
                rows = one.filter.counts(rows, one.value)
        return rows.order_by(*self.ordered.query.order_by)

    @property
    def is_filtered(self) -> bool:
        return bool(self.words or self.filters)

    def address(self, **changes: Any) -> str:
        """This list's address with some parameters changed; None takes one away."""
        query = self.asked.copy()
        for key, value in changes.items():
            query.pop(key, None)
            if value is not None:
                query[key] = str(value)
        for key in ("selected", "csrfmiddlewaretoken", "everything", "format"):
            query.pop(key, None)
        return f"?{query.urlencode()}"


def state_of(request: HttpRequest, spec: List, asked: QueryDict) -> State:
    """The state by a request, its columns by the browser's cookie."""
    return State(spec, regions.reader(request), asked, request.COOKIES.get(columns_cookie(spec)))


def turned(field: str) -> str:
    """An order the other way round."""
    return field[1:] if field.startswith("-") else f"-{field}"
