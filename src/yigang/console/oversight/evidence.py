"""The evidence of an anomaly, each piece with the page where it lies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from yigang.oversight.anomaly_words import piece
from yigang.oversight.models import Anomaly
from yigang.people.models import LabourRecord, Person

SHOWN = 60
"""So many pieces are listed; whoever wants more opens the month."""


def evidence(row: Anomaly) -> list[tuple[str, str]]:
    """Where it lies, as a link with the name of whom it is about, and what it says. People out of sight have no link."""
    rows = row.rows[:SHOWN]
    names = dict(Person.objects.filter(pk__in=_people(rows)).values_list("pk", "name"))
    labour = dict(LabourRecord.objects.filter(pk__in=_numbers(rows, "l")).values_list("pk", "person"))
    return [(_link(one, row, names, labour), piece(one)) for one in rows]


def _people(rows: Iterable[Mapping[str, Any]]) -> set[int]:
    named = {int(one["person"]) for one in rows if one.get("person")}
    return named | {int(one["key"].split(":")[1]) for one in rows if one["key"][0] in "mdp"}


def _numbers(rows: Iterable[Mapping[str, Any]], mark: str) -> list[int]:
    return [int(one["key"].split(":")[1]) for one in rows if one["key"][0] == mark]


def _link(one: Mapping[str, Any], row: Anomaly, names: Mapping[int, str], labour: Mapping[int, int]) -> str:
    mark, number, *rest = one["key"].split(":")
    about = int(number) if mark in "mdp" else int(one.get("person") or labour.get(int(number)) or row.person_id)
    if about not in names and about != row.person_id:
        return _("Somebody in another region")
    name = names.get(about, row.person.name)
    if mark == "m":
        month = rest[0]
        return format_html(
            '<a href="{}?month={}">{} {}</a>', reverse("console:duty-calendar", args=[about]), month, name, month
        )
    if mark in "df":
        address = reverse("console:duty-day", args=[about, one["day"]])
        return format_html('<a href="{}">{} {}</a>', address, name, one["day"])
    if mark == "g":
        return format_html(
            '<a href="{}">{} {}</a>', reverse("console:flag", args=[int(number)]), _("Question"), one["day"]
        )
    if mark == "s":
        return format_html('<a href="{}">{} {}</a>', reverse("console:line", args=[int(number)]), name, one["month"])
    return format_html('<a href="{}">{}</a>', reverse("console:person", args=[about]), name)
