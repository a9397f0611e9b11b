"""Results of quarters and years as lists, one with its reasons, and the outstanding people for the cadres' reserve."""

from typing import Any

from django.db.models import F, Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.appraisal.access import READ_PERIODS
from yigang.appraisal.models import Closing, PeriodResult
from yigang.appraisal.period_words import deed_words, sentences_of
from yigang.console import regions
from yigang.console.lists import BelowFilter, ChoiceFilter, Column, Empty, FlagFilter, List, show
from yigang.console.pages import actor_of, found, page
from yigang.console.posts.posts import programmes
from yigang.console.regions import Reader
from yigang.console.reviews.appeals import link_about
from yigang.console.rhythms.tabs import rhythms_frame
from yigang.console.tenure.pieces import linked, person_link, place_of, tag
from yigang.people import queries as people_queries
from yigang.people.models import Person
from yigang.policy.judge_period import RESERVE


def live(_reader: Reader | None = None) -> Any:
    rows = PeriodResult.objects.filter(closing__reopened_at=None)
    return rows.select_related("closing__programme", "person", "appointment__post")


def span_words(closing: Closing) -> str:
    """`2020年第3季度` or `2020年`."""
    year = closing.first.year
    if closing.rhythm == "year":
        return _now("Year %(year)d") % {"year": year}
    return _now("Quarter %(number)d of %(year)d") % {"year": year, "number": closing.first.month // 3 + 1}


def standing(row: PeriodResult) -> tuple[str, str]:
    if not row.grade:
        return "warn", _now("Undetermined: %(missing)s") % {"missing": "、".join(row.missing)}
    return ("good" if row.passed else "bad"), row.grade


def closed_periods(_reader: Reader) -> list[tuple[int, str]]:
    rows = Closing.objects.filter(reopened_at=None).select_related("programme").order_by("-last")[:60]
    return [(row.pk, f"{row.programme.name} {span_words(row)}") for row in rows]


def grades(_reader: Reader) -> list[tuple[str, str]]:
    found_grades = live().exclude(grade="").order_by("grade").values_list("grade", flat=True).distinct()
    return [(grade, grade) for grade in found_grades]


def searched(rows: Any, words: str) -> Any:
    return rows.filter(person__in=people_queries.search(Person.objects.all(), words))


def _deeds(row: PeriodResult) -> str:
    return "、".join(map(deed_words, row.consequences))


NAME = Column(
    "name", _("Name"), lambda row: row.person.name, show=lambda row: person_link(row.person.name, row.person_id),
    sort=("person__pinyin",), always=True,
)  # fmt: skip
PLACE = Column("place", _("Village"), lambda row: row.place, sort=("region_code",))
PERIOD = Column(
    "period", _("Period"), lambda row: span_words(row.closing), sort=("closing__last",),
    show=lambda row: linked("rhythms-result", row.pk, span_words(row.closing)),
)  # fmt: skip
SCORE = Column("score", _("Score"), lambda row: row.score, sort=("score",), kind="decimal")

RESULTS = List(
    name="period-results",
    title=_("Results of quarters and years"),
    unit=_("results"),
    rows=live,
    columns=(
        NAME, PLACE, PERIOD,
        Column("programme", _("Programme"), lambda row: row.closing.programme.name, shown=False),
        SCORE,
        Column("grade", _("Grade"), lambda row: standing(row)[1], sort=("grade",), show=lambda row: tag(*standing(row))),
        Column("deeds", _("What follows"), _deeds, wrap=True),
        Column("why", _("Because"), lambda row: " ".join(sentences_of(row)), wrap=True, shown=False),
    ),
    order=("-closing__last", "region_code", "pk"),
    filters=(
        BelowFilter(), ChoiceFilter("closing", _("Period"), "closing", closed_periods),
        ChoiceFilter("programme", _("Programme"), "closing__programme", programmes),
        ChoiceFilter("grade", _("Grade"), "grade", grades),
        FlagFilter("undetermined", _("Undetermined people"), lambda: Q(grade="")),
        FlagFilter("failed", _("Not passed"), lambda: Q(passed=False)),
    ),
    search=searched,
    search_hint=_("Name, pinyin, last four digits"),
    prepare=regions.name_places,
    empty=Empty(_("No quarter or year is closed yet."), _("Periods to mark and close"), "console:rhythms", READ_PERIODS),
)  # fmt: skip


def figure_of(word: str) -> Any:
    return lambda row: row.trace.get(word)


def served_on() -> Q:
    """Whose appointment went on after the period."""
    return Q(appointment__ends=None) | Q(appointment__ends__gt=F("closing__last"))


RESERVE_LIST = List(
    name="cadre-reserve",
    title=_("Reserve for village cadres"),
    unit=_("people"),
    rows=lambda _reader: live().filter(consequences__contains=[RESERVE]),
    columns=(
        NAME, PLACE,
        Column("post", _("Post"), lambda row: f"{row.appointment.post.kind} {row.appointment.post.number}"),
        Column("born", _("Born in"), lambda row: row.person.birth.year, sort=("person__birth",), kind="integer"),
        PERIOD,
        Column("grade", _("Grade"), lambda row: row.grade, sort=("grade",)),
        SCORE,
        Column("passed", _("Months passed"), figure_of("合格月数"), kind="integer"),
        Column("absences", _("Absences found"), figure_of("查实旷工次数"), kind="integer"),
        Column("cites", _("By which clause"), lambda row: "；".join(row.because), wrap=True),
        Column("why", _("Evidence"), lambda row: " ".join(sentences_of(row)), wrap=True, shown=False),
    ),
    order=("-closing__last", "-score", "pk"),
    filters=(
        BelowFilter(), ChoiceFilter("closing", _("Period"), "closing", closed_periods),
        ChoiceFilter("programme", _("Programme"), "closing__programme", programmes),
        FlagFilter("serving", _("Still in post"), served_on),
    ),
    search=searched,
    search_hint=_("Name, pinyin, last four digits"),
    prepare=regions.name_places,
    empty=Empty(
        _("No closed period put anybody on the reserve list."), _("Periods to mark and close"), "console:rhythms", READ_PERIODS
    ),
)  # fmt: skip


def closing_state(row: Closing) -> tuple[str, str]:
    return ("", _now("Reopened")) if row.reopened_at else ("good", _now("Closed"))


CLOSINGS = List(
    name="closings",
    title=_("Closings"),
    unit=_("closings"),
    rows=lambda _reader: Closing.objects.select_related("programme", "closed_by", "reopened_by"),
    columns=(
        Column("period", _("Period"), span_words, sort=("last",), always=True),
        Column("place", _("Region"), lambda row: row.place, sort=("region_code",)),
        Column("programme", _("Programme"), lambda row: row.programme.name),
        Column("version", _("Closing no."), lambda row: row.version, kind="integer"),
        Column("people", _("People judged"), lambda row: row.people, sort=("people",), kind="integer"),
        Column("held", _("Undetermined people"), lambda row: row.undetermined, sort=("undetermined",), kind="integer"),
        Column("by", _("Closed by"), lambda row: row.closed_by.name),
        Column("at", _("Closed at"), lambda row: row.closed_at, sort=("closed_at",), kind="datetime"),
        Column("state", _("State"), lambda row: closing_state(row)[1], show=lambda row: tag(*closing_state(row))),
        Column("why", _("Reopened because"), lambda row: row.reopened_why, wrap=True),
        Column("digest", _("Digest of the results"), lambda row: row.results_digest[:16], shown=False),
    ),
    order=("-last", "region_code", "-version"),
    filters=(
        BelowFilter(), ChoiceFilter("programme", _("Programme"), "programme", programmes),
        FlagFilter("counts", _("Not reopened"), lambda: Q(reopened_at=None)),
    ),
    search=lambda rows, words: rows.filter(programme__name__contains=words),
    search_hint=_("Programme"),
    prepare=regions.name_places,
    empty=Empty(_("No quarter or year is closed yet."), _("Periods to mark and close"), "console:rhythms", READ_PERIODS),
)  # fmt: skip


@page(READ_PERIODS)
def results(request: HttpRequest) -> HttpResponseBase:
    context = rhythms_frame(actor_of(request), "rhythms-results")
    return show(request, RESULTS, template="console/tenure/list.html", context=context)


@page(READ_PERIODS)
def reserve(request: HttpRequest) -> HttpResponseBase:
    context = rhythms_frame(actor_of(request), "rhythms-reserve")
    return show(request, RESERVE_LIST, template="console/tenure/list.html", context=context)


@page(READ_PERIODS)
def closed(request: HttpRequest) -> HttpResponseBase:
    context = rhythms_frame(actor_of(request), "rhythms-closings")
    return show(request, CLOSINGS, template="console/tenure/list.html", context=context)


def figure(value: object) -> str:
    """A figure as it is kept: nought is shown as nought, a truth as a word."""
    return _now("Yes") if value is True else _now("No") if value is False else str(value)


@page(READ_PERIODS)
def one(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A person's result, why, and the figures that it was made from."""
    rows = PeriodResult.objects.select_related(
        "closing__programme", "closing__closed_by", "person", "appointment__person", "appointment__programme", "appeal"
    )
    row = found(rows, pk=pk)
    figures = [(name, figure(value)) for name, value in row.trace.items() if value is not None and name not in PLAIN]
    context = {
        "title": f"{row.person.name} · {span_words(row.closing)}", "state": standing(row), "printable": True,
        "facts": [
            (_("Name"), person_link(row.person.name, row.person_id)), (_("Village"), place_of(row.region_code)),
            (_("Programme"), row.closing.programme.name), (_("Score"), row.score), (_("What follows"), _deeds(row)),
            (_("Closed by"), row.closing.closed_by.name), (_("Closed at"), row.closing.closed_at),
            (_("Closing no."), row.closing.version), (_("Reopened because"), row.closing.reopened_why),
            (_("Appeal"), link_about(row, actor_of(request))),
        ],
        "tables": [
            (_("Because"), (_("Why this result"),), [(sentence,) for sentence in sentences_of(row)]),
            (_("Figures it was made from"), (_("Figure of the result"), _("How much")), figures),
        ],
        "back_to": reverse("console:rhythms-results"), "back_label": _("Results of quarters and years"),
    }  # fmt: skip
    return render(request, "console/tenure/one.html", context)


PLAIN = frozenset({"score", "grade", "passed", "clause", "cites"})
"""What the page says elsewhere."""
