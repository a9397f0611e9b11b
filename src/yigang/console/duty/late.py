"""Phones' records that came after their month was sealed: a month keeps its seal, an officer says what follows."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat, Substr
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yigang.console import access, regions
from yigang.console.lists import BelowFilter, Column, Empty, FlagFilter, List, show
from yigang.console.pages import form_page, found, page
from yigang.duty.access import CORRECT_EVIDENCE
from yigang.duty.domain.late import answer_late
from yigang.duty.models import LateRecord
from yigang.foundation.models import User
from yigang.payment.models import Settlement

KINDS = {
    "check_in": _("Check-in"), "log": _("Log"), "leave": _("Asking for leave"), "leave_return": _("Return from leave"),
    "leave_cancel": _("Leave taken back"), "report": _("Report"), "visit": _("Visit"),
}  # fmt: skip


def of_sealed_months() -> QuerySet[LateRecord]:
    """Those that came after the town's month was sealed, each with the settlement that holds the seal."""
    sealed = Settlement.objects.filter(
        programme=OuterRef("programme"), month=OuterRef("month"), sealed_at__lt=OuterRef("received_at"),
        region_code=Concat(Substr(OuterRef("region_code"), 1, 9), Value("000")),
    )  # fmt: skip
    rows = LateRecord.objects.filter(Exists(sealed)).annotate(settlement=Subquery(sealed.values("pk")[:1]))
    return rows.select_related("record", "person", "seen_by")


LATE = List(
    name="late-records",
    title=_("Late for a sealed month"),
    unit=_("records"),
    rows=lambda _reader: of_sealed_months(),
    columns=(
        Column("person", _("Person"), lambda row: row.person.name, sort=("person__pinyin",), always=True),
        Column(
            "month", pgettext_lazy("calendar", "Month"), lambda row: f"{row.month:%Y-%m}", sort=("month",), always=True
        ),
        Column("kind", _("Kind"), lambda row: KINDS[row.record.kind]),
        Column("at", _("When"), lambda row: row.record.at, sort=("record__at",), kind="datetime"),
        Column("received", _("Came in"), lambda row: row.received_at, sort=("received_at",), kind="datetime"),
        Column("place", _("Region"), lambda row: row.place),
        Column("note", _("What was decided"), lambda row: row.note, wrap=True),
        Column("by", _("By"), lambda row: row.seen_by.name if row.seen_by else "", shown=False),
    ),
    order=("-received_at",),
    filters=(BelowFilter(), FlagFilter("open", _("To be looked at"), lambda: Q(seen_at=None))),
    search=lambda rows, words: rows.filter(Q(person__name__contains=words) | Q(person__initials__startswith=words)),
    search_hint=_("Name or pinyin initials"),
    prepare=regions.name_places,
    link=lambda row: reverse("console:duty-late-one", args=[row.pk]),
    empty=Empty(_("No record has come in after its month was sealed.")),
)


class NoteForm(forms.Form):
    note = forms.CharField(
        label=_("What was decided"),
        max_length=200,
        help_text=_("For instance: settled by an adjustment; changes nothing."),
    )


@page(access.OPEN_DUTY)
def late(request: HttpRequest) -> HttpResponseBase:
    return show(request, LATE, template="console/duty/late.html", context={"tab": "late"})


@page(CORRECT_EVIDENCE)
def answer(request: HttpRequest, pk: Any) -> HttpResponseBase:
    """The record, the day that it is about, and what the sealed month would owe now."""
    row = found(of_sealed_months(), pk=pk)
    regions.name_places([row])

    def save(data: dict[str, Any], actor: User) -> str:
        answer_late(row, note=data["note"], actor=actor)
        return reverse("console:duty-late")

    title = _now("%(person)s: late for %(month)s") % {"person": row.person.name, "month": f"{row.month:%Y-%m}"}
    context = {"row": row, "kind": KINDS[row.record.kind], "day": f"{timezone.localdate(row.record.at)}", "tab": "late"}
    return form_page(
        request, NoteForm(request.POST or None, initial={"note": row.note}), title, save,
        back_to=reverse("console:duty-late"), template="console/duty/late_one.html", context=context,
    )  # fmt: skip
