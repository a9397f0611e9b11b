"""What a form offers, when that is known only as the form is made: a form's `fields` do not say which kind each is."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet


def offer(form: forms.Form, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
    """The choices of a choice field, as value and words."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)


def offer_rows(form: forms.Form, name: str, rows: QuerySet[Any]) -> None:
    """The rows of a field that chooses one of them; where one must be chosen and there is one only, it is.

    A field that was declared without an empty choice stands on its first row anyhow, and costs no question.
    """
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = rows
    if field.empty_label is None:
        return
    field.empty_label = "—"
    if field.required and form.initial.get(name) is None:
        first = list(rows.values_list("pk", flat=True)[:2])
        if len(first) == 1:
            form.initial[name], field.empty_label = first[0], None


def own_ids(address: str) -> str:
    """How the fields of one of several forms on a page are called, so that each label belongs to its own field."""
    return f"{address.strip('/').replace('/', '-').replace('%', '')}-%s"
