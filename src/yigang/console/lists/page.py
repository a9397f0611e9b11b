"""Answering a request for a list: a page of it, only its body for a partial refresh, or a workbook."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString

from yigang.console.lists import export, paper
from yigang.console.lists.spec import Column, List
from yigang.console.lists.state import COLUMNS_COOKIE_AGE, State, columns_cookie, state_of
from yigang.foundation.access import may


def show(
    request: HttpRequest, spec: List, *, template: str = "console/list.html", context: dict[str, Any] | None = None
) -> HttpResponseBase:
    """The list as this request asks for it. `template` extends `console/list.html` where a page adds to it."""
    if request.method == "POST":
        return remember_columns(request, spec)
    state = state_of(request, spec, request.GET)
    if request.GET.get("format") == "xlsx":
        return export.answer(request, state)
    if spec.paper and request.GET.get("format") == "pdf":
        return paper.answer(request, state)
    view = {**(context or {}), "list": Page(state, request.path)}
    partial = request.headers.get("HX-Target") == f"list-{spec.name}"
    response = render(request, "console/list/body.html" if partial else template, view)
    response["Vary"] = "HX-Request, HX-Target"
    return response


def chosen(request: HttpRequest, spec: List) -> list[Any]:
    """The rows that a bulk action was called with, in the list's order, with what the list prepares for them."""
    return spec.prepared(chosen_state(request, spec).ordered)


def chosen_state(request: HttpRequest, spec: List) -> State:
    """The list as it was asked for: everything filtered when that was chosen, otherwise the ticked rows of it."""
    state = state_of(request, spec, QueryDict(request.POST.get("query", "").removeprefix("?")))
    if request.POST.get("everything") != "1":
        state.only = [int(pk) for pk in request.POST.getlist("selected") if pk.isascii() and pk.isdigit()]
    return state


def list_address(request: HttpRequest, spec: List, url_name: str) -> str:
    """Where the choice was made, with its filters, to go back to."""
    return f"{reverse(url_name)}{chosen_state(request, spec).address()}"


def remember_columns(request: HttpRequest, spec: List) -> HttpResponse:
    """Keep the choice of columns in this browser."""
    keys = [column.key for column in spec.columns if column.key in request.POST.getlist("column")]
    response = HttpResponse(status=303, headers={"Location": request.get_full_path()})
    if request.POST.get("reset"):
        response.delete_cookie(columns_cookie(spec))
    else:
        response.set_cookie(
            columns_cookie(spec), ".".join(keys), max_age=COLUMNS_COOKIE_AGE, httponly=True, samesite="Lax"
        )
    return response


@dataclass(frozen=True)
class Line:
    """A row as the template draws it."""

    pk: Any
    cells: list[tuple[Column, SafeString]]
    url: str


class Page:
    """What the templates of a list need. Two queries for the rows and their figures, and what the list prepares."""

    def __init__(self, state: State, path: str) -> None:
        self.state, self.spec, self.path = state, state.spec, path
        self.id = f"list-{self.spec.name}"

    @cached_property
    def figures(self) -> dict[str, Any]:
        aggregates = {f"total{number}": total.aggregate for number, total in enumerate(self.spec.totals)}
        return self.state.rows.order_by().aggregate(rows_counted=Count("pk"), **aggregates)

    @property
    def count(self) -> int:
        return int(self.figures["rows_counted"])

    @property
    def count_shown(self) -> str:
        return f"{self.count:,}"

    @property
    def totals(self) -> list[tuple[Any, str]]:
        return [(one.label, one.text(self.figures[f"total{number}"])) for number, one in enumerate(self.spec.totals)]

    @cached_property
    def pages(self) -> int:
        return max(1, -(-self.count // self.spec.page_size))

    @cached_property
    def number(self) -> int:
        asked = self.state.asked.get("page", "1")
        return min(max(1, int(asked)), self.pages) if asked.isascii() and asked.isdigit() else 1

    @cached_property
    def lines(self) -> list[Line]:
        rows = self.spec.prepared(self._slice())
        link = self.spec.link
        return [
            Line(row.pk, [(column, column.cell(row)) for column in self.state.columns], link(row) if link else "")
            for row in rows
        ]

    def _slice(self) -> list[Any]:
        """The rows of this page. Pages of the farther half are read from the end, so none is more than half way.

        What is counted off and sorted are keys alone; whole rows are read for the page only.
        """
        first = (self.number - 1) * self.spec.page_size
        last = min(first + self.spec.page_size, self.count)
        if first <= self.count // 2:
            return list(self.state.whole(self.state.ordered[first:last]))
        turned_round = self.state.ordered.reverse()[self.count - last : self.count - first]
        return list(self.state.whole(turned_round))

    @property
    def first_shown(self) -> int:
        return (self.number - 1) * self.spec.page_size + 1 if self.count else 0

    @property
    def last_shown(self) -> int:
        return min(self.number * self.spec.page_size, self.count)

    @property
    def previous_page(self) -> str:
        return self.state.address(page=self.number - 1) if self.number > 1 else ""

    @property
    def next_page(self) -> str:
        return self.state.address(page=self.number + 1) if self.number < self.pages else ""

    @property
    def headings(self) -> list[tuple[Column, str, str]]:
        """Column, the address that sorts by it, and how it is sorted now (`ascending`, `descending` or nothing)."""
        now, down = self.state.sort
        return [
            (
                column,
                self.state.address(sort=f"-{column.key}" if column is now and not down else column.key, page=None)
                if column.sort
                else "",
                ("descending" if down else "ascending") if column is now else "",
            )
            for column in self.state.columns
        ]

    @property
    def searchable(self) -> bool:
        return self.spec.search is not None

    @property
    def controls(self) -> list[SafeString]:
        values = {one.filter.key: one.value for one in self.state.filters}
        return [one.control(values.get(one.key, ""), self.state.reader) for one in self.spec.filters]

    @property
    def column_choice(self) -> list[tuple[Column, bool]]:
        return [(column, column in self.state.columns) for column in self.spec.columns if not column.always]

    @property
    def actions(self) -> list[tuple[Any, str]]:
        """The actions this user may do, with their addresses."""
        actor = self.state.reader.user
        return [(one, reverse(one.url_name)) for one in self.spec.actions if may(actor, one.capability)]

    @property
    def query(self) -> str:
        return self.state.address(page=None)

    @property
    def selection_key(self) -> str:
        """What is chosen stays chosen on other pages and in another order, not under other filters."""
        return self.state.address(page=None, sort=None)

    @property
    def export_address(self) -> str:
        return self._as("xlsx")

    @property
    def paper_address(self) -> str:
        return self._as("pdf") if self.spec.paper else ""

    def _as(self, kind: str) -> str:
        address = self.state.address(page=None)
        return f"{address}&format={kind}" if len(address) > 1 else f"?format={kind}"

    @property
    def empty_action(self) -> str:
        """The address that fills an empty list, for those who may."""
        empty = self.spec.empty
        if not empty or not empty.url_name:
            return ""
        allowed = not empty.capability or may(self.state.reader.user, empty.capability)
        return reverse(empty.url_name) if allowed else ""
