"""Helpers and the households they answer for: the list with what is overdue, one pairing with its visits, a new one."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import OuterRef, Q, Subquery, Sum
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console import access, regions
from yigang.console.fields import offer_rows
from yigang.console.lists import BelowFilter, ChoiceFilter, Column, Empty, FlagFilter, List, show
from yigang.console.lists.spec import yuan
from yigang.console.pages import action, actor_of, form_page, found, page
from yigang.console.people.forms import Day
from yigang.console.posts.posts import programmes
from yigang.console.regions import Reader
from yigang.console.tenure.pieces import ReasonForm, Step, cleaned, linked, place_of, tag
from yigang.console.tenure.tabs import Offer
from yigang.console.work.tabs import entered_by, frame, offer_people
from yigang.duty import domain
from yigang.duty.access import ENTER_VISIT, PAIR
from yigang.duty.domain.visits import rule_on
from yigang.duty.models import Pairing, Visit
from yigang.foundation import money
from yigang.foundation.access import may
from yigang.foundation.models import User
from yigang.people.enums import Relation
from yigang.people.models import Household, Person
from yigang.policy.visits import VisitRule, wanted
from yigang.posts.models import Programme


def overdue() -> Q:
    """The next visit is late."""
    return Q(ends=None, due_on__isnull=False, due_on__lt=timezone.localdate())


def rows(_reader: Reader) -> Any:
    """Pairings with the head of the household, the last visit, and what was given this year."""
    year = timezone.localdate().year
    live = Visit.objects.filter(pairing=OuterRef("pk"), withdrawn_at=None)
    head = Person.objects.filter(household=OuterRef("household"), relation=Relation.HEAD).values("name")[:1]
    given = live.filter(day__year=year).order_by().values("pairing").annotate(sum=Sum("given_fen")).values("sum")
    return Pairing.objects.select_related("household", "helper", "programme").annotate(
        head=Subquery(head), last_visit=Subquery(live.order_by("-day").values("day")[:1]), given=Subquery(given)
    )


def due_tag(row: Pairing) -> str:
    """The deadline; late ones marked in words."""
    if row.due_on is None:
        return "—"
    if row.due_on < timezone.localdate():
        return format_html("{} {}", row.due_on, tag("bad", _now("overdue")))
    return str(row.due_on)


PAIRINGS = List(
    name="pairings",
    title=_("Helpers and households"),
    unit=_("pairings"),
    rows=rows,
    columns=(
        Column("household", _("Household"), lambda row: row.household.number, sort=("household__number",), always=True),
        Column("head", _("Head"), lambda row: row.head, sort=("head",)),
        Column("place", _("Village"), lambda row: row.place, sort=("region_code",)),
        Column("helper", _("Helper"), lambda row: row.helper_name, always=True),
        Column("office", _("Office"), lambda row: row.office, shown=False),
        Column("starts", _("Since"), lambda row: row.starts, sort=("starts",), kind="date"),
        Column("ends", _("Until"), lambda row: row.ends, kind="date", shown=False),
        Column("last", _("Last visit"), lambda row: row.last_visit, sort=("last_visit",), kind="date"),
        Column("due", _("Next visit by"), lambda row: row.due_on, show=due_tag, sort=("due_on",), kind="date"),
        Column("given", _("Given this year"), lambda row: row.given, kind="money", unit=_("yuan")),
        Column("programme", _("Programme"), lambda row: row.programme.name, shown=False),
    ),
    order=("due_on",),
    filters=(
        BelowFilter(),
        ChoiceFilter("programme", _("Programme"), "programme", programmes),
        FlagFilter("overdue", _("Visit overdue"), overdue),
        FlagFilter("ended", _("Ended"), lambda: Q(ends__isnull=False)),
    ),
    search=lambda found_, words: found_.filter(
        Q(household__number__contains=words) | Q(helper__name__contains=words) | Q(helper__initials__startswith=words)
        | Q(official__contains=words)
    ),
    search_hint=_("Household number or name of the helper"),
    prepare=regions.name_places,
    link=lambda row: reverse("console:work-pairing", args=[row.pk]),
    empty=Empty(_("No household has a helper yet."), _("Pair a household"), "console:work-pairing-new", PAIR),
)  # fmt: skip


class PairForm(forms.Form):
    """A household by its number, and who answers for it."""

    programme = forms.ModelChoiceField(Programme.objects.none(), label=_("Programme"))
    household = forms.CharField(label=_("Household number"), max_length=40)
    helper = forms.ModelChoiceField(
        Person.objects.none(), label=_("Post holder"), required=False, help_text=_("Or an official below.")
    )
    official = forms.CharField(label=_("Official"), max_length=60, required=False)
    office = forms.CharField(label=_("Office"), max_length=120, required=False)
    since = forms.DateField(label=_("Since"), widget=Day, initial=timezone.localdate)

    def __init__(self, reader: Reader, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reader = reader
        offer_people(self, "helper", reader)
        offer_rows(self, "programme", Programme.objects.order_by("name"))

    def clean_household(self) -> Household:
        number = self.cleaned_data["household"].strip()
        found_ = list(Household.objects.filter(regions.inside(self.reader.prefix), number=number)[:2])
        if not found_:
            raise forms.ValidationError(_("There is no household with this number in the region looked at."))
        if len(found_) > 1:
            raise forms.ValidationError(
                _("Several villages have a household with this number; choose the village above.")
            )
        return found_[0]


class VisitForm(forms.Form):
    day = forms.DateField(label=_("Day"), widget=Day, initial=timezone.localdate)
    text = forms.CharField(
        label=_("What was talked about or done"), max_length=2000, widget=forms.Textarea({"rows": 3})
    )
    given = forms.DecimalField(label=_("Given, yuan"), required=False, min_value=0, decimal_places=2, max_digits=8)


class EndForm(ReasonForm):
    on = forms.DateField(label=_("Last day"), widget=Day, initial=timezone.localdate)
    field_order = ("on", "reason")


@page(access.OPEN_DUTY)
def pairings(request: HttpRequest) -> HttpResponseBase:
    offer = Offer(_("Pair a household"), "work-pairing-new", "plus", PAIR)
    table = Offer(_("Take in a table"), "import-new", "upload", PAIR, query="kind=pairing")
    context = frame(actor_of(request), "work-pairings", offer, table)
    return show(request, PAIRINGS, template="console/tenure/list.html", context=context)


@page(PAIR)
def new(request: HttpRequest) -> HttpResponseBase:
    form = PairForm(regions.reader(request), request.POST or None)

    def save(given: dict[str, Any], actor: User) -> str:
        helper = domain.Helper(given["helper"], given["official"], given["office"])
        made = domain.pair(given["programme"], given["household"], helper, since=given["since"], actor=actor)
        return reverse("console:work-pairing", args=[made.pk])

    return form_page(request, form, _now("Pair a household"), save, back_to=reverse("console:work-pairings"))


def row_of(pk: int) -> Pairing:
    return found(Pairing.objects.select_related("household", "helper", "programme"), pk=pk)


@page(access.OPEN_DUTY)
def one(request: HttpRequest, pk: int) -> HttpResponseBase:
    row, actor = row_of(pk), actor_of(request)
    made = list(row.visits.select_related("entered_by").order_by("-day", "-pk"))
    state = ("", _now("Ended")) if row.ends else None
    if row.ends is None and row.due_on and row.due_on < timezone.localdate():
        state = ("bad", _now("Visit overdue"))
    table = (
        _("Visits"),
        [_("Day"), _("What was talked about"), _("Given"), _("Brought in by"), ""],
        [line(one) for one in made],
    )
    context = {
        "title": f"{row.helper_name} – {row.household.number}", "state": state, "facts": facts(row, made),
        "tables": [table], "steps": steps(row, actor, made), "back_to": reverse("console:work-pairings"),
        "back_label": _("Helpers and households"),
    }  # fmt: skip
    return render(request, "console/tenure/one.html", context)


def facts(row: Pairing, made: list[Visit]) -> list[tuple[Any, Any]]:
    """Who, since when, how the year stands against the policy."""
    head = Person.objects.filter(household=row.household, relation=Relation.HEAD).first()
    today, rule = timezone.localdate(), rule_on(row.programme, timezone.localdate())
    told = [
        (_("Household"), row.household.number),
        (_("Head"), linked("person", head.pk, head.name) if head else ""), (_("Village"), place_of(row.region_code)),
        (_("Helper"), linked("person", row.helper.pk, row.helper.name) if row.helper else row.official),
        (_("Office"), row.office), (_("Programme"), row.programme), (_("Since"), row.starts), (_("Until"), row.ends),
        (_("Why it ended"), row.end_reason), (_("Next visit by"), row.due_on),
    ]  # fmt: skip
    if rule:
        told += [(_("This year"), this_year(row, rule, made, today)), (_("By the policy"), rule.cites)]
    return [(label, value) for label, value in told if value]


def this_year(row: Pairing, rule: VisitRule, made: list[Visit], today: date) -> str:
    """Visits and money of the calendar year beside what the policy asks for until now."""
    live = [one for one in made if one.withdrawn_at is None and one.day.year == today.year]
    asked = wanted(rule, row.starts, date(today.year, 1, 1), date(today.year, 12, 31))
    said = _now("%(done)d of %(asked)d visits") % {"done": len({one.day for one in live}), "asked": asked}
    if rule.given_fen:
        given = sum(one.given_fen for one in live)
        said += "；" + _now("%(given)s of %(asked)s yuan given") % {"given": yuan(given), "asked": yuan(rule.given_fen)}
    return said


def line(row: Visit) -> list[Any]:
    gone = tag("", _now("taken back: %(why)s") % {"why": row.withdrawn_reason}) if row.withdrawn_at else ""
    return [row.day, row.text, yuan(row.given_fen) if row.given_fen else "", entered_by(row), gone or " "]


def steps(row: Pairing, actor: User, made: list[Visit]) -> list[Step]:
    """Enter a visit, take the newest one back, end the pairing."""
    if row.ends:
        return []
    enter, keep = may(actor, ENTER_VISIT, row.region_code).why, may(actor, PAIR, row.region_code).why
    address = reverse("console:work-pairing-visit", args=[row.pk])
    found_ = [Step(_now("Enter a visit"), address, "plus", VisitForm(), enter)]
    newest = next((one for one in made if one.withdrawn_at is None), None)
    if newest and not enter:
        label = _now("Take back the visit of %(day)s") % {"day": newest.day}
        found_.append(
            Step(label, reverse("console:work-visit-withdraw", args=[newest.pk]), "trash", ReasonForm(), danger=True)
        )
    end_address = reverse("console:work-pairing-end", args=[row.pk])
    return [*found_, Step(_now("End the pairing"), end_address, "x", EndForm(), keep, danger=True)]


@action(ENTER_VISIT)
def visit(request: HttpRequest, pk: int) -> HttpResponseBase:
    given = cleaned(VisitForm(request.POST))
    fen = money.from_decimal(given["given"]) if given["given"] else 0
    domain.enter_visit(row_of(pk), domain.VisitMade(given["day"], given["text"], fen), actor=actor_of(request))
    return redirect("console:work-pairing", pk)


@action(PAIR)
def end(request: HttpRequest, pk: int) -> HttpResponseBase:
    given = cleaned(EndForm(request.POST))
    domain.end_pairing(row_of(pk), on=given["on"], reason=given["reason"], actor=actor_of(request))
    return redirect("console:work-pairing", pk)
