"""The week's draw: made by the inspection office, its digest for everybody, drawn again by anyone when the week is over."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.fields import offer_rows
from yigang.console.lists import ChoiceFilter, Column, DateFilter, Empty, List, show
from yigang.console.oversight.tabs import frame
from yigang.console.pages import actor_of, form_page, found, page
from yigang.console.people.forms import Day
from yigang.console.posts.posts import programmes
from yigang.console.tenure.pieces import linked, tag
from yigang.console.tenure.tabs import Offer
from yigang.foundation import regioncode
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.oversight import domain, queries
from yigang.oversight.access import DRAW, READ_OVERSIGHT
from yigang.oversight.domain import Redrawn, Week
from yigang.oversight.enums import InspectionKind
from yigang.oversight.models import Plan, PlanList
from yigang.posts.models import Programme


def state(row: Plan) -> tuple[str, str]:
    return ("good", _now("Laid open")) if row.revealed_at else ("warn", _now("Sealed until the week is over"))


PLANS = List(
    name="inspection-plans",
    title=_("Weekly draws"),
    unit=_("weeks"),
    rows=lambda _reader: Plan.objects.select_related("programme", "made_by"),
    columns=(
        Column("week", _("Week from"), lambda row: row.week, sort=("week",), kind="date", always=True),
        Column("programme", _("Programme"), lambda row: row.programme.name, sort=("programme__name",)),
        Column("place", _("Region"), lambda row: row.place),
        Column("commitment", _("Digest kept before the draw"), lambda row: row.commitment, wrap=True),
        Column("made", _("Drawn at"), lambda row: row.made_at, sort=("made_at",), kind="datetime"),
        Column("by", _("Drawn by"), lambda row: row.made_by.name),
        Column("state", _("State"), lambda row: state(row)[1], show=lambda row: tag(*state(row))),
    ),
    order=("-week",),
    filters=(
        ChoiceFilter("programme", _("Programme"), "programme", programmes),
        DateFilter("from", _("From"), "week__gte"),
        DateFilter("to", _("To"), "week__lte"),
    ),
    search=lambda rows, words: rows.filter(commitment__startswith=words.lower()),
    search_hint=_("Beginning of the digest"),
    prepare=regions.name_places,
    link=lambda row: reverse("console:oversight-plan", args=[row.pk]),
    empty=Empty(_("No week was drawn yet."), _("Draw a week"), "console:oversight-draw", DRAW),
)  # fmt: skip


class DrawForm(forms.Form):
    """What is decided before the draw; a group a line, its members by their accounts."""

    programme = forms.ModelChoiceField(label=_("Programme"), queryset=Programme.objects.none())
    week = forms.DateField(label=_("Week from"), widget=Day, help_text=_("A Monday."))
    visits = forms.IntegerField(label=_("Villages to draw"), min_value=1)
    kinds = forms.MultipleChoiceField(
        label=_("Kinds, in turn"), choices=InspectionKind.choices, widget=forms.CheckboxSelectMultiple,
        initial=[InspectionKind.UNANNOUNCED],
    )  # fmt: skip
    groups = forms.CharField(
        label=_("Groups"), widget=forms.Textarea(attrs={"rows": 5}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "programme", Programme.objects.order_by("name"))

    def clean_groups(self) -> list[list[User]]:
        """Accounts by their names, in the order of the lines."""
        lines = filter(None, map(str.strip, self.cleaned_data["groups"].splitlines()))
        wanted = [[name.strip() for name in line.replace("，", ",").split(",") if name.strip()] for line in lines]
        known = User.objects.in_bulk({name for line in wanted for name in line}, field_name="username")
        unknown = [name for line in wanted for name in line if name not in known]
        if unknown:
            raise forms.ValidationError(_("No account has the name %(name)s."), params={"name": unknown[0]})
        return [[known[name] for name in line] for line in wanted]


@page(READ_OVERSIGHT)
def plans(request: HttpRequest) -> HttpResponseBase:
    context = frame(
        actor_of(request), "oversight-plans", Offer(_("Draw a week"), "oversight-draw", "calendar-check", DRAW)
    )
    return show(request, PLANS, template="console/tenure/list.html", context=context)


@page(DRAW)
def draw(request: HttpRequest) -> HttpResponseBase:
    region = regioncode.pad(regions.viewing(request) or actor_of(request).prefixes[0])

    def save(data: dict[str, Any], actor: User) -> str:
        week = Week(data["week"], data["groups"], data["visits"], [InspectionKind(kind) for kind in data["kinds"]])
        made = domain.draw_week(data["programme"], region, week, actor=actor)
        return reverse("console:oversight-plan", args=[made.pk])

    initial = {"week": queries.week_of(timezone.localdate())}
    form = DrawForm(request.POST or None, initial=initial)
    form.fields["groups"].help_text = _now(
        "A group a line, its members by their account names with commas between. Inspectors here: %(names)s."
    ) % {"names": "、".join(f"{one.username}（{one.name}）" for one in queries.inspectors(region)) or _now("none")}
    back_to = reverse("console:oversight-plans")
    return form_page(request, form, _now("Draw a week"), save, back_to=back_to, submit=_now("Draw"))


@page(READ_OVERSIGHT)
def plan(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The digest; the visits that the reader may know of; when the week is over the seed, and the draw made again."""
    row = found(Plan.objects.select_related("programme", "made_by"), pk=pk)
    context = {
        "title": f"{row.programme.name} · {row.week}", "state": state(row), "facts": facts(row),
        "tables": [(_("Visits known to you"), VISITS, visits(row)), *groups(row)],
        "back_to": reverse("console:oversight-plans"), "back_label": _("Weekly draws"), "printable": True,
    }  # fmt: skip
    return render(request, "console/tenure/one.html", context)


VISITS = (_("Number"), _("Village"), _("Group"), _("Kind"), _("State"))


def facts(row: Plan) -> list[tuple[Any, Any]]:
    shown = [
        (_("Week from"), row.week), (_("Programme"), row.programme.name), (_("Drawn by"), row.made_by.name),
        (_("Digest kept before the draw"), row.commitment),
        (_("Seed"), row.seed or _now("Laid open on %(day)s") % {"day": queries.last_day(row.week)}),
    ]  # fmt: skip
    if row.revealed_at:
        shown.append((_("Drawn again now"), verdict(row)))
        shown.append((_("List that was drawn from"), linked("oversight-plan-list", row.pk, _now("Fetch the list"))))
    return shown


def verdict(row: Plan) -> str:
    """What drawing again gives, in a sentence."""
    try:
        again: Redrawn = domain.redrawn(row)
    except (Refusal, ValueError) as wrong:
        return tag("bad", wrong)
    if not again.holds:
        return tag("bad", _now("Seed and list are not those of the digest."))
    if again.differing:
        return tag("bad", _now("Other visits come out: numbers %(numbers)s.") % {"numbers": again.differing})
    return tag("good", _now("The same %(count)d visits come out.") % {"count": len(again.drawn)})


def visits(row: Plan) -> list[tuple[Any, ...]]:
    """Those the database shows the reader. Who went with whom stays hidden longer than that a visit began."""
    known: list[Any] = list(row.inspections.all())
    numbers = dict(row.groups.values_list("pk", "number"))
    regions.name_places(known)
    return [
        (
            linked("oversight-visit", one.pk, one.number), one.place, numbers.get(one.group_id),
            one.get_kind_display(), one.get_state_display(),
        )
        for one in known
    ]  # fmt: skip


def groups(row: Plan) -> list[tuple[Any, ...]]:
    known = list(row.groups.all())
    if not known:
        return []
    names = {user.pk: user.name for user in queries.members_of(pk for group in known for pk in group.members)}
    return [
        (
            _("Groups"), (_("Group"), _("In the group")),
            [(one.number, "、".join(names[pk] for pk in one.members)) for one in known],
        )
    ]  # fmt: skip


@page(READ_OVERSIGHT)
def plan_list(request: HttpRequest, pk: int) -> HttpResponseBase:  # noqa: ARG001 - every view takes the request
    """The frozen list as it was hashed, for whoever draws again elsewhere."""
    row = found(PlanList.objects.select_related("plan"), plan=pk)
    response = HttpResponse(row.text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="draw-{row.plan.week}.txt"'
    return response
