"""The chips of a list. Each reads one parameter of the address and draws one control of the filter form."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from yigang.console import regions
from yigang.console.lists.spec import Rows, Text
from yigang.console.regions import Reader

Choices = Iterable[tuple[Any, Any]]


def _select(key: str, label: Text, value: str, choices: Choices) -> SafeString:
    options = format_html_join(
        "", '<option value="{}"{}>{}</option>',
        ((code, SafeString(" selected") if str(code) == value else "", name) for code, name in choices),
    )  # fmt: skip
    return format_html(
        '<label class="filter"><span>{}</span><select class="form-select form-select-sm" name="{}">'
        '<option value="">{}</option>{}</select></label>',
        label, key, _("All"), options,
    )  # fmt: skip


@dataclass(frozen=True)
class ChoiceFilter:
    """One of a set. `choices` may be a function when they come from the database, `field` one that narrows the rows.

    `counts` is for a list whose columns count what is chosen: it annotates the rows anew.
    """

    key: str
    label: Text
    field: str | Callable[[Rows, str], Rows]
    choices: Choices | Callable[[Reader], Choices]
    counts: Callable[[Rows, str], Rows] | None = None

    def apply(self, rows: Rows, value: str) -> Rows:
        narrowed = self.field(rows, value) if callable(self.field) else rows.filter(**{self.field: value})
        return self.counts(narrowed, value) if self.counts else narrowed

    def describe(self, value: str, reader: Reader) -> str:
        return next((str(name) for code, name in self._choices(reader) if str(code) == value), "")

    def control(self, value: str, reader: Reader) -> SafeString:
        return _select(self.key, self.label, value, self._choices(reader))

    def _choices(self, reader: Reader) -> Choices:
        return self.choices(reader) if callable(self.choices) else self.choices


@dataclass(frozen=True)
class FlagFilter:
    """Yes or no by a condition. The condition must say both: its negation is taken for “no”."""

    key: str
    label: Text
    condition: Callable[[], Q]

    def apply(self, rows: Rows, value: str) -> Rows:
        return rows.filter(self.condition()) if value == "yes" else rows.filter(~self.condition())

    def describe(self, value: str, reader: Reader) -> str:  # noqa: ARG002 - the same call for every filter
        return {"yes": _("Yes"), "no": _("No")}.get(value, "")

    def control(self, value: str, reader: Reader) -> SafeString:  # noqa: ARG002 - the same call for every filter
        return _select(self.key, self.label, value, (("yes", _("Yes")), ("no", _("No"))))


@dataclass(frozen=True)
class DateFilter:
    """From a day on, or up to it: two of them make a range (`DateFilter("from", …, "day__gte")`)."""

    key: str
    label: Text
    lookup: str

    def apply(self, rows: Rows, value: str) -> Rows:
        return rows.filter(**{self.lookup: date.fromisoformat(value)})

    def describe(self, value: str, reader: Reader) -> str:  # noqa: ARG002 - the same call for every filter
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            return ""

    def control(self, value: str, reader: Reader) -> SafeString:  # noqa: ARG002 - the same call for every filter
        return format_html(
            '<label class="filter"><span>{}</span>'
            '<input class="form-control form-control-sm" type="date" name="{}" value="{}"></label>',
            self.label, self.key, value,
        )  # fmt: skip


@dataclass(frozen=True)
class BelowFilter:
    """One of the regions directly below the one looked at."""

    key: str = "below"
    label: Text = field(default_factory=lambda: _lazy("Town or village"))
    region_field: str = "region_code"

    def apply(self, rows: Rows, value: str) -> Rows:
        return rows.filter(regions.inside(value, self.region_field))

    def describe(self, value: str, reader: Reader) -> str:
        return next((place.name for place in reader.below if place.prefix == value), "")

    def control(self, value: str, reader: Reader) -> SafeString:
        return _select(self.key, self.label, value, ((place.prefix, place.name) for place in reader.below))
