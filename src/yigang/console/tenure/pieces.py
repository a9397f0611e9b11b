"""Pieces that several pages of tenure share: a step with its form, one person in a list, a state as a tag."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.fields import own_ids
from yigang.console.people.forms import Day
from yigang.foundation.errors import Refusal
from yigang.people import queries as people_queries


@dataclass(frozen=True)
class Step:
    """Something that may be done, with its form; or the reason why not."""

    label: str
    url: str
    icon: str
    form: forms.Form
    why_not: str = ""
    danger: bool = False

    def __post_init__(self) -> None:
        self.form.auto_id = own_ids(self.url)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200)


class DayForm(forms.Form):
    on = forms.DateField(label=_("Day"), widget=Day, initial=timezone.localdate)


class PersonField(forms.CharField):
    """A person by the identity number; `clean` gives the person."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("Identity number of the person"), max_length=20, **kwargs)

    def clean(self, value: Any) -> Any:
        number = super().clean(value)
        try:
            person = people_queries.by_identity(number) if number else None
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        if person is None and number:
            raise forms.ValidationError(
                _("Nobody with this number is registered in your region. Add the person first.")
            )
        return person


def person_link(name: str, key: int) -> str:
    """A name that opens the person's page."""
    return linked("person", key, name)


def linked(page: str, key: int, words: object) -> str:
    """Words that open a page of the console."""
    return format_html('<a href="{}">{}</a>', reverse(f"console:{page}", args=[key]), words)


def tag(kind: str, words: object) -> str:
    """A state as a word with its colour: `good`, `warn`, `bad` or none."""
    return format_html('<span class="tag tag-{}">{}</span>', kind, words)


def place_of(code: str) -> str:
    """Town and village of one row."""
    return regions.full_name(code, regions.names([code, f"{code[:9]}000"]))


def sentences(lines: Iterable[object]) -> str:
    return "；".join(str(line) for line in lines)


def cleaned(form: forms.Form) -> dict[str, Any]:
    """The form's data; what is wrong becomes a refusal at the page one came from."""
    if not form.is_valid():
        raise Refusal(" ".join(str(error) for errors in form.errors.values() for error in errors), code="form")
    return form.cleaned_data
