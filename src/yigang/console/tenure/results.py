"""Results of the year as an office decided them: the list, one by hand, a table, taken back with a reason."""

from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.appraisal import years
from yigang.appraisal.access import RECORD_YEAR
from yigang.appraisal.models import YearResult
from yigang.console import regions
from yigang.console.lists import BelowFilter, BulkAction, ChoiceFilter, Column, Empty, FlagFilter, List, bulk_view, show
from yigang.console.pages import actor_of, form_page, page
from yigang.console.people.forms import Day
from yigang.console.posts.posts import programmes
from yigang.console.regions import Reader
from yigang.console.tenure.pieces import PersonField, ReasonForm, person_link, tag
from yigang.console.tenure.tabs import Offer, frame
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.people import queries as people_queries
from yigang.people.models import Person
from yigang.posts.models import Programme
from yigang.tenure.access import READ_TENURE


def standing(row: YearResult) -> tuple[str, str]:
    """Whether the result was taken back; of several of one year the one recorded last counts."""
    return ("", _now("Taken back")) if row.withdrawn_at else ("good", _now("Recorded"))


def recorded_years(_reader: Reader) -> list[tuple[int, str]]:
    found = YearResult.objects.order_by("-year").values_list("year", flat=True).distinct()
    return [(year, str(year)) for year in found]


RESULTS = List(
    name="year-results",
    title=_("Results of the year"),
    unit=_("results"),
    rows=lambda _reader: YearResult.objects.select_related("person", "programme", "given_by", "withdrawn_by"),
    columns=(
        Column("name", _("Name"), lambda row: row.person.name, show=lambda row: person_link(row.person.name, row.person_id),
               sort=("person__pinyin",), always=True),
        Column("place", _("Village"), lambda row: row.place, sort=("region_code",)),
        Column("programme", _("Programme"), lambda row: row.programme.name),
        Column("year", _("Year"), lambda row: str(row.year), sort=("year",)),
        Column("grade", _("Grade of the year"), lambda row: row.grade, sort=("grade",)),
        Column("score", _("Score"), lambda row: row.score, kind="decimal"),
        Column("document", _("Document"), lambda row: row.document, wrap=True),
        Column("decided", _("Decided on"), lambda row: row.decided_on, sort=("decided_on",), kind="date"),
        Column("by", _("Recorded by"), lambda row: row.given_by.name),
        Column("state", _("State"), lambda row: standing(row)[1], show=lambda row: tag(*standing(row))),
        Column("why", _("Taken back because"), lambda row: row.withdrawn_why, wrap=True, shown=False),
    ),
    order=("-year", "region_code"),
    filters=(
        BelowFilter(), ChoiceFilter("year", _("Year"), "year", recorded_years),
        ChoiceFilter("programme", _("Programme"), "programme", programmes),
        FlagFilter("counts", _("Not taken back"), lambda: Q(withdrawn_at=None)),
    ),
    search=lambda rows, words: rows.filter(
        Q(person__in=people_queries.search(Person.objects.all(), words)) | Q(document__contains=words)
    ),
    search_hint=_("Name, pinyin, last four digits or document"),
    prepare=regions.name_places,
    actions=(BulkAction(_("Take back"), "console:tenure-results-back", RECORD_YEAR, "arrow-back-up"),),
    empty=Empty(_("No result of a year is on record."), _("Record a result"), "console:tenure-result-add", RECORD_YEAR),
)  # fmt: skip


class ResultForm(forms.Form):
    """One person's result, the day of the decision and the document that says so."""

    number = PersonField()
    programme = forms.ModelChoiceField(label=_("Programme"), queryset=Programme.objects.none())
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    grade = forms.CharField(label=_("Grade of the year"), max_length=20, help_text=_("As the policy calls it."))
    score = forms.DecimalField(label=_("Score"), max_digits=7, decimal_places=2, required=False)
    document = forms.CharField(label=_("Document"), max_length=120, help_text=_("Its name or number."))
    decided_on = forms.DateField(label=_("Decided on"), widget=Day, initial=timezone.localdate)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["programme"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Programme.objects.order_by("name")


@page(READ_TENURE)
def results(request: HttpRequest) -> HttpResponseBase:
    by_hand = Offer(_("Record a result"), "tenure-result-add", "plus", RECORD_YEAR)
    table = Offer(_("Take in a table"), "import-new", "upload", RECORD_YEAR, query="kind=year_result")
    context = frame(actor_of(request), "tenure-results", by_hand, table)
    return show(request, RESULTS, template="console/tenure/list.html", context=context)


@page(RECORD_YEAR)
def add(request: HttpRequest) -> HttpResponseBase:
    def save(data: dict[str, Any], actor: User) -> str:
        held = data["number"].appointments.filter(programme=data["programme"]).order_by("-starts").first()
        if held is None:
            raise Refusal(_now("This person never held a post of the programme."), code="not_in_post", field="number")
        given = years.YearGiven(held, data["year"], data["grade"], data["document"], data["decided_on"], data["score"])
        years.record_year_results(data["programme"], [given], actor=actor)
        return reverse("console:tenure-results")

    form = ResultForm(request.POST or None)
    return form_page(request, form, _now("Record a result"), save, back_to=reverse("console:tenure-results"))


def taken_back(rows: list[YearResult], given: dict[str, Any], actor: User) -> list[str]:
    years.take_back_year_results(rows, given["reason"], actor=actor)
    return [_now("Taken back")] * len(rows)


def _named(row: YearResult) -> str:
    return f"{row.person.name} · {row.year} · {row.grade}"


take_back = bulk_view(
    RESULTS, "console:tenure-results", RECORD_YEAR, taken_back, title=_("Take these results back"),
    done=_("%(count)d results are taken back."), name=_named, before=lambda row: standing(row)[1], form=ReasonForm,
)  # fmt: skip
