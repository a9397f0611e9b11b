"""Periods of rankings: which are open, the points of one, how it stands, and its closing."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.appraisal import rankings, units
from yigang.appraisal.access import CLOSE_RANKING, GIVE_UNIT_POINTS, KEEP_UNITS, READ_UNITS
from yigang.appraisal.models import BoundMember, Ranking, Unit, UnitPoints
from yigang.appraisal.rankings import Closing, Standing
from yigang.appraisal.units import GivenPoints, Span
from yigang.console import regions
from yigang.console.pages import action, actor_of, back, found, page
from yigang.console.tenure.pieces import Step, cleaned
from yigang.console.tenure.tabs import Offer
from yigang.console.units.listing import with_cards
from yigang.console.units.tabs import units_frame
from yigang.foundation import regioncode
from yigang.foundation.access import may
from yigang.foundation.errors import Refusal
from yigang.posts.models import Programme

BEFORE = 3
"""Periods before the one that runs are offered."""


@dataclass(frozen=True)
class Row:
    """One period of a ranking in the list of what is to be done."""

    programme: Programme
    asked: Span
    listed: int
    judged: int
    closed: Ranking | None
    url: str

    @property
    def state(self) -> tuple[str, str]:
        if self.closed:
            return "good", _now("Closed")
        if self.asked.last >= timezone.localdate():
            return "", _now("Running")
        if not self.listed:
            return "", _now("No unit is listed")
        return ("warn", _now("To be closed")) if self.judged == self.listed else ("bad", _now("Points missing"))


def region_of(request: HttpRequest) -> str:
    return regioncode.pad(regions.viewing(request) or actor_of(request).prefixes[0])


def _spans(programme: Programme, cards: Any, over: date | None) -> list[Span]:
    """The newest periods of each ranking: those up to today, or up to the day on which the programme was over."""
    newest = min(timezone.localdate(), over or date.max)
    found_spans = []
    for card in cards:
        for ranking in card.rankings:
            month = newest.year * 12 + (newest.month - 1) // ranking.months * ranking.months
            for back_by in range(BEFORE + 1):
                at = month - back_by * ranking.months
                try:
                    asked = units.span(programme, card.name, ranking.name, date(at // 12, at % 12 + 1, 1))
                except Refusal:
                    continue  # no such text was in force then
                if asked.last >= programme.starts:
                    found_spans.append(asked)
    return found_spans


@page(READ_UNITS)
def periods(request: HttpRequest) -> HttpResponseBase:
    """What runs and what is to be closed, for each ranking of each card."""
    region = region_of(request)
    having = with_cards()
    over = units.last_days([programme for programme, _cards in having])
    table = [row for programme, cards in having for row in _rows(programme, cards, region, over.get(programme.pk))]
    offer = Offer(_("Draw up the list"), "units-draw-up", "plus", KEEP_UNITS)
    context = units_frame(actor_of(request), "units", offer) | {"rows": table, "flags": rankings.flags_held(region)}
    return render(request, "console/units/periods.html", context)


def _rows(programme: Programme, cards: Any, region: str, over: date | None) -> list[Row]:
    """Three queries for a programme, whatever the number of its rankings."""
    prefix = regioncode.prefix_of(region)
    units_of = Unit.objects.filter(programme=programme, active=True, region_code__startswith=prefix)
    listed = Counter(units_of.values_list("card", flat=True))
    entries = UnitPoints.objects.filter(unit__programme=programme, unit__active=True, region_code__startswith=prefix)
    counted = entries.order_by().values("unit__card", "ranking", "first").annotate(units=Count("unit", distinct=True))
    judged = {(one["unit__card"], one["ranking"], one["first"]): one["units"] for one in counted}
    covering = [
        row for row in Ranking.objects.filter(programme=programme, withdrawn_at=None)
        if region.startswith(regioncode.prefix_of(row.region_code))
    ]  # fmt: skip
    closed = {(row.card, row.name, row.first): row for row in covering}
    return [
        Row(programme, asked, listed[asked.card.name], judged.get(key, 0), closed.get(key), _address(programme, asked))
        for asked in _spans(programme, cards, over) for key in ((asked.card.name, asked.name, asked.first),)
    ]  # fmt: skip


def _address(programme: Programme, asked: Span) -> str:
    return reverse("console:units-period", args=[programme.pk, asked.card.name, asked.name, f"{asked.first:%Y-%m}"])


def _asked(programme: Programme, card: str, name: str, month: str) -> Span:
    try:
        return units.span(programme, card, name, date.fromisoformat(f"{month}-01"))
    except (Refusal, ValueError) as error:
        raise Http404 from error


class TaskForm(forms.Form):
    """Whether somebody did the task of their own."""

    done = forms.ChoiceField(label=_("Own task"), choices=[("1", _("Done")), ("0", _("Not done"))])
    reason = forms.CharField(label=_("What shows it"), max_length=200)


class CloseForm(forms.Form):
    """Units left out with their reason; departments with whether the plan is on schedule."""

    left_out = forms.ModelMultipleChoiceField(
        label=_("Leave out"), queryset=Unit.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    why = forms.CharField(label=_("Left out because"), max_length=200, required=False)

    def __init__(self, asked: Span, lacking: list[Unit], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.roles = [one.name for one in asked.rule.departments]
        out = self.fields["left_out"]
        assert isinstance(out, forms.ModelMultipleChoiceField)
        out.queryset = Unit.objects.filter(pk__in=[unit.pk for unit in lacking])
        if not lacking:
            del self.fields["left_out"], self.fields["why"]
        if self.roles:
            self.fields["schedule"] = forms.ChoiceField(
                label=_("The whole plan is"), choices=[("1", _("on schedule")), ("0", _("behind schedule"))]
            )
        for number, role in enumerate(self.roles):
            self.fields[f"head{number}"] = forms.CharField(label=role, max_length=60)

    def closing(self) -> Closing:
        data = cleaned(self)
        out = {unit.pk: data.get("why", "") for unit in data.get("left_out", ())}
        heads = {role: data[f"head{number}"] for number, role in enumerate(self.roles)}
        return Closing(out, heads, data["schedule"] == "1" if self.roles else None)


@page(READ_UNITS)
def period(request: HttpRequest, pk: int, card: str, name: str, month: str) -> HttpResponseBase:
    """The points of a period as a table, how the units stand, and what can be done."""
    programme = found(Programme.objects.all(), pk=pk)
    asked, region = _asked(programme, card, name, month), region_of(request)
    standing = rankings.standing(programme, asked, region)
    closed = units.closed_above(asked, programme, [region]).get(region)
    placed = {each.unit: each for each in standing.placed}
    context = {
        "asked": asked, "programme": programme, "closed": closed, "place": regions.full_name(region, regions.names([region])),
        "rows": [_row(asked, one, placed) for one in standing.judged],
        "may_give": bool(may(actor_of(request), GIVE_UNIT_POINTS)) and closed is None,
        "steps": [] if closed else _steps(request, programme, asked, region, standing),
        "shares": [(standing.members[each.key], each.fen, rankings.why_words(each.why)) for each in standing.shares],
    }  # fmt: skip
    return render(request, "console/units/period.html", context)


def _row(asked: Span, one: rankings.Judged, placed: dict[str, Any]) -> dict[str, Any]:
    cells = [(item, one.points[item.name].points if item.name in one.points else None) for item in asked.card.items]
    return {"unit": one.unit, "cells": cells, "score": one.score, "placed": placed.get(rankings.key_of(one.unit))}


def _steps(request: HttpRequest, programme: Programme, asked: Span, region: str, standing: Standing) -> list[Step]:
    actor = actor_of(request)
    here = [programme.pk, asked.card.name, asked.name, f"{asked.first:%Y-%m}"]
    free = {role.name for role in asked.card.bound if role.penalty == "unless_own_task"}
    lacking = [one.unit for one in standing.lacking]
    return [
        *(
            Step(_now("Own task of %(name)s") % {"name": member.name}, reverse("console:units-task", args=[*here, member.pk]),
                 "check", TaskForm(), may(actor, GIVE_UNIT_POINTS, member.region_code).why)
            for member in standing.members.values() if member.role in free
        ),
        Step(_now("Close the ranking"), reverse("console:units-close", args=here), "lock", CloseForm(asked, lacking),
             may(actor, CLOSE_RANKING, region).why),
    ]  # fmt: skip


@action(GIVE_UNIT_POINTS)
def give(request: HttpRequest, pk: int, card: str, name: str, month: str) -> HttpResponseBase:
    """Keep the points that were changed in the table, all under one reason."""
    programme = found(Programme.objects.all(), pk=pk)
    asked = _asked(programme, card, name, month)
    given = _changed(request, programme, asked)
    if given:
        units.give_points(asked, programme, given, actor=actor_of(request))
        messages.success(request, _now("%(count)d entries kept.") % {"count": len(given)})
    else:
        messages.info(request, _now("Nothing was changed."))
    return back(request)


def _changed(request: HttpRequest, programme: Programme, asked: Span) -> list[GivenPoints]:
    """The inputs whose value is not the one that counts now; an emptied input changes nothing."""
    listed = {unit.pk: unit for unit in Unit.objects.filter(programme=programme, card=asked.card.name)}
    newest = units.newest_points(asked, listed)
    given = []
    for key, text in request.POST.items():
        word, _dash, rest = key.partition("-")
        number, _dash, index = rest.partition("-")
        if word != "points" or not (number.isdigit() and index.isdigit() and str(text).strip()):
            continue
        unit, items = listed.get(int(number)), asked.card.items
        if unit is None or int(index) >= len(items):
            continue
        item, points = items[int(index)].name, _points(str(text), unit)
        before = newest.get(unit.pk, {}).get(item)
        if before is None or before.points != points:
            given.append(GivenPoints(unit, item, points, request.POST.get("reason", "")))
    return given


def _points(text: str, unit: Unit) -> Decimal:
    try:
        return Decimal(text.strip())
    except InvalidOperation as error:
        raise Refusal(
            _("“%(text)s” for %(unit)s is no number of points."), {"text": text, "unit": unit}, code="not_points"
        ) from error  # fmt: skip


@action(GIVE_UNIT_POINTS)
def own_task(request: HttpRequest, pk: int, card: str, name: str, month: str, member: int) -> HttpResponseBase:
    asked = _asked(found(Programme.objects.all(), pk=pk), card, name, month)
    row = found(BoundMember.objects.select_related("unit__programme"), pk=member)
    data = cleaned(TaskForm(request.POST))
    units.say_own_task(row, asked, done=data["done"] == "1", reason=data["reason"], actor=actor_of(request))
    return back(request)


@action(CLOSE_RANKING)
def close(request: HttpRequest, pk: int, card: str, name: str, month: str) -> HttpResponseBase:
    programme, region = found(Programme.objects.all(), pk=pk), region_of(request)
    asked = _asked(programme, card, name, month)
    lacking = [one.unit for one in rankings.standing(programme, asked, region).lacking]
    closing = CloseForm(asked, lacking, request.POST).closing()
    made = rankings.close(programme, asked, region, closing, actor=actor_of(request))
    messages.success(request, _now("The ranking is closed."))
    return redirect("console:units-ranking", made.pk)
