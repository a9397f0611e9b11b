"""Papers and contests: the lists, a paper drawn by rule and seed, one with who sat it, a contest with its ranking."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Count, Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.lists import ChoiceFilter, Column, Empty, List, show
from yigang.console.lists.spec import plain
from yigang.console.pages import action, actor_of, form_page, found, page
from yigang.console.tenure.pieces import Step, cleaned, linked, person_link
from yigang.console.tenure.tabs import Offer
from yigang.console.training.courses import years
from yigang.console.training.tabs import frame, moment
from yigang.foundation.access import may
from yigang.foundation.models import User
from yigang.training import domain
from yigang.training.access import READ_TRAINING, SET_PAPERS
from yigang.training.drawing import Row, rows_of
from yigang.training.enums import QuestionKind, SittingState, Subject
from yigang.training.models import Contest, Paper, Plan, Session
from yigang.training.queries import ranking, team_ranking

PAPERS = List(
    name="training-papers",
    title=_("Papers"),
    unit=_("papers"),
    rows=lambda _reader: Paper.objects.select_related("plan").annotate(
        sat=Count("sittings__person", filter=~Q(sittings__state=SittingState.VOID), distinct=True)
    ),
    columns=(
        Column("title", _("Test paper"), lambda row: row.title, sort=("title",), always=True),
        Column("plan", _("Plan"), lambda row: row.plan.title),
        Column("opens", _("Opens at"), lambda row: row.opens_at, sort=("opens_at",)),
        Column("closes", _("Closes at"), lambda row: row.closes_at, sort=("closes_at",)),
        Column("count", _("Test questions"), lambda row: sum(one.count for one in rows_of(row.rule)), kind="integer"),
        Column("minutes", _("Minutes allowed"), lambda row: row.minutes, kind="integer"),
        Column("pass", _("Pass mark"), lambda row: row.pass_mark, kind="decimal"),
        Column("closed", _("Closed book"), lambda row: row.closed_book, sort=("closed_book",)),
        Column("sat", _("People"), lambda row: row.sat, kind="integer"),
    ),
    order=("-opens_at",),
    filters=(ChoiceFilter("year", _("Year"), "plan__year", years),),
    search=lambda rows, words: rows.filter(title__contains=words),
    search_hint=_("Title"),
    link=lambda row: reverse("console:training-paper", args=[row.pk]),
    empty=Empty(_("No paper is drawn yet."), _("Draw a paper"), "console:training-paper-new", SET_PAPERS),
    region_field="",
)  # fmt: skip
CONTESTS = List(
    name="training-contests",
    title=_("Contests"),
    unit=_("contests"),
    rows=lambda _reader: Contest.objects.select_related("paper"),
    columns=(
        Column("title", _("Contest"), lambda row: row.title, sort=("title",), always=True),
        Column("paper", _("Test paper"), lambda row: row.paper.title),
        Column("on", _("Opens at"), lambda row: row.paper.opens_at, sort=("paper__opens_at",)),
        Column("size", _("Best results that count for a town"), lambda row: row.team_size, kind="integer"),
    ),
    order=("-made_at",),
    search=lambda rows, words: rows.filter(title__contains=words),
    search_hint=_("Title"),
    link=lambda row: reverse("console:training-contest", args=[row.pk]),
    empty=Empty(_("No contest was held yet."), _("To the papers"), "console:training-papers", SET_PAPERS),
    region_field="",
)  # fmt: skip
ROWS = 6
"""Rows of a rule that the form offers."""


class PaperForm(forms.Form):
    """A paper's terms; below them the rows of its rule, of which those without a count are left out."""

    plan = forms.ModelChoiceField(Plan.objects.all(), label=_("Plan"))
    title = forms.CharField(label=_("Title"), max_length=120)
    opens_at = moment(_("Opens at"))
    closes_at = moment(_("Closes at"))
    minutes = forms.IntegerField(label=_("Minutes allowed"), min_value=1, max_value=300, initial=30)
    pass_mark = forms.DecimalField(label=_("Pass mark"), max_digits=5, decimal_places=2, initial=60)
    attempts = forms.IntegerField(label=_("Attempts"), min_value=1, max_value=9, initial=1)
    same_for_all = forms.BooleanField(label=_("The same questions for everybody (contests)"), required=False)
    session = forms.ModelChoiceField(
        Session.objects.none(), label=_("Closed book, in the session"), required=False,
        help_text=_("The test then begins with the code on the wall of this session."),
    )  # fmt: skip
    seed = forms.CharField(
        label=_("Seed"), max_length=64, required=False, help_text=_("Empty: a new one is drawn and kept.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["session"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Session.objects.filter(state="planned").select_related("course")
        for number in range(1, ROWS + 1):
            told = {"number": number}
            self.fields[f"subject{number}"] = forms.ChoiceField(
                label=_now("Row %(number)d: subject") % told, choices=Subject.choices, required=False
            )
            self.fields[f"kind{number}"] = forms.ChoiceField(
                label=_now("Row %(number)d: kind") % told, choices=QuestionKind.choices, required=False
            )
            self.fields[f"count{number}"] = forms.IntegerField(
                label=_now("Row %(number)d: questions") % told, min_value=0, max_value=200, required=False
            )
            self.fields[f"points{number}"] = forms.DecimalField(
                label=_now("Row %(number)d: points each") % told,
                min_value=0,
                max_digits=4,
                decimal_places=1,
                required=False,
            )

    def rows(self) -> list[Row]:
        given = self.cleaned_data
        return [
            Row(given[f"subject{n}"], given[f"kind{n}"], given[f"count{n}"], given[f"points{n}"] or Decimal(0))
            for n in range(1, ROWS + 1) if given[f"count{n}"]
        ]  # fmt: skip


class ContestForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=120, required=False)
    team_size = forms.IntegerField(label=_("Best results that count for a town"), min_value=1, initial=3)


@page(READ_TRAINING)
def papers(request: HttpRequest) -> HttpResponseBase:
    offer = Offer(_("Draw a paper"), "training-paper-new", "plus", SET_PAPERS)
    context = frame(actor_of(request), "training-papers", offer)
    return show(request, PAPERS, template="console/tenure/list.html", context=context)


@page(SET_PAPERS)
def new(request: HttpRequest) -> HttpResponseBase:
    form = PaperForm(request.POST or None, initial={"plan": Plan.objects.first()})

    def save(given: dict[str, Any], actor: User) -> str:
        terms = domain.Terms(
            given["opens_at"], given["closes_at"], given["minutes"], given["pass_mark"], given["attempts"],
            given["same_for_all"], given["session"], given["seed"].strip() or None,
        )  # fmt: skip
        made = domain.set_paper(given["plan"], given["title"], form.rows(), terms, actor=actor)
        return reverse("console:training-paper", args=[made.pk])

    return form_page(request, form, _now("Draw a paper"), save, back_to=reverse("console:training-papers"))


def paper_of(pk: int) -> Paper:
    return found(Paper.objects.select_related("plan__programme", "session__course", "drawn_by"), pk=pk)


@page(READ_TRAINING)
def paper(request: HttpRequest, pk: int) -> HttpResponseBase:
    row, actor = paper_of(pk), actor_of(request)
    context = {
        "title": row.title, "facts": list(_facts(row)), "steps": list(_steps(row, actor)), "tables": [_rule(row)],
        "back_to": reverse("console:training-papers"), "back_label": _("Papers"), "printable": True,
    }  # fmt: skip
    return render(request, "console/tenure/one.html", context)


def _facts(row: Paper) -> Iterator[tuple[Any, Any]]:
    yield _("Plan"), row.plan.title
    yield _("Opens at"), plain(row.opens_at)
    yield _("Closes at"), plain(row.closes_at)
    yield _("Minutes allowed"), str(row.minutes)
    yield _("Pass mark"), plain(row.pass_mark)
    yield _("Attempts"), str(row.attempts)
    yield _("Test questions"), _now("the same for everybody") if row.same_for_all else _now("drawn for each person")
    if row.session:
        yield _("Closed book, in the session"), linked("training-session", row.session_id or 0, row.session)
    yield _("Seed"), row.seed
    yield _("Paper drawn by"), f"{row.drawn_by.name} {plain(row.drawn_at)}"
    results = row.sittings.exclude(score=None).exclude(state=SittingState.VOID)
    passed = results.filter(score__gte=row.pass_mark).count()
    words = _now("%(count)d results, %(passed)d passed") % {"count": results.count(), "passed": passed}
    yield _("Test results"), linked("training-paper-results", row.pk, words)


def _rule(row: Paper) -> tuple[Any, list[Any], list[list[Any]]]:
    lines = [
        [Subject(one.subject).label, QuestionKind(one.kind).label, str(one.count), plain(one.points), plain(one.total)]
        for one in rows_of(row.rule)
    ]
    return _("Rule"), [_("Subject"), _("Kind"), _("Test questions"), _("Points each"), _("Points")], lines


def _steps(row: Paper, actor: User) -> Iterator[Step]:
    if row.same_for_all and may(actor, SET_PAPERS, row.region_code) and not Contest.objects.filter(paper=row).exists():
        yield Step(
            _now("Hold a contest"), reverse("console:training-contest-new", args=[row.pk]), "chart-bar", ContestForm()
        )


@page(READ_TRAINING)
def paper_results(request: HttpRequest, pk: int) -> HttpResponseBase:  # noqa: ARG001 - a view's signature
    return redirect(f"{reverse('console:training-results')}?paper={pk}")


@action(SET_PAPERS)
def new_contest(request: HttpRequest, pk: int) -> HttpResponseBase:
    given = cleaned(ContestForm(request.POST))
    made = domain.hold_contest(paper_of(pk), given["title"], team_size=given["team_size"], actor=actor_of(request))
    return redirect("console:training-contest", made.pk)


@page(READ_TRAINING)
def contests(request: HttpRequest) -> HttpResponseBase:
    context = frame(actor_of(request), "training-contests")
    return show(request, CONTESTS, template="console/tenure/list.html", context=context)


@page(READ_TRAINING)
def contest(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The ranking, for offices: of the people whom the reader may see, and of their towns."""
    row = found(Contest.objects.select_related("paper"), pk=pk)
    placed = ranking(row)
    teams = team_ranking(row, placed)
    names = regions.names({one.sitting.region_code for one in placed} | {one.code for one in teams})
    people = [
        [str(one.rank), person_link(one.sitting.person.name, one.sitting.person_id),
         names.get(one.sitting.region_code, ""), plain(one.sitting.score), _took(one.seconds)]
        for one in placed
    ]  # fmt: skip
    towns = [[str(one.rank), names.get(one.code, one.code), plain(one.mean), str(one.people)] for one in teams]
    context = {
        "title": row.title, "printable": True, "back_to": reverse("console:training-contests"),
        "back_label": _("Contests"), "facts": [
            (_("Test paper"), linked("training-paper", row.paper_id, row.paper.title)),
            (_("Opens at"), plain(row.paper.opens_at)), (_("Closes at"), plain(row.paper.closes_at)),
            (_("Rule"), _("Higher score first; of equal scores the shorter time; of equal times one rank, and the ranks "
                          "after it are left out. Of several attempts the first counts.")),
            (_("Towns"), _now("The mean of the best %(count)d; fewer than that count as 0.") % {"count": row.team_size}),
            (_("As of"), plain(timezone.now())),
        ],
        "tables": [
            (_("People"), [_("Rank"), _("Person"), _("Village"), _("Score"), _("Time taken")], people),
            (_("Towns"), [_("Rank"), _("Town"), _("Mean"), _("People")], towns),
        ],
    }  # fmt: skip
    return render(request, "console/tenure/one.html", context)


def _took(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02d}" if seconds else "—"
