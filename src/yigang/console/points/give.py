"""Giving points: to one person with what shows it, or to a selection with a preview."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from yigang.appraisal.access import GIVE_POINTS
from yigang.appraisal.points import Given, give_many, give_points
from yigang.console.fields import offer, offer_rows
from yigang.console.lists import Bulk, Outcome, bound, bulk_page, chosen, list_address
from yigang.console.pages import actor_of, form_page, found, page
from yigang.console.people.forms import Day
from yigang.console.points.people import PEOPLE
from yigang.console.points.tabs import clauses_of, last_day
from yigang.duty.models import Incident, WorkResult
from yigang.foundation.domain import store_paper
from yigang.foundation.models import User
from yigang.policy.points import KIND_WORDS, PointClause
from yigang.tenure.models import Appointment

LATEST = 30
"""Incidents and results that are offered as evidence."""


def words_of(clause: PointClause) -> str:
    """A clause in a line: its kind, its name, its range."""
    points = f"{clause.most:f}" if clause.least == clause.most else f"{clause.least:f}–{clause.most:f}"
    return f"{KIND_WORDS[clause.kind]} · {clause.name}（{'−' if clause.kind == 'debit' else '+'}{points}）"


class PointsForm(forms.Form):
    """So many points for a clause on a day."""

    clause = forms.ChoiceField(label=_("For what"))
    points = forms.DecimalField(
        label=_("How many points"), max_digits=6, decimal_places=2, min_value=0,
        help_text=_("Always above zero; the clause says whether they are added or taken away."),
    )  # fmt: skip
    day = forms.DateField(label=_("Day on which it happened"), widget=Day, initial=timezone.localdate)
    reason = forms.CharField(label=_("Reason for the points"), max_length=200, widget=forms.Textarea({"rows": 2}))

    def __init__(self, *args: Any, clauses: Iterable[PointClause] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "clause", [(one.code, words_of(one)) for one in clauses])


class GiveForm(PointsForm):
    """Points for one person, with what shows it."""

    incident = forms.ModelChoiceField(Incident.objects.none(), label=_("Shown by an incident reported"), required=False)
    result = forms.ModelChoiceField(WorkResult.objects.none(), label=_("Shown by a work result"), required=False)
    file = forms.FileField(
        label=_("Shown by a photo or paper"), required=False, help_text=_("PDF, JPEG or PNG, at most 20 MB.")
    )

    def __init__(self, held: Appointment, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "incident", _latest(Incident.objects.filter(person=held.person_id), "-at"))
        results = WorkResult.objects.filter(person=held.person_id, withdrawn_at=None)
        offer_rows(self, "result", _latest(results, "-day"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if sum(bool(data.get(key)) for key in ("incident", "result", "file")) > 1:
            raise forms.ValidationError(_("Name one thing that shows it, not several."))
        return data


def _latest(rows: Any, order: str) -> Any:
    """Few enough to choose from; a choice is looked up among them."""
    return rows.filter(pk__in=list(rows.order_by(order).values_list("pk", flat=True)[:LATEST])).order_by(order)


def allowed(held: Appointment, actor: User) -> list[PointClause]:
    """The clauses by which this officer may give this person points."""
    return [one for one in clauses_of(held.programme, last_day(held)) if actor.role in one.by]


@page(GIVE_POINTS)
def give(request: HttpRequest, pk: int) -> HttpResponseBase:
    held = found(Appointment.objects.select_related("person", "programme"), pk=pk)
    actor = actor_of(request)
    form = GiveForm(
        held, request.POST or None, request.FILES or None, clauses=allowed(held, actor), initial={"day": last_day(held)}
    )
    back_to = reverse("console:person", args=[held.person_id])

    def save(data: dict[str, Any], actor: User) -> str:
        file = data["file"]
        stored = store_paper(file.read(), name=file.name, region_code=held.region_code, actor=actor) if file else None
        given = Given(
            held, data["clause"], data["points"], data["reason"], data["day"], data["incident"], data["result"], stored
        )
        give_points(given, actor=actor)
        return back_to

    return form_page(request, form, _now("Give %(name)s points") % {"name": held.person.name}, save, back_to=back_to)


@require_POST
@page(GIVE_POINTS)
def give_to_many(request: HttpRequest) -> HttpResponseBase:
    """The chosen people of the list of points. Clauses that ask for evidence are given one by one."""
    rows, actor = chosen(request, PEOPLE), actor_of(request)
    clauses = {one.code: one for held in rows for one in allowed(held, actor) if not one.evidence}

    def do(rows: list[Any], answers: dict[str, Any], actor: User) -> list[Outcome]:
        given = [Given(row, answers["clause"], answers["points"], answers["reason"], answers["day"]) for row in rows]
        made = give_many(given, actor=actor)
        return [
            Outcome(row.person.name, f"{row.total:+.2f}", f"{row.total + entry.points:+.2f} · {entry.month:%Y-%m}")
            for row, entry in zip(rows, made, strict=True)
        ]

    bulk = Bulk(
        title=_now("Give points"), button=_now("Give these points"), done=_now("%(count)d people were given points."),
        do=do, name=lambda row: row.person.name, back_to=list_address(request, PEOPLE, "console:points"),
        form=bound(request, PointsForm, clauses=clauses.values()), list_id="list-points",
        headings=(_now("Concerned"), _now("Points in this post"), _now("Afterwards, and the month in which it counts")),
    )  # fmt: skip
    return bulk_page(request, bulk, rows)
