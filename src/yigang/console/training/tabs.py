"""The pages of training, and pieces that several of them share."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.console.tenure.tabs import Offer
from yigang.console.tenure.tabs import frame as framed
from yigang.foundation.models import User
from yigang.posts.models import Programme
from yigang.training.models import Plan

TABS = (
    ("training", _("How far the towns are")),
    ("training-courses", _("Courses")),
    ("training-sessions", _("Sessions")),
    ("training-bank", _("Question bank")),
    ("training-papers", _("Papers")),
    ("training-results", _("Test results")),
    ("training-remedial", _("Training to be made up")),
    ("training-contests", _("Contests")),
)


def frame(actor: User, current: str, *offers: Offer) -> dict[str, Any]:
    """For the template's context."""
    return framed(actor, current, *offers, tabs=TABS, name=_("Training"))


def by_person(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    """Search by whose it is."""
    return rows.filter(Q(person__name__contains=words) | Q(person__initials__startswith=words))


def moment(label: Any) -> forms.DateTimeField:
    """A local moment to the minute."""
    return forms.DateTimeField(
        label=label, widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )


def asked(request: HttpRequest) -> tuple[Programme | None, int]:
    """Programme and year of the address, else those of the newest plan, else what there is."""
    plan = Plan.objects.select_related("programme").order_by("-year").first()
    number = request.GET.get("programme", "")
    chosen = Programme.objects.filter(pk=int(number)).first() if number.isdigit() else None
    year = request.GET.get("year", "")
    known = plan.year if plan else timezone.localdate().year
    return chosen or (plan.programme if plan else Programme.objects.first()), int(year) if _is_year(year) else known


def _is_year(text: str) -> bool:
    return text.isascii() and text.isdigit() and 1900 < int(text) < 9999


def until(year: int) -> date:
    """Up to which day a year is looked at: today, or the last day of a year that is over."""
    return min(timezone.localdate(), date(year, 12, 31))
