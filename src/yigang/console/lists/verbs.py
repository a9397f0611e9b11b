"""The pages of the bulk actions of lists: one verb for the chosen rows, each told with how it stood and how it stands."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django import forms
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_POST

from yigang.console.lists.bulk import Bulk, Outcome, bound, bulk_page
from yigang.console.lists.page import chosen, list_address
from yigang.console.lists.spec import List, Text
from yigang.console.pages import View, page
from yigang.foundation.access import Capability
from yigang.foundation.models import User

Verb = Callable[[list[Any], dict[str, Any], User], Sequence[object]]
"""Rows, answers of the form, actor → how each row stands afterwards, in the order of the rows."""


def state_of(row: Any) -> str:
    """The state of a row in a word."""
    return str(row.get_state_display())


def states(rows: Sequence[Any]) -> list[str]:
    return [state_of(row) for row in rows]


def in_order(made: Iterable[Any], rows: Sequence[Any]) -> list[Any]:
    """What a verb made of the rows, which it took in an order of its own, in the order of the rows."""
    by_key = {one.pk: one for one in made}
    return [by_key[row.pk] for row in rows]


def bulk_view(
    spec: List, url_name: str, capability: Capability, do: Verb, *, title: Text, done: Text, button: Text = "",
    name: Callable[[Any], str] = str, before: Callable[[Any], object] = state_of, form: type[forms.Form] | None = None,
) -> View:  # fmt: skip
    """A view for a `BulkAction` of `spec`, whose page is `url_name`. `done` is the message afterwards, with `%(count)d`."""

    def outcomes(rows: list[Any], answers: dict[str, Any], actor: User) -> list[Outcome]:
        known = [(name(row), str(before(row))) for row in rows]
        return [Outcome(*of_row, str(after)) for of_row, after in zip(known, do(rows, answers, actor), strict=True)]

    @require_POST
    @page(capability)
    def view(request: HttpRequest) -> HttpResponseBase:
        bulk = Bulk(
            title=str(title), button=str(button or title), done=str(done), do=outcomes, name=name,
            back_to=list_address(request, spec, url_name), form=bound(request, form) if form else None,
            list_id=f"list-{spec.name}",
        )  # fmt: skip
        return bulk_page(request, bulk, chosen(request, spec))

    return view
