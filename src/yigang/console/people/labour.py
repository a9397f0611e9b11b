"""One register, five lists: counts, the people of a list with the reasons, and the rules behind them."""

from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.lists import BelowFilter, ChoiceFilter, Column, Empty, List, show
from yigang.console.pages import actor_of, found, page, refusals_on
from yigang.console.people.forms import Day
from yigang.console.regions import Reader
from yigang.foundation.access import may
from yigang.people.access import READ_PEOPLE, SET_LISTS
from yigang.people.ages import age_on
from yigang.people.models import LabourList, LabourRecord, RegisterEdition
from yigang.people.register import lists
from yigang.people.register.lists import ListRecord
from yigang.people.register.rules import VALUES
from yigang.policy.measures import REGISTER

NOWHERE = "none"


@dataclass(frozen=True)
class Register:
    """The newest quarter of the county that a reader looks at, and its lists."""

    edition: RegisterEdition | None
    lists: list[LabourList]


_READ: WeakKeyDictionary[Reader, Register] = WeakKeyDictionary()
"""One look for each request; a reader lives as long as its request or job."""


def register_of(reader: Reader) -> Register:
    if reader not in _READ:
        edition = lists.newest(reader.prefix)
        known = LabourList.objects.filter(region_code=edition.region_code, active=True) if edition else ()
        _READ[reader] = Register(edition, list(known))
    return _READ[reader]


def rows(reader: Reader) -> Any:
    """The records of the newest quarter of the county looked at, each list as a condition that filters may ask."""
    known = register_of(reader)
    if known.edition is None:
        return LabourRecord.objects.none()
    known.edition.known_lists = known.lists  # type: ignore[attr-defined] # for the row as it is drawn
    return lists.annotated(known.edition.records.all(), known.lists, known.edition.as_of)


def choices(reader: Reader) -> list[tuple[Any, Any]]:
    return [*((one.pk, one.name) for one in register_of(reader).lists), (NOWHERE, _("On no list"))]


def on_list(records: Any, value: str) -> Any:
    """Who is on a list, or on none."""
    if value != NOWHERE:
        return records.filter(**{f"{lists.ON}{value}": True})
    for name in records.query.annotations:
        if name.startswith(lists.ON):
            records = records.filter(Q(**{name: False}) | Q(**{f"{name}__isnull": True}))
    return records


def prepare(records: list[Any]) -> None:
    """Each record's village, age, lists and reasons: two queries for all. `rows` has left the lists at the edition."""
    regions.name_places(records)
    edition = records[0].edition
    for record, judged in zip(records, lists.judged(records, edition.known_lists, edition.as_of), strict=True):
        record.judged, record.age = judged, age_on(record.birth, edition.as_of)


def why(record: Any) -> str:
    """The lists with their reasons; for who is on none, what is missing."""
    told = [f"{one.list.name}（{one.why}）" for one in record.judged.on]
    if not told:
        missing = "、".join(record.judged.missing)
        told = [_now("On no list; the register does not say: %(facts)s") % {"facts": missing} if missing else
                _now("On no list; no rule fits")]  # fmt: skip
    return "；".join(told)


def drawn(record: Any) -> SafeString:
    if not record.judged.on:
        return format_html('<span class="tag tag-warn">{}</span>', why(record))
    lines = ((one.list.name, one.why) for one in record.judged.on)
    return format_html("{}", format_html_join("", '<div><span class="tag">{}</span> <small>{}</small></div>', lines))


def search(records: Any, words: str) -> Any:
    return records.filter(Q(name__contains=words) | Q(pinyin__startswith=words.lower()))


LABOUR = List(
    name="labour",
    title=_("People of the register"),
    unit=_("people"),
    rows=rows,
    columns=(
        Column("name", _("Name"), lambda record: record.name, sort=("pinyin",), always=True),
        Column("sex", _("Sex"), lambda record: record.get_sex_display()),
        Column("age", _("Age"), lambda record: record.age, sort=("-birth",), kind="integer"),
        Column("place", _("Village"), lambda record: record.place, sort=("region_code",)),
        Column("employment", _("Employment"), lambda record: record.get_employment_display()),
        Column("workplace", _("Workplace"), lambda record: record.get_workplace_display()),
        Column("lists", _("Lists, and why"), why, show=drawn, wrap=True),
        Column("skills", _("Abilities"), lambda record: "、".join(record.skills), shown=False),
        Column("wanted", _("Wanted posts"), lambda record: "、".join(record.wanted_kinds), shown=False),
        Column("health", _("Health"), lambda record: record.get_health_display(), shown=False),
        Column("poor", _("Register of the poor"), lambda record: record.get_poor_kind_display(), shown=False),
        Column("education", _("Education"), lambda record: record.get_education_display(), shown=False),
        Column("employer", _("Employer"), lambda record: record.employer, shown=False),
    ),
    order=("pinyin",),
    filters=(BelowFilter(), ChoiceFilter("list", _("List"), on_list, choices)),
    search=search,
    search_hint=_("Name or the beginning of its pinyin"),
    link=lambda record: reverse("console:person", args=[record.person_id]),
    prepare=prepare,
    empty=Empty(_("Nobody is here. Choose a county whose register is loaded.")),
)


@page(READ_PEOPLE)
def labour(request: HttpRequest) -> HttpResponseBase:
    return show(request, LABOUR, template="console/people/labour.html")


@page(READ_PEOPLE)
def five_lists(request: HttpRequest) -> HttpResponseBase:
    """The lists of the county looked at, with their counts in the region looked at."""
    reader = regions.reader(request)
    edition, tallies = register_of(reader).edition, None
    if edition:
        inside = edition.records.filter(regions.inside(reader.prefix))
        tallies = lists.tallies(register_of(reader).lists, edition, inside)
    resting = LabourList.objects.filter(region_code=edition.region_code, active=False) if edition else ()
    context = {
        "edition": edition, "tallies": tallies, "may_set": may(actor_of(request), SET_LISTS), "nowhere": NOWHERE,
        "tab": "lists", "resting": resting,
    }  # fmt: skip
    return render(request, "console/people/five_lists.html", context)


class ListForm(forms.Form):
    """A list's name and rule."""

    name = forms.CharField(label=_("Name of the list"), max_length=40)
    rule = forms.CharField(label=_("Rule"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    order = forms.IntegerField(label=_("Order"), min_value=1, max_value=99)
    to_be_placed = forms.BooleanField(
        label=_("Its people are to be placed"), required=False, help_text=_("They are proposed for free posts.")
    )
    active = forms.BooleanField(
        label=_("In use"), required=False, initial=True, help_text=_("Out of use it names nobody; its versions stay.")
    )
    since = forms.DateField(
        label=_("Holds from"),
        required=False,
        widget=Day,
        help_text=_("Empty: from today. The version before holds until then."),
    )
    reason = forms.CharField(label=_("Reason of the change"), max_length=200, required=False)


@page(SET_LISTS)
def list_rule(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Change a list: first who would come and go, then saved."""
    row = found(LabourList.objects.all(), pk=pk)
    if not may(actor_of(request), SET_LISTS, row.region_code):
        raise Http404
    return _list_page(request, row, lists.newest(row.region_code[:6]))


@page(SET_LISTS)
def list_new(request: HttpRequest) -> HttpResponseBase:
    """Add a list to those of the county looked at."""
    edition = register_of(regions.reader(request)).edition
    if edition is None or not may(actor_of(request), SET_LISTS, edition.region_code):
        raise Http404
    return _list_page(request, None, edition)


def _list_page(request: HttpRequest, row: LabourList | None, edition: RegisterEdition | None) -> HttpResponseBase:
    """The form of a list, beside it the words of a rule; `look` shows whom it would name, `save` keeps it."""
    form, move = ListForm(request.POST or None, initial=_standing(row, edition)), None
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            if "save" in request.POST:
                return _save(request, row, edition, form.cleaned_data)
            move = _move(row, edition, form.cleaned_data)
    words = [(one.zh, one.code, "、".join(VALUES.get(one.zh, ()))) for one in REGISTER]
    versions = row.versions.select_related("set_by") if row else ()
    context = {"form": form, "row": row, "move": move, "edition": edition, "words": words, "versions": versions}
    return render(request, "console/people/list_rule.html", context)


def _standing(row: LabourList | None, edition: RegisterEdition | None) -> dict[str, Any]:
    if row is None:
        return {"order": LabourList.objects.filter(region_code=edition.region_code if edition else "").count() + 1}
    return {name: getattr(row, name) for name in ListForm.base_fields if hasattr(row, name)}


def _move(row: LabourList | None, edition: RegisterEdition | None, data: dict[str, Any]) -> lists.Move | None:
    return lists.what_if(row, data["rule"], edition, active=data["active"]) if edition else None


def _save(
    request: HttpRequest, row: LabourList | None, edition: RegisterEdition | None, data: dict[str, Any]
) -> HttpResponseBase:  # fmt: skip
    """Keep a list; a rule that names nobody is kept with a warning, for next quarter's register may say otherwise."""
    county = (row or edition).region_code[:6]  # type: ignore[union-attr] # without a list there is an edition
    record = ListRecord(row.code if row else lists.free_code(county), **data)
    made = lists.save_list(county, record, actor=actor_of(request))
    messages.success(request, _now("Saved."))
    if edition and made.active and not lists.members(made, edition).exists():
        said = _now("“%(list)s” names nobody of the register of %(quarter)s. Look at its rule again.")
        messages.warning(request, said % {"list": made.name, "quarter": edition.quarter})
    return redirect("console:five-lists")
