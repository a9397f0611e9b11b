"""Accounts of DingTalk and WeCom that attendance is fetched from: connect, test, fetch now, what came of each fetch, close."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.fields import offer_rows
from yigang.console.imports.tabs import tabs
from yigang.console.lists import Column, Empty, List, show
from yigang.console.pages import action, actor_of, form_page, found, page
from yigang.console.people.forms import Day
from yigang.exchange import tasks
from yigang.exchange.access import MANAGE_SOURCES
from yigang.exchange.enums import Datum, PullState, SourceKind
from yigang.exchange.models import PullRun, PullSource
from yigang.exchange.pull import running, sources
from yigang.foundation import regioncode
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.posts.models import Programme

RUNS_SHOWN = 30
TAGS: dict[str, str] = {
    PullState.DONE: "tag tag-good", PullState.FAILED: "tag tag-bad", PullState.WAITING: "tag tag-warn",
    PullState.LOOK: "tag tag-warn",
}  # fmt: skip


def state_of(source: PullSource) -> str:
    if source.closed_at:
        return _now("closed")
    return _now("fetched daily") if source.enabled else _now("fetched by hand")


SOURCES = List(
    name="sources",
    title=_("DingTalk and WeCom"),
    unit=_("accounts"),
    rows=lambda _reader: PullSource.objects.select_related("programme"),
    columns=(
        Column("name", _("Account"), lambda row: row.name, sort=("name",), always=True),
        Column("kind", _("Service"), lambda row: row.get_kind_display()),
        Column("programme", _("Programme"), lambda row: row.programme and row.programme.name),
        Column("state", _("State"), state_of),
        Column("tested", _("Tested"), lambda row: row.tested_at, kind="datetime"),
        Column("result", _("Result of the test"), lambda row: row.test_result, wrap=True),
    ),
    order=("name",),
    link=lambda row: reverse("console:source", args=[row.pk]),
    empty=Empty(_("No account is connected."), _("Connect an account"), "console:source-add", MANAGE_SOURCES),
)  # fmt: skip


class SourceForm(forms.Form):
    """The terms of a source."""

    kind = forms.ChoiceField(label=_("Service"), choices=SourceKind.choices)
    name = forms.CharField(label=_("Account"), max_length=60, help_text=_("What it is called here."))
    key = forms.CharField(
        label=_("Key of the application"), max_length=80, help_text=_("DingTalk: AppKey. WeCom: CorpID.")
    )
    secret = forms.CharField(
        label=_("Secret of the application"), required=False, max_length=200,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=_("Kept encrypted and never shown again. Empty leaves the one that is kept."),
    )  # fmt: skip
    programme = forms.ModelChoiceField(Programme.objects.none(), label=_("Programme"), required=False)
    datum = forms.ChoiceField(label=_("Coordinates"), choices=Datum.choices)
    departments = forms.CharField(
        label=_("Departments"), required=False, help_text=_("Their numbers, apart by commas; empty is everybody."),
    )  # fmt: skip
    groups = forms.CharField(
        label=_("Attendance groups"), required=False,
        help_text=_("Their numbers (DingTalk) or names (WeCom), apart by commas; empty is all."),
    )  # fmt: skip
    people = forms.CharField(
        label=_("People"), required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Only where WeCom does not tell who they are: one a line, user id and name."),
    )  # fmt: skip
    days_back = forms.IntegerField(label=_("Days fetched each time"), min_value=1, max_value=31, initial=3)
    hour = forms.IntegerField(label=_("Hour of the day"), min_value=0, max_value=23, initial=2)
    enabled = forms.BooleanField(label=_("Fetch every day"), required=False)

    def __init__(self, *args: Any, known: PullSource | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "programme", Programme.objects.all())
        if known is not None:
            del self.fields["kind"]

    def clean_departments(self) -> list[int]:
        """Numbers."""
        given = _words(self.cleaned_data["departments"])
        if not all(word.isascii() and word.isdigit() for word in given):
            raise forms.ValidationError(_("Departments are named by their numbers."))
        return [int(word) for word in given]

    def clean_groups(self) -> list[str]:
        """Numbers or names."""
        return _words(self.cleaned_data["groups"])

    def clean_people(self) -> dict[str, str]:
        """User id → name."""
        lines = [line.replace("，", " ").replace(",", " ").split(maxsplit=1) for line in
                 self.cleaned_data["people"].splitlines() if line.strip()]  # fmt: skip
        return {line[0]: line[1].strip() if len(line) > 1 else "" for line in lines}

    def terms(self) -> sources.Terms:
        """What was said, as the verb takes it."""
        return sources.Terms(**{key: value for key, value in self.cleaned_data.items() if key != "kind"})


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.replace("，", ",").replace("、", ",").split(",") if word.strip()]


class PeriodForm(forms.Form):
    """What to fetch."""

    first = forms.DateField(label=_("First day"), widget=Day)
    last = forms.DateField(label=_("Last day"), widget=Day)


@page(MANAGE_SOURCES)
def listing(request: HttpRequest) -> HttpResponseBase:
    context = {**tabs(actor_of(request), "sources"), "add": reverse("console:source-add")}
    return show(request, SOURCES, template="console/imports/sources.html", context=context)


@page(MANAGE_SOURCES)
def add(request: HttpRequest) -> HttpResponseBase:
    form = SourceForm(request.POST or None)

    def save(_data: dict[str, Any], actor: User) -> str:
        prefix = regions.viewing(request)
        if not prefix:
            raise Refusal(_now("Choose at the top the region that the account is for."), code="region")
        kind = SourceKind(form.cleaned_data["kind"])
        source = sources.connect(kind, form.terms(), region_code=regioncode.pad(prefix), actor=actor)
        return reverse("console:source", args=[source.pk])

    return form_page(request, form, _now("Connect an account"), save, back_to=reverse("console:sources"))


def one_of(pk: int) -> PullSource:
    return found(PullSource.objects.select_related("programme", "actor"), pk=pk)


@page(MANAGE_SOURCES)
def source(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = one_of(pk)
    today = timezone.localdate()
    first, last = running.daily(row, today)
    runs = [(run, shown_run(run)) for run in row.runs.select_related("file_import")[:RUNS_SHOWN]]
    context = {
        "source": row, "state": state_of(row), "runs": runs, "departments": "、".join(map(str, row.departments)),
        "groups": "、".join(row.groups), "period_form": PeriodForm(initial={"first": first, "last": last}),
    }  # fmt: skip
    return render(request, "console/imports/source.html", context)


def shown_run(run: PullRun) -> str:
    return format_html('<span class="{}">{}</span>', TAGS.get(run.state, "tag"), run.get_state_display())


@page(MANAGE_SOURCES)
def change(request: HttpRequest, pk: int) -> HttpResponseBase:
    row, address = one_of(pk), reverse("console:source", args=[pk])
    said = {
        "name": row.name, "key": row.key, "programme": row.programme, "datum": row.datum, "days_back": row.days_back,
        "hour": row.hour, "enabled": row.enabled, "departments": ", ".join(map(str, row.departments)),
        "groups": ", ".join(row.groups), "people": "\n".join(f"{user} {name}" for user, name in row.people.items()),
    }  # fmt: skip
    form = SourceForm(request.POST or None, known=row, initial=said)

    def save(_data: dict[str, Any], actor: User) -> str:
        sources.change(row, form.terms(), actor=actor)
        return address

    return form_page(request, form, _now("Change %(name)s") % {"name": row.name}, save, back_to=address)


@action(MANAGE_SOURCES)
def try_out(request: HttpRequest, pk: int) -> HttpResponseBase:
    messages.info(request, sources.try_out(one_of(pk), actor=actor_of(request)))
    return redirect("console:source", pk)


@action(MANAGE_SOURCES)
def fetch(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Begin a fetch, or go on with it, in a job."""
    row, actor, form = one_of(pk), actor_of(request), PeriodForm(request.POST)
    if not form.is_valid():
        raise Refusal(_now("Name the first and the last day."), code="period")
    with transaction.atomic():
        run = running.begin(row, form.cleaned_data["first"], form.cleaned_data["last"], actor=actor)
        title = _now("Fetch: %(what)s") % {"what": run}
        job = tasks.pull.start(title=title, region_code=str(row.region_code), actor=actor, pull_id=run.pk)
    return redirect("console:job", job.pk)


@action(MANAGE_SOURCES)
def close(request: HttpRequest, pk: int) -> HttpResponseBase:
    sources.close(one_of(pk), actor=actor_of(request))
    messages.success(request, _now("The account is closed, and its secret forgotten."))
    return redirect("console:sources")
