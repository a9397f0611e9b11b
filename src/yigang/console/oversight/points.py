"""The rectification list: points entered, put right with evidence, accepted by another, struck off one by one or together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yigang.console import regions
from yigang.console.fields import offer_rows
from yigang.console.lists import (
    BelowFilter,
    BulkAction,
    ChoiceFilter,
    Column,
    DateFilter,
    Empty,
    FlagFilter,
    List,
    bulk_view,
    show,
    states,
)
from yigang.console.oversight.tabs import frame, in_place
from yigang.console.pages import action, actor_of, form_page, found, page
from yigang.console.people.forms import Day, VillageForm
from yigang.console.posts.posts import programmes
from yigang.console.regions import Reader
from yigang.console.tenure.pieces import PersonField, ReasonForm, Step, cleaned, linked, person_link, place_of, tag
from yigang.console.tenure.tabs import Offer
from yigang.foundation.access import Capability, may
from yigang.foundation.domain import store_paper
from yigang.foundation.models import User
from yigang.oversight import domain, queries
from yigang.oversight.access import ACCEPT, ENTER_FINDINGS, PUT_RIGHT_OWN, READ_MEETINGS, READ_OVERSIGHT
from yigang.oversight.domain import Point
from yigang.oversight.enums import FoundBy, RectificationState
from yigang.oversight.models import Rectification, VisitSheet
from yigang.people import queries as people_queries
from yigang.people.models import Person
from yigang.posts.models import Programme

COLOURS = {RectificationState.OPEN: "warn", RectificationState.HANDED_IN: "warn", RectificationState.CLOSED: "good"}


def is_late(row: Rectification) -> bool:
    return row.state == RectificationState.OPEN and row.due < timezone.localdate()


def state(row: Rectification) -> tuple[str, str]:
    if is_late(row):
        return "bad", _now("Overdue")
    return COLOURS[RectificationState(row.state)], row.get_state_display()


def account(row: Rectification) -> str:
    """Whose account answers for it."""
    return row.owner_account.name if row.owner_account else ""


def search(rows: Any, words: str) -> Any:
    """By words of the finding or the owner, by person (name, initials, last digits) or by place."""
    people = people_queries.search(Person.objects.all(), words)
    said = Q(finding__contains=words) | Q(owner__contains=words) | Q(unit__contains=words) | Q(item__contains=words)
    return rows.filter(said | Q(person__in=people) | in_place(words))


def rows(reader: Reader) -> Any:
    """Points of the list; `mine` says which of them the reader's account answers for."""
    mine = ExpressionWrapper(Q(owner_account=reader.user.pk), output_field=BooleanField())
    return queries.on_list().select_related("person", "programme", "owner_account").annotate(mine=mine)


POINTS = List(
    name="rectifications",
    title=_("To be put right"),
    unit=_("problems"),
    rows=rows,
    columns=(
        Column("due", _("Deadline"), lambda row: row.due, sort=("due",), kind="date", always=True),
        Column("item", _("Item of the list"), lambda row: row.item, sort=("item",), wrap=True),
        Column("finding", _("Problem found"), lambda row: row.finding, wrap=True, always=True),
        Column("place", _("Place"), lambda row: row.place, sort=("region_code",)),
        Column("person", _("Person concerned"), lambda row: row.person.name if row.person else ""),
        Column("unit", _("Office that answers"), lambda row: row.unit, sort=("unit",)),
        Column("owner", _("Who answers for it"), lambda row: row.owner, sort=("owner",)),
        Column("state", _("State"), lambda row: state(row)[1], show=lambda row: tag(*state(row)), sort=("state",)),
        Column("found", _("Found on"), lambda row: row.found_on, sort=("found_on",), kind="date", shown=False),
        Column("account", _("Account of the owner"), account, shown=False),
        Column("reminded", _("Reminded on"), lambda row: row.reminded_on, sort=("reminded_on",), kind="date", shown=False),
        Column("escalated", _("Passed on to the county"), lambda row: row.escalated_on, kind="date", shown=False),
        Column("source", _("Where it comes from"), lambda row: row.get_source_display(), shown=False),
        Column("closed", _("Closed on"), lambda row: row.closed_on, sort=("closed_on",), kind="date", shown=False),
        Column("programme", _("Programme"), lambda row: row.programme.name, shown=False),
    ),
    order=("due",),
    filters=(
        BelowFilter(),
        ChoiceFilter("programme", _("Programme"), "programme", programmes),
        ChoiceFilter("state", _("State"), "state", RectificationState.choices),
        ChoiceFilter("source", _("Where it comes from"), "source", FoundBy.choices),
        FlagFilter("late", _("Overdue"), lambda: Q(state=RectificationState.OPEN, due__lt=timezone.localdate())),
        FlagFilter("escalated", _("Passed on to the county"), lambda: Q(escalated_on__isnull=False)),
        FlagFilter("mine", _("I answer for it"), lambda: Q(mine=True)),
        DateFilter("from", _("Due from"), "due__gte"),
        DateFilter("to", _("Due up to"), "due__lte"),
    ),
    search=search,
    search_hint=_("Finding, owner, place, name, pinyin initials or last four digits"),
    prepare=regions.name_places,
    actions=(
        BulkAction(_("Accept and close"), "console:oversight-points-close", ACCEPT, "check"),
        BulkAction(_("Bring to mind"), "console:oversight-points-remind", ACCEPT, "bell"),
    ),
    link=lambda row: reverse("console:oversight-point", args=[row.pk]),
    empty=Empty(_("Nothing has to be put right here."), _("Enter a point"), "console:oversight-point-add", ENTER_FINDINGS),
)  # fmt: skip


class PointForm(VillageForm):
    """A point of the list. Without a deadline it is the policy's working days after the day it was found."""

    programme = forms.ModelChoiceField(label=_("Programme"), queryset=Programme.objects.none())
    item = forms.CharField(label=_("Item of the list"), max_length=120, required=False)
    finding = forms.CharField(label=_("Problem found"), max_length=500, widget=forms.Textarea({"rows": 3}))
    person = PersonField(required=False, help_text=_("Only where somebody in post is concerned."))
    found_on = forms.DateField(label=_("Found on"), widget=Day)
    unit = forms.CharField(label=_("Office that answers"), max_length=120)
    owner_account = forms.ModelChoiceField(
        label=_("Account of the owner"), queryset=User.objects.none(), required=False,
        help_text=_("Who is brought to mind on the first page. Without an account write the name below."),
    )  # fmt: skip
    owner = forms.CharField(
        label=_("Who answers for it"), max_length=60, required=False, help_text=_("Empty: the name of the account.")
    )
    due = forms.DateField(
        label=_("Deadline"), widget=Day, required=False, help_text=_("Empty: as many working days as the policy gives.")
    )
    field_order = [
        "programme",
        "region_code",
        "item",
        "finding",
        "person",
        "found_on",
        "unit",
        "owner_account",
        "owner",
        "due",
    ]

    def __init__(self, reader: Reader, *args: Any, **kwargs: Any) -> None:
        super().__init__(reader, *args, **kwargs)
        offer_rows(self, "programme", Programme.objects.order_by("name"))
        offer_rows(self, "owner_account", queries.owners(reader.user))


class DoneForm(forms.Form):
    text = forms.CharField(label=_("What was done"), max_length=500, widget=forms.Textarea({"rows": 3}))
    file = forms.FileField(label=_("Evidence"), required=False, help_text=_("PDF, JPEG or PNG, at most 20 MB."))


class AcceptForm(forms.Form):
    text = forms.CharField(label=_("Remarks"), max_length=200, required=False)


class ReopenForm(ReasonForm):
    due = forms.DateField(label=_("Deadline"), widget=Day)


@page(READ_OVERSIGHT)
def points(request: HttpRequest) -> HttpResponseBase:
    offers = (
        Offer(_("Enter a point"), "oversight-point-add", "plus", ENTER_FINDINGS),
        Offer(_("Import a list"), "import-new", "file-import", ENTER_FINDINGS),
    )
    context = frame(actor_of(request), "oversight-points", *offers)
    return show(request, POINTS, template="console/tenure/list.html", context=context)


@page(ENTER_FINDINGS)
def add(request: HttpRequest) -> HttpResponseBase:
    sheet = _sheet_asked(request)
    initial: dict[str, Any] = {"found_on": timezone.localdate()}
    if sheet:
        programme = sheet.inspection.plan.programme_id
        initial = {
            "found_on": timezone.localdate(sheet.made_at), "region_code": sheet.region_code, "programme": programme,
        }  # fmt: skip

    def save(data: dict[str, Any], actor: User) -> str:
        (made,) = domain.open_points(data.pop("programme"), [Point(**data, sheet=sheet)], actor=actor)
        return reverse("console:oversight-point", args=[made.pk])

    form = PointForm(regions.reader(request), request.POST or None, initial=initial)
    back_to = reverse("console:oversight-points")
    return form_page(request, form, _now("Enter a point to be put right"), save, back_to=back_to)


def _sheet_asked(request: HttpRequest) -> VisitSheet | None:
    asked = request.GET.get("sheet")
    if not asked:
        return None
    try:
        return found(VisitSheet.objects.select_related("inspection__plan"), pk=forms.UUIDField().clean(asked))
    except forms.ValidationError:
        return None


@page(READ_MEETINGS)
def point(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One point: for whoever reads inspections, and for a clerk where the village answers for it."""
    actor = actor_of(request)
    row = _row(pk, actor)
    back = ("console:oversight-points", _("To be put right"))
    if not may(actor, READ_OVERSIGHT):
        back = ("console:meetings-list", _("Minutes"))
    story = [(one.at, one.get_deed_display(), one.text, one.by.name if one.by else _now("the program"))
             for one in row.steps.select_related("by")]  # fmt: skip
    context = {
        "title": row.finding[:40], "state": state(row), "facts": _facts(row), "steps": _steps(row, actor),
        "tables": [(_("What happened"), (_("When"), _("What"), _("Words"), pgettext_lazy("record", "By whom")), _told(story))],
        "files": [("", one.file) for one in row.files.select_related("file")],
        "back_to": reverse(back[0]), "back_label": back[1], "printable": True,
    }  # fmt: skip
    return render(request, "console/tenure/one.html", context)


def _told(story: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return [(f"{timezone.localtime(at):%Y-%m-%d %H:%M}", *rest) for at, *rest in story]


def _row(pk: int, actor: User) -> Rectification:
    return found(
        queries.answered_by(actor).select_related("person", "programme", "sheet", "closed_by", "owner_account"), pk=pk
    )


def _facts(row: Rectification) -> list[tuple[Any, Any]]:
    visit = linked("oversight-visit", row.sheet.inspection_id, row.sheet.inspection_id) if row.sheet else ""
    return [
        (_("Problem found"), row.finding), (_("Item of the list"), row.item), (_("Place"), place_of(row.region_code)),
        (_("Programme"), row.programme.name),
        (_("Person concerned"), person_link(row.person.name, row.person.pk) if row.person else ""),
        (_("Found on"), row.found_on), (_("Where it comes from"), row.get_source_display()), (_("Inspection"), visit),
        (_("Office that answers"), row.unit), (_("Who answers for it"), row.owner),
        (_("Account of the owner"), account(row)), (_("Deadline"), row.due),
        (_("Reminded on"), row.reminded_on), (_("Passed on to the county"), row.escalated_on),
        (_("Closed on"), row.closed_on), (_("Accepted by"), row.closed_by.name if row.closed_by else ""),
    ]  # fmt: skip


def _steps(row: Rectification, actor: User) -> list[Step]:
    def step(key: str, label: str, icon: str, form: forms.Form, what: Capability, *, danger: bool = False) -> Step:
        why = may(actor, what, row.region_code).why
        if not why and what is ACCEPT and row.handed_in_by_id == actor.pk and row.state == RectificationState.HANDED_IN:
            why = _now("You reported this yourself; somebody else has to accept it.")
        return Step(label, reverse(f"console:oversight-point-{key}", args=[row.pk]), icon, form, why, danger)

    if row.state == RectificationState.OPEN:
        return [step("done", _now("Report as put right"), "send", DoneForm(), PUT_RIGHT_OWN)]
    if row.state == RectificationState.HANDED_IN:
        return [
            step("close", _now("Accept and close"), "check", AcceptForm(), ACCEPT),
            step("back", _now("Send back"), "arrow-back-up", ReasonForm(), ACCEPT, danger=True),
        ]
    return [step("reopen", _now("Open it again"), "refresh", ReopenForm(), ACCEPT)]


@action(PUT_RIGHT_OWN)
def done(request: HttpRequest, pk: int) -> HttpResponseBase:
    actor = actor_of(request)
    row = _row(pk, actor)
    data = cleaned(DoneForm(request.POST, request.FILES))
    files = []
    if file := data["file"]:
        files = [store_paper(file.read(), name=file.name, region_code=row.region_code, actor=actor)]
    domain.put_right(row, data["text"], files=files, actor=actor)
    return redirect("console:oversight-point", pk)


@action(ACCEPT)
def close(request: HttpRequest, pk: int) -> HttpResponseBase:
    actor = actor_of(request)
    domain.close_point(_row(pk, actor), cleaned(AcceptForm(request.POST))["text"], actor=actor)
    return redirect("console:oversight-point", pk)


@action(ACCEPT)
def send_back(request: HttpRequest, pk: int) -> HttpResponseBase:
    actor = actor_of(request)
    domain.send_back(_row(pk, actor), cleaned(ReasonForm(request.POST))["reason"], actor=actor)
    return redirect("console:oversight-point", pk)


@action(ACCEPT)
def reopen(request: HttpRequest, pk: int) -> HttpResponseBase:
    data, actor = cleaned(ReopenForm(request.POST)), actor_of(request)
    domain.reopen_point(_row(pk, actor), data["reason"], data["due"], actor=actor)
    return redirect("console:oversight-point", pk)


def name(row: Any) -> str:
    """A point in a word, once the list has named its place."""
    return f"{row.place} {row.finding[:60]}"


close_chosen = bulk_view(
    POINTS, "console:oversight-points", ACCEPT,
    lambda rows, given, actor: states(domain.close_points(rows, given["text"], actor=actor)),
    title=_("Accept and close"), done=_("%(count)d closed."), name=name, form=AcceptForm,
)  # fmt: skip
remind_chosen = bulk_view(
    POINTS, "console:oversight-points", ACCEPT,
    lambda rows, given, actor: [row.reminded_on for row in domain.remind_points(rows, given["text"], actor=actor)],
    title=_("Bring to mind"), done=_("%(count)d brought to mind."), name=name, before=lambda row: row.reminded_on or "",
    form=AcceptForm,
)  # fmt: skip
