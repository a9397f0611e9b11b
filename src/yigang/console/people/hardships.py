"""Hardship categories that end soon or have ended: seen, renewed with new evidence, each with its paper."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.lists import BelowFilter, ChoiceFilter, Column, Empty, List, show
from yigang.console.pages import actor_of, form_page, found, page
from yigang.console.people.forms import Day
from yigang.foundation.access import require
from yigang.foundation.models import User
from yigang.people import queries
from yigang.people.access import KEEP_PEOPLE, READ_PEOPLE
from yigang.people.enums import HardshipKind
from yigang.people.hardship import attach_evidence, renew_hardship
from yigang.people.models import Hardship


def state_of(hardship: Hardship, day: date) -> str:
    """How it stands: days left, or since when it is over."""
    if hardship.until is None:
        return ""
    days = (hardship.until - day).days
    return (
        _now("ends in %(days)d days") % {"days": days}
        if days >= 0
        else _now("ended %(days)d days ago") % {"days": -days}
    )


def ends(rows: Any, value: str) -> Any:
    day = timezone.localdate()
    return rows.filter(until__lt=day) if value == "over" else rows.filter(until__gte=day)


HARDSHIPS = List(
    name="hardships-ending",
    title=_("Hardship categories that end"),
    unit=_("categories"),
    rows=lambda reader: queries.hardships_ending(reader.prefix, timezone.localdate()).select_related("person", "file"),
    columns=(
        Column("name", _("Name"), lambda row: row.person.name, always=True),
        Column("place", _("Village"), lambda row: row.place, sort=("region_code",)),
        Column("kind", _("Hardship category"), lambda row: row.get_kind_display(), sort=("kind",)),
        Column("evidence", _("Evidence"), lambda row: row.evidence, wrap=True),
        Column("file", _("Paper on file"), lambda row: bool(row.file_id)),
        Column("since", _("Since"), lambda row: row.since, sort=("since",), kind="date"),
        Column("until", _("Until"), lambda row: row.until, sort=("until",), kind="date"),
        Column("state", _("State"), lambda row: state_of(row, timezone.localdate())),
    ),
    order=("until",),
    filters=(
        BelowFilter(),
        ChoiceFilter("ends", _("Ends"), ends, (("soon", _("Within 60 days")), ("over", _("Has ended")))),
        ChoiceFilter("kind", _("Hardship category"), "kind", HardshipKind.choices),
    ),
    search=lambda rows, words: rows.filter(person__name__contains=words),
    search_hint=_("Name"),
    link=lambda row: reverse("console:hardship-renew", args=[row.pk]),
    prepare=regions.name_places,
    empty=Empty(_("No category ends within 60 days, and none has ended without being renewed.")),
)


class RenewForm(forms.Form):
    """A new term with its own evidence."""

    evidence = forms.CharField(label=_("Evidence"), max_length=200)
    since = forms.DateField(label=_("Since"), widget=Day)
    until = forms.DateField(label=_("Until"), required=False, widget=Day)
    paper = forms.FileField(
        label=_("Paper"),
        required=False,
        help_text=_("PDF or picture, at most 10 MB."),
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png,image/webp"}),
    )


@page(READ_PEOPLE)
def hardships(request: HttpRequest) -> HttpResponseBase:
    return show(request, HARDSHIPS, template="console/people/hardships.html")


@page(KEEP_PEOPLE)
def renew(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = found(Hardship.objects.select_related("person"), pk=pk)
    require(actor_of(request), KEEP_PEOPLE, row.region_code)

    @transaction.atomic
    def save(data: dict[str, Any], actor: User) -> str:
        paper = data.pop("paper")
        made = renew_hardship(row, **data, actor=actor)
        if paper:
            attach_evidence(made, paper.read(), name=paper.name, actor=actor)
        return reverse("console:person", args=[row.person_id])

    begins = (row.until or timezone.localdate()) + timedelta(days=1)
    form = RenewForm(request.POST or None, request.FILES or None, initial={"since": begins, "evidence": row.evidence})
    title = _now("Renew “%(kind)s” of %(name)s") % {"kind": row.get_kind_display(), "name": row.person.name}
    return form_page(request, form, title, save, back_to=reverse("console:hardships"))
