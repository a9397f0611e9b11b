"""Points that came after their month was sealed: what they change, beside what was sealed; an officer says what follows."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat, Substr
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.lists import BelowFilter, Column, Empty, FlagFilter, List, show
from yigang.console.pages import form_page, found, page
from yigang.console.patrols.records import hours
from yigang.duty import domain
from yigang.duty.access import READ_PATROLS, WITHDRAW_PATROL
from yigang.duty.models import PatrolChange
from yigang.foundation.models import User
from yigang.payment.models import Settlement

LABELS = (
    ("fixes", _("Fixes"), str), ("distance_m", _("Distance"), lambda metres: f"{metres / 1000:.2f} km"),
    ("moving_s", _("Moving"), hours), ("inside_s", _("In the area"), hours), ("points_reached", _("Key points"), str),
)  # fmt: skip


def of_sealed_months() -> QuerySet[PatrolChange]:
    """Changes that came after the town's month was sealed: the seal keeps the figures before them."""
    sealed = Settlement.objects.filter(
        programme=OuterRef("programme"), month=OuterRef("month"), sealed_at__lt=OuterRef("at"),
        region_code=Concat(Substr(OuterRef("region_code"), 1, 9), Value("000")),
    )  # fmt: skip
    return PatrolChange.objects.filter(Exists(sealed)).select_related("patrol__person", "seen_by").annotate(
        was=F("before__distance_m"), now=F("after__distance_m")
    )  # fmt: skip


def _km(metres: Any) -> str:
    return "—" if metres is None else f"{metres / 1000:.2f}"


LATE = List(
    name="late-points",
    title=_("Late points of sealed months"),
    unit=_("patrols"),
    rows=lambda _reader: of_sealed_months(),
    columns=(
        Column("person", _("Person"), lambda row: row.patrol.person.name, always=True),
        Column("at", _("Came in"), lambda row: row.at, sort=("at",), kind="datetime", always=True),
        Column("place", _("Region"), lambda row: row.place),
        Column("day", _("Patrol of"), lambda row: row.patrol.day, sort=("patrol__day",), kind="date"),
        Column("fixes", _("Fixes added"), lambda row: row.fixes, sort=("fixes",), kind="integer"),
        Column("was", _("As sealed"), lambda row: _km(row.was), unit="km"),
        Column("now", _("With them"), lambda row: _km(row.now), unit="km"),
        Column("note", _("What was decided"), lambda row: row.note, wrap=True),
        Column("by", _("By"), lambda row: row.seen_by.name if row.seen_by else "", shown=False),
    ),
    order=("-at",),
    filters=(BelowFilter(), FlagFilter("open", _("To be looked at"), lambda: Q(seen_at=None))),
    prepare=regions.name_places,
    link=lambda row: reverse("console:patrol-late", args=[row.pk]),
    empty=Empty(_("No points have come in after their month was sealed.")),
)  # fmt: skip


class NoteForm(forms.Form):
    note = forms.CharField(
        label=_("What was decided"),
        max_length=200,
        help_text=_("For instance: settled by an adjustment; changes nothing."),
    )


@page(READ_PATROLS)
def late(request: HttpRequest) -> HttpResponseBase:
    return show(request, LATE, template="console/patrols/late.html", context={"tab": "late"})


@page(WITHDRAW_PATROL)
def answer(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Before and after side by side, and what follows."""
    change = found(of_sealed_months(), pk=pk)
    regions.name_places([change])
    compared = [
        (label, _shown(change.before.get(key), words), _shown(change.after.get(key), words))
        for key, label, words in LABELS
    ]

    def save(data: dict[str, Any], actor: User) -> str:
        domain.answer_change(change, note=data["note"], actor=actor)
        return reverse("console:patrols-late")

    title = _now("Late points of %(person)s, %(day)s") % {"person": change.patrol.person.name, "day": change.patrol.day}
    form = NoteForm(request.POST or None, initial={"note": change.note})
    context = {"change": change, "compared": compared, "tab": "late"}
    return form_page(
        request, form, title, save, back_to=reverse("console:patrols-late"), template="console/patrols/answer.html",
        context=context,
    )  # fmt: skip


def _shown(value: Any, words: Any) -> str:
    return "—" if value is None else str(words(value))
