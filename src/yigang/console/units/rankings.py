"""Closed rankings, their places, and what bound people and heads of departments get or pay."""

from typing import Any

from django.db.models import Count, F, Q, Sum
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.appraisal import rankings
from yigang.appraisal.access import CLOSE_RANKING, READ_UNITS
from yigang.appraisal.models import Ranking, RankingLine, RankingShare
from yigang.console import regions
from yigang.console.lists import BelowFilter, ChoiceFilter, Column, Empty, FlagFilter, List, Total, show
from yigang.console.lists.spec import yuan
from yigang.console.pages import action, actor_of, found, page
from yigang.console.posts.posts import programmes
from yigang.console.tenure.pieces import ReasonForm, Step, cleaned, linked, tag
from yigang.console.units.tabs import name_where, units_frame
from yigang.foundation import money
from yigang.foundation.access import may


def rows(_reader: Any) -> Any:
    placed = Count("lines", filter=Q(lines__place__isnull=False))
    return Ranking.objects.select_related("programme", "closed_by").annotate(count=placed)


def state(row: Ranking) -> tuple[str, str]:
    return ("", _now("Taken back")) if row.withdrawn_at else ("good", _now("Closed"))


def closed_names(_reader: Any) -> list[tuple[str, str]]:
    return [(name, name) for name in Ranking.objects.order_by("name").values_list("name", flat=True).distinct()]


def closed(_reader: Any) -> list[tuple[int, str]]:
    newest = Ranking.objects.filter(withdrawn_at=None).order_by("-last")[:60]
    return [(one.pk, str(one)) for one in newest]


RANKINGS = List(
    name="rankings",
    title=_("Rankings"),
    unit=_("rankings"),
    rows=rows,
    columns=(
        Column("name", _("Ranking"), lambda row: row.name, sort=("name",), always=True),
        Column("place", _("Region"), lambda row: row.place, sort=("region_code",)),
        Column("first", _("First day"), lambda row: row.first, sort=("first",), kind="date"),
        Column("last", _("Last day"), lambda row: row.last, sort=("last",), kind="date"),
        Column("card", _("Scorecard"), lambda row: row.card, shown=False),
        Column("programme", _("Programme"), lambda row: row.programme.name, shown=False),
        Column("count", _("Units"), lambda row: row.count, kind="integer"),
        Column("by", _("Closed by"), lambda row: row.closed_by.name),
        Column("at", _("Closed at"), lambda row: row.closed_at, sort=("closed_at",), kind="datetime"),
        Column("state", _("State"), lambda row: state(row)[1], show=lambda row: tag(*state(row))),
    ),
    order=("-last", "region_code"),
    filters=(
        BelowFilter(), ChoiceFilter("programme", _("Programme"), "programme", programmes),
        ChoiceFilter("name", _("Ranking"), "name", closed_names),
        FlagFilter("counts", _("Not taken back"), lambda: Q(withdrawn_at=None)),
    ),
    search=lambda found_rows, words: found_rows.filter(name__contains=words),
    search_hint=_("Ranking"),
    prepare=regions.name_places,
    link=lambda row: reverse("console:units-ranking", args=[row.pk]),
    empty=Empty(_("No ranking is closed yet."), _("Periods"), "console:units", READ_UNITS),
)  # fmt: skip

LINES = List(
    name="ranking-lines",
    title=_("Standings"),
    unit=_("standings"),
    rows=lambda _reader: RankingLine.objects.filter(ranking__withdrawn_at=None).select_related("ranking", "unit"),
    columns=(
        Column("unit", _("Unit"), lambda row: row.unit.name, sort=("unit__name",), always=True,
               show=lambda row: linked("unit", row.unit_id, row.unit.name)),
        Column("where", _("Region"), lambda row: row.where, sort=("region_code",)),
        Column("ranking", _("Ranking"), lambda row: str(row.ranking), sort=("ranking__last",)),
        Column("score", _("Score"), lambda row: row.score, sort=("score",), kind="decimal"),
        Column("rank", _("Rank"), lambda row: row.place, sort=("place",), kind="integer"),
        Column("fen", _("Amount (yuan)"), lambda row: row.fen, sort=("fen",), kind="money"),
        Column("flag", _("Flag"), lambda row: row.flag, sort=("flag",)),
        Column("out", _("Left out because"), lambda row: row.left_out, wrap=True),
    ),
    order=("-ranking__last", "place", "region_code"),
    filters=(
        BelowFilter(), ChoiceFilter("ranking", _("Ranking"), "ranking", closed),
        FlagFilter("flag", _("With a flag"), lambda: ~Q(flag="")),
    ),
    search=lambda found_rows, words: found_rows.filter(unit__name__contains=words),
    search_hint=_("Unit"),
    totals=(Total(_("Sum"), Sum("fen"), yuan, _("yuan")),),
    prepare=name_where,
    empty=Empty(_("No ranking is closed yet."), _("Periods"), "console:units", READ_UNITS),
)  # fmt: skip

SHARES = List(
    name="ranking-shares",
    title=_("Awards and penalties"),
    unit=_("people"),
    rows=lambda _reader: RankingShare.objects.filter(ranking__withdrawn_at=None).select_related("ranking", "line__unit"),
    columns=(
        Column("name", _("Name"), lambda row: row.name, sort=("name",), always=True),
        Column("role", _("Role"), lambda row: row.role, sort=("role",)),
        Column("unit", _("Unit"), lambda row: row.line.unit.name if row.line else ""),
        Column("ranking", _("Ranking"), lambda row: str(row.ranking), sort=("ranking__last",)),
        Column("fen", _("Amount (yuan)"), lambda row: row.fen, sort=("fen",), kind="money"),
        Column("why", _("Because"), lambda row: rankings.why_words(row.why), wrap=True),
    ),
    order=("-ranking__last", "pk"),
    filters=(
        BelowFilter(), ChoiceFilter("ranking", _("Ranking"), "ranking", closed),
        FlagFilter("open", _("Own task not known"), lambda: Q(why="own_task_open")),
    ),
    search=lambda found_rows, words: found_rows.filter(Q(name__contains=words) | Q(line__unit__name__contains=words)),
    search_hint=_("Name or unit"),
    totals=(Total(_("Sum"), Sum("fen"), yuan, _("yuan")),),
    empty=Empty(_("No ranking is closed yet."), _("Periods"), "console:units", READ_UNITS),
)  # fmt: skip


@page(READ_UNITS)
def closings(request: HttpRequest) -> HttpResponseBase:
    context = units_frame(actor_of(request), "units-rankings")
    return show(request, RANKINGS, template="console/tenure/list.html", context=context)


@page(READ_UNITS)
def lines(request: HttpRequest) -> HttpResponseBase:
    return show(
        request, LINES, template="console/tenure/list.html", context=units_frame(actor_of(request), "units-lines")
    )


@page(READ_UNITS)
def shares(request: HttpRequest) -> HttpResponseBase:
    return show(
        request, SHARES, template="console/tenure/list.html", context=units_frame(actor_of(request), "units-shares")
    )


@page(READ_UNITS)
def one(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = found(rows(None), pk=pk)
    regions.name_places([row])
    placed = row.lines.select_related("unit").order_by(F("place").asc(nulls_last=True), "region_code")
    got = row.shares.select_related("line__unit")
    tables = [
        (_("Standings"), (_("Rank"), _("Unit"), _("Score"), _("Amount (yuan)"), _("Flag")),
         [(line.place or _now("Left out"), linked("unit", line.unit_id, line.unit.name), line.score, money.show(line.fen),
           line.flag or line.left_out) for line in placed]),
        (_("Awards and penalties"), (_("Name"), _("Role"), _("Unit"), _("Amount (yuan)"), _("Because")),
         [(one.name, one.role, one.line.unit.name if one.line else "", money.show(one.fen), rankings.why_words(one.why))
          for one in got]),
    ]  # fmt: skip
    step = Step(
        _now("Take the ranking back"), reverse("console:units-ranking-back", args=[row.pk]), "arrow-back-up", ReasonForm(),
        may(actor_of(request), CLOSE_RANKING, row.region_code).why, danger=True,
    )  # fmt: skip
    context = {
        "title": str(row), "state": state(row), "tables": tables, "steps": [] if row.withdrawn_at else [step], "printable": True,
        "facts": [
            (_("Region"), row.place), (_("Programme"), row.programme), (_("Scorecard"), row.card), (_("First day"), row.first),
            (_("Last day"), row.last), (_("Closed by"), row.closed_by.name), (_("Taken back because"), row.withdrawn_why),
        ],
        "back_to": reverse("console:units-rankings"), "back_label": _("Rankings"),
    }  # fmt: skip
    return render(request, "console/tenure/one.html", context)


@action(CLOSE_RANKING)
def take_back(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = found(Ranking.objects.all(), pk=pk)
    rankings.take_back(row, cleaned(ReasonForm(request.POST))["reason"], actor=actor_of(request))
    return redirect("console:units-ranking", pk)
