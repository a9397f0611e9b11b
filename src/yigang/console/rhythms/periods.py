"""One period: the marks of its parties as a grid, how it would be closed, its closing and its reopening."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now

from yigang.appraisal import closings, queries
from yigang.appraisal.access import CLOSE_PERIOD, READ_PERIODS, capability_for
from yigang.appraisal.domain import GivenMark, give_marks
from yigang.appraisal.forms import read_pasted
from yigang.appraisal.models import Closing, Mark
from yigang.appraisal.tasks import close_period
from yigang.console import regions
from yigang.console.months.marks import points
from yigang.console.pages import action, actor_of, back, found, page, sentence
from yigang.console.rhythms import listed
from yigang.console.rhythms.tabs import rhythms_frame
from yigang.console.tenure.pieces import ReasonForm, Step, cleaned
from yigang.foundation import money, regioncode
from yigang.foundation.access import may
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.payment.access import ADJUST
from yigang.payment.settlement import bonuses
from yigang.payment.settlement.bonuses import Bonus, Owed
from yigang.policy.model import Mark as MarkRule
from yigang.policy.rhythms import Rhythm, party_word
from yigang.posts.models import Programme
from yigang.tenure.models import Appointment

PEOPLE_A_PAGE = 50
AT_ONCE = 2_000
"""More people than this are closed in the background, with a progress bar."""
CHANGES_SHOWN = 50


@dataclass(frozen=True)
class Cell:
    """An input of the grid, or what was given."""

    rule: MarkRule
    field: str
    given: Mark | None
    may_give: bool
    typed: str | None = None
    """What was typed and refused."""

    @property
    def value(self) -> str:
        if self.typed is not None:
            return self.typed
        return "" if self.given is None else f"{self.given.value.normalize():f}"


@dataclass(frozen=True)
class Span:
    """What an address names: a period of a programme's rhythm in the region looked at."""

    programme: Programme
    rhythm: Rhythm
    first: date
    region: str

    @property
    def last(self) -> date:
        return self.rhythm.last_of(self.first)

    @property
    def rules(self) -> Sequence[MarkRule]:
        return self.rhythm.marks

    @property
    def here(self) -> list[Any]:
        return [self.programme.pk, self.rhythm.code, self.first.isoformat()]


def region_of(request: HttpRequest) -> str:
    return regioncode.pad(regions.viewing(request) or actor_of(request).prefixes[0])


def span_of(request: HttpRequest, pk: int, code: str, day: str) -> Span:
    programme = found(Programme.objects.all(), pk=pk)
    try:
        first = date.fromisoformat(day)
    except ValueError as error:
        raise Http404 from error
    rhythm = queries.rhythm_for(programme, code, first) if code in {"day", "quarter", "year"} else None
    if rhythm is None:
        raise Http404
    return Span(programme, rhythm, rhythm.first_of(first), region_of(request))


def people_of(span: Span) -> Any:
    """Who served in the period, by village and name."""
    held = Appointment.objects.filter(
        programme=span.programme, region_code__startswith=regioncode.prefix_of(span.region), starts__lte=span.last
    ).exclude(ends__lt=span.first)
    return held.select_related("person", "post").order_by("region_code", "person__pinyin", "pk")


@page(READ_PERIODS)
def periods(request: HttpRequest) -> HttpResponseBase:
    """What runs, what lacks marks, what is to be closed."""
    context = rhythms_frame(actor_of(request), "rhythms") | {"rows": listed.rows(region_of(request))}
    return render(request, "console/rhythms/periods.html", context)


@page(READ_PERIODS)
def period(request: HttpRequest, pk: int, code: str, day: str) -> HttpResponseBase:
    """The grid of a period with what everybody would get, and what can be done."""
    return _shown(request, span_of(request, pk, code, day))


def _shown(
    request: HttpRequest, span: Span, grid: Mapping[str, str] | None = None, pasted: Mapping[str, str] | None = None
) -> HttpResponseBase:
    """The page; after a refusal with all that was typed into the grid, or pasted."""
    actor = actor_of(request)
    shown = Paginator(people_of(span), PEOPLE_A_PAGE).get_page(request.GET.get("page"))
    closed = closing_of(span)
    owed = bonuses.due(closed) if closed else Owed([], [], [])
    context = {
        "span": span, "rules": [(rule, party_word(rule.mark)) for rule in span.rules], "shown": shown, "closed": closed,
        "place": regions.full_name(span.region, regions.names([span.region, f"{span.region[:9]}000"])),
        **_standing(span, closed), "may_give": closed is None and _may_mark(actor, span),
        "steps": [] if span.rhythm.code == "day" else _steps(span, closed, owed.bonuses, actor), "stranded": owed.stranded,
        "short": [(one, money.plain(one.short)) for one in owed.short], "grid": grid or {}, "pasted": pasted or {},
    }  # fmt: skip
    context["rows"] = _rows(span, shown.object_list, context["results"], closed, actor, grid or {})
    return render(request, "console/rhythms/period.html", context)


def _may_mark(actor: User, span: Span) -> bool:
    return any(may(actor, capability_for(rule.mark)).allowed for rule in span.rules)


def closing_of(span: Span) -> Closing | None:
    rows = Closing.objects.filter(
        programme=span.programme, rhythm=span.rhythm.code, first=span.first, reopened_at=None
    ).select_related("closed_by")
    return next((row for row in rows if span.region.startswith(regioncode.prefix_of(row.region_code))), None)


def _standing(span: Span, closed: Closing | None) -> dict[str, Any]:
    """How it would be closed now: results by appointment, people by grade, what differs from the closing before."""
    if span.rhythm.code == "day" or closed is not None:
        return {"results": {}, "grades": {}, "undetermined": 0, "changes": [], "opened": [], "opened_more": 0}
    asked = closings.asked_for(span.programme, span.rhythm.code, span.first, span.region)
    standing = closings.standing(asked)
    wanted = ("appointment_id", "score", "grade", "missing", "cites")
    results = {row[0]: dict(zip(wanted, row, strict=True)) for row in standing.results.select(wanted).iter_rows()}
    moved = closings.changes(asked, standing)[:CHANGES_SHOWN]
    names = dict(
        Appointment.objects.filter(pk__in=[one.appointment_id for one in moved]).values_list("pk", "person__name")
    )
    opened = closings.open_below(asked) if span.last < timezone.localdate() else []
    return {
        "results": results, "grades": standing.grades(), "undetermined": standing.undetermined,
        "changes": [(names.get(one.appointment_id, ""), one) for one in moved],
        "opened": closings.named(opened[: closings.NAMED]), "opened_more": max(0, len(opened) - closings.NAMED),
    }  # fmt: skip


def _rows(
    span: Span, people: Any, results: dict[int, Any], closed: Closing | None, actor: User, typed: Mapping[str, str]
) -> list[dict[str, Any]]:
    held = list(people)
    given = queries.latest_marks([one.pk for one in held], span.first, span.rhythm.code)
    names = regions.names({one.region_code for one in held})
    kept = {}
    if closed is not None:
        kept = {row.appointment_id: row for row in closed.results.filter(appointment__in=[one.pk for one in held])}
    return [
        {
            "held": one, "village": names.get(one.region_code, one.region_code), "now": results.get(one.pk),
            "kept": kept.get(one.pk), "cells": [
                Cell(rule, field := f"mark-{one.pk}-{number}", given.get((one.pk, rule.name)),
                     closed is None and bool(may(actor, capability_for(rule.mark), one.region_code)), typed.get(field))
                for number, rule in enumerate(span.rules)
            ],
        }
        for one in held
    ]  # fmt: skip


def _steps(span: Span, closed: Closing | None, owed: Sequence[Bonus], actor: User) -> list[Step]:
    right = may(actor, CLOSE_PERIOD, span.region).why
    if closed is not None:
        steps = _bonus_steps(closed, owed, actor)
        address = reverse("console:rhythms-reopen", args=[closed.pk])
        why_not = may(actor, CLOSE_PERIOD, closed.region_code).why
        return [*steps, Step(_now("Reopen the period"), address, "arrow-back-up", ReasonForm(), why_not, danger=True)]
    if span.last >= timezone.localdate():
        right = right or _now("The period is not over yet.")
    return [
        Step(_now("Close the period"), reverse("console:rhythms-close", args=span.here), "lock", forms.Form(), right)
    ]


def _bonus_steps(closed: Closing, owed: Sequence[Bonus], actor: User) -> list[Step]:
    if not owed:
        return []
    label = _now("Put %(count)d bonuses into the next month, together %(sum)s yuan") % {
        "count": len(owed), "sum": money.plain(sum(one.fen for one in owed)),
    }  # fmt: skip
    address = reverse("console:rhythms-bonuses", args=[closed.pk])
    return [Step(label, address, "cash", forms.Form(), may(actor, ADJUST, closed.region_code).why)]


@action(ADJUST)
def grant(request: HttpRequest, pk: int) -> HttpResponseBase:
    count = bonuses.grant(found(Closing.objects.all(), pk=pk), actor=actor_of(request))
    messages.success(request, _now("%(count)d bonuses stand in the next month.") % {"count": count})
    return back(request)


@page(READ_PERIODS)
def give(request: HttpRequest, pk: int, code: str, day: str) -> HttpResponseBase:
    """Keep the marks that were changed in the grid, all under one reason; refused ones stay in the grid as typed."""
    span = span_of(request, pk, code, day)
    if request.method != "POST":
        return redirect("console:rhythms-period", *span.here)
    try:
        return keep(request, span, _changed(request, span))
    except Refusal as refusal:
        messages.error(request, sentence(refusal))
        return _shown(request, span, grid=request.POST)


@page(READ_PERIODS)
def paste(request: HttpRequest, pk: int, code: str, day: str) -> HttpResponseBase:
    """Keep marks pasted from a workbook: name or post number, points, and a reason where it differs."""
    span = span_of(request, pk, code, day)
    if request.method != "POST":
        return redirect("console:rhythms-period", *span.here)
    name = request.POST.get("mark", span.rules[0].name if span.rules else "")
    try:
        given = read_pasted(
            request.POST.get("pasted", ""), people_of(span), name=name, reason=request.POST.get("reason", "")
        )
        return keep(request, span, given)
    except Refusal as refusal:
        messages.error(request, sentence(refusal))
        return _shown(request, span, pasted=request.POST)


def keep(request: HttpRequest, span: Span, given: list[GivenMark]) -> HttpResponseBase:
    if given:
        give_marks(span.programme, span.first, given, actor=actor_of(request), rhythm=span.rhythm.code)
        messages.success(request, _now("%(count)d marks kept.") % {"count": len(given)})
    else:
        messages.info(request, _now("No mark was changed."))
    page_shown = request.GET.get("page", "")
    address = reverse("console:rhythms-period", args=span.here)
    return redirect(f"{address}?page={page_shown}" if page_shown.isdigit() else address)


def _changed(request: HttpRequest, span: Span) -> list[GivenMark]:
    """The inputs whose value is not the mark that counts now; an emptied input changes nothing."""
    entered: dict[tuple[int, str], str] = {}
    for key, text in request.POST.items():
        word, _dash, rest = key.partition("-")
        number, _dash, index = rest.partition("-")
        if (
            word == "mark"
            and number.isdigit()
            and index.isdigit()
            and int(index) < len(span.rules)
            and str(text).strip()
        ):
            entered[int(number), span.rules[int(index)].name] = str(text).strip()
    people = people_of(span).in_bulk({held for held, _name in entered})
    known = queries.latest_marks(list(people), span.first, span.rhythm.code)
    reason = request.POST.get("reason", "")
    made = [
        GivenMark(people[held], name, points(text, people[held]), reason, row)
        for row, ((held, name), text) in enumerate(entered.items(), start=1) if held in people
    ]  # fmt: skip
    return [one for one in made if _value(known.get(one.key)) != one.value]


def _value(mark: Mark | None) -> Decimal | None:
    return None if mark is None else mark.value


@action(CLOSE_PERIOD)
def close(request: HttpRequest, pk: int, code: str, day: str) -> HttpResponseBase:
    """Close at once; a large region's in the background."""
    span = span_of(request, pk, code, day)
    asked = closings.asked_for(span.programme, code, span.first, span.region)
    if people_of(span).count() <= AT_ONCE:
        closing = closings.close(asked, actor=actor_of(request))
        messages.success(
            request,
            _now("Closed for %(people)d people, of whom %(held)d are undetermined.")
            % {"people": closing.people, "held": closing.undetermined},
        )
        return back(request)
    title = f"{span.programme.name} {span.rhythm.name} {span.first:%Y-%m}"
    run = close_period.start(
        title=title, region_code=span.region, actor=actor_of(request), programme_id=pk, rhythm=code,
        first=span.first.isoformat(), region=span.region,
    )  # fmt: skip
    return redirect("console:job", run.pk)


@action(CLOSE_PERIOD)
def reopen(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = found(Closing.objects.all(), pk=pk)
    closings.reopen(row, cleaned(ReasonForm(request.POST))["reason"], actor=actor_of(request))
    messages.success(request, _now("The period is open again."))
    return back(request)
