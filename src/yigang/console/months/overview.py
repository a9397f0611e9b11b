"""The list of months, and starting a new one."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Sum
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy

from yigang.console import regions
from yigang.console.access import OPEN_MONTHS
from yigang.console.fields import offer, offer_rows
from yigang.console.lists import BelowFilter, ChoiceFilter, Column, Empty, List, Total, show
from yigang.console.lists.spec import yuan
from yigang.console.pages import action, actor_of, page
from yigang.foundation import regioncode
from yigang.foundation.access import may
from yigang.foundation.errors import Refusal
from yigang.payment.access import CALCULATE
from yigang.payment.enums import Step
from yigang.payment.models import Settlement
from yigang.payment.settlement.queries import next_role
from yigang.payment.tasks import settle_month
from yigang.policy import Period
from yigang.posts.models import Programme


def prepare(settlements: list[Settlement]) -> None:
    regions.name_places(settlements)


def months_known(_reader: regions.Reader) -> list[tuple[str, str]]:
    """The months that have a settlement, latest first."""
    known = Settlement.objects.order_by("-month").values_list("month", flat=True).distinct()[:36]
    return [(month.isoformat(), f"{month:%Y-%m}") for month in known]


def programmes_named() -> list[tuple[int, str]]:
    return list(Programme.objects.order_by("name").values_list("pk", "name"))


def programmes_known(reader: regions.Reader) -> list[tuple[int, str]]:
    return reader.once(programmes_named)


MONTHS = List(
    name="months",
    title=_lazy("Months"),
    unit=_lazy("months"),
    rows=lambda _reader: Settlement.objects.select_related("programme"),
    columns=(
        Column("month", pgettext_lazy("calendar", "Month"), lambda one: f"{one.month:%Y-%m}", sort=("month",), always=True),
        Column("programme", _lazy("Programme"), lambda one: one.programme.name, sort=("programme__name",)),
        Column("place", _lazy("Place"), lambda one: one.place, sort=("region_code",)),
        Column("step", _lazy("Step"), lambda one: one.get_step_display(), show=lambda one: step_chip(one)),
        Column("next", _lazy("Who is next"), lambda one: next_role(one.step)),
        Column("people", _lazy("People"), lambda one: one.people, kind="integer", sort=("people",)),
        Column("undetermined", _lazy("Undetermined"), lambda one: one.undetermined, kind="integer", sort=("undetermined",)),
        Column("total", _lazy("Total"), lambda one: one.total_fen, kind="money", sort=("total_fen",), unit=_lazy("yuan")),
    ),
    order=("-month", "region_code"),
    filters=(
        ChoiceFilter("month", pgettext_lazy("calendar", "Month"), "month", months_known),
        ChoiceFilter("programme", _lazy("Programme"), "programme_id", programmes_known),
        ChoiceFilter("step", _lazy("Step"), "step", Step.choices),
        BelowFilter(),
    ),
    totals=(
        Total(_lazy("People"), Sum("people")),
        Total(_lazy("Undetermined"), Sum("undetermined")),
        Total(_lazy("Total"), Sum("total_fen"), yuan, _lazy("yuan")),
    ),
    link=lambda one: reverse("console:month", args=[one.pk]),
    prepare=prepare,
    empty=Empty(_lazy("No month has been computed yet. Choose a programme and a month above.")),
)  # fmt: skip


def step_chip(settlement: Settlement) -> str:
    """The step as a word on its colour."""
    return format_html('<span class="step step-{}">{}</span>', settlement.step, settlement.get_step_display())


class ComputeForm(forms.Form):
    """What is to be computed: a programme's month, in the region looked at."""

    programme = forms.ModelChoiceField(label=_lazy("Programme"), queryset=Programme.objects.none(), empty_label=None)
    month = forms.CharField(
        label=pgettext_lazy("calendar", "Month"), widget=forms.TextInput(attrs={"type": "month"}), max_length=7
    )

    def __init__(self, *args: Any, offered: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "programme", Programme.objects.all())
        offer(self, "programme", offered)

    def clean_month(self) -> date:
        try:
            return Period.parse(self.cleaned_data["month"]).first
        except ValueError as error:
            raise forms.ValidationError(_("Write the month like 2020-07.")) from error


def next_to_compute(prefix: str) -> str:
    """The month that is most likely meant: after the latest one, or the last full month."""
    latest = Settlement.objects.filter(regions.inside(prefix)).order_by("-month").first()
    if latest is None:
        return str(Period.of(timezone.localdate()).previous())
    open_one = latest.step in (Step.COLLECTING, Step.CALCULATED)
    return str(Period.of(latest.month) if open_one else Period.of(latest.month).next())


@page(OPEN_MONTHS)
def months(request: HttpRequest) -> HttpResponseBase:
    context = {}
    if may(actor_of(request), CALCULATE) and not request.headers.get("HX-Request"):
        offered = programmes_known(regions.reader(request))
        context["form"] = ComputeForm(initial={"month": next_to_compute(regions.viewing(request))}, offered=offered)
    return show(request, MONTHS, template="console/months/overview.html", context=context)


@action(CALCULATE)
def compute(request: HttpRequest) -> HttpResponseBase:
    """Enqueue a month for the region looked at; the job's page shows how far it is."""
    form = ComputeForm(request.POST, offered=[])
    if not form.is_valid():
        raise Refusal(" ".join(str(error) for errors in form.errors.values() for error in errors))
    programme, month = form.cleaned_data["programme"], form.cleaned_data["month"]
    start_job(request, programme, month, working_region(request))
    return redirect("console:months")


def working_region(request: HttpRequest) -> str:
    """The region looked at, as a town or wider: a village's month is its town's."""
    prefix = regions.viewing(request)
    if not prefix:
        raise Refusal(_("Choose a region at the top first."), code="no_region")
    return regioncode.pad(prefix[:9])


def start_job(request: HttpRequest, programme: Programme, month: date, region_code: str) -> None:
    """Enqueue the computing, and say so."""
    title = _("Compute %(month)s of %(programme)s") % {"month": f"{month:%Y-%m}", "programme": programme}
    settle_month.start(
        title=title, region_code=region_code, actor=actor_of(request), programme_id=programme.pk, region=region_code,
        month=f"{month:%Y-%m}",
    )  # fmt: skip
    messages.info(request, _("%(title)s: it runs in the background and is here in a moment.") % {"title": title})
