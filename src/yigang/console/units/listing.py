"""The list of units, and one unit with who is bound to it, its points and its places."""

from typing import Any

from django import forms
from django.db.models import Count, OuterRef, Q, Subquery
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.appraisal import units
from yigang.appraisal.access import KEEP_UNITS, READ_UNITS
from yigang.appraisal.models import BoundMember, RankingLine, Unit
from yigang.console import regions
from yigang.console.lists import BelowFilter, ChoiceFilter, Column, Empty, FlagFilter, List, show
from yigang.console.pages import action, actor_of, form_page, found, page
from yigang.console.people.forms import Day
from yigang.console.posts.posts import programmes
from yigang.console.tenure.pieces import DayForm, ReasonForm, Step, cleaned, linked, tag
from yigang.console.tenure.tabs import Offer
from yigang.console.units.tabs import name_where, units_frame
from yigang.foundation import money, regioncode
from yigang.foundation.access import may
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.posts.models import Programme


def rows(_reader: Any) -> Any:
    """Units with how many are bound today and how they stood last."""
    day = timezone.localdate()
    now = Q(bound__starts__lte=day) & (Q(bound__ends=None) | Q(bound__ends__gte=day))
    last = RankingLine.objects.filter(unit=OuterRef("pk"), ranking__withdrawn_at=None).order_by("-ranking__last", "-pk")
    return Unit.objects.select_related("programme").annotate(
        people=Count("bound", filter=now, distinct=True), place=Subquery(last.values("place")[:1]),
        ranked=Subquery(last.values("ranking__name")[:1]),
    )  # fmt: skip


UNITS = List(
    name="judged-units",
    title=_("Units on the list"),
    unit=_("units"),
    rows=rows,
    columns=(
        Column("name", _("Name"), lambda row: row.name, sort=("name",), always=True),
        Column("where", _("Region"), lambda row: row.where, sort=("region_code",)),
        Column("card", _("Scorecard"), lambda row: row.card),
        Column("programme", _("Programme"), lambda row: row.programme.name, shown=False),
        Column("bound", _("Bound people"), lambda row: row.people, kind="integer"),
        Column("place", _("Last rank"), lambda row: row.place, kind="integer"),
        Column("ranked", _("In the ranking"), lambda row: row.ranked or ""),
        Column("state", _("State"), lambda row: state(row)[1], show=lambda row: tag(*state(row))),
    ),
    order=("region_code", "name"),
    filters=(
        BelowFilter(), ChoiceFilter("programme", _("Programme"), "programme", programmes),
        FlagFilter("unbound", _("Nobody bound"), lambda: Q(people=0)),
    ),
    search=lambda found_rows, words: found_rows.filter(Q(name__contains=words) | Q(bound__name__contains=words)).distinct(),
    search_hint=_("Unit, or a bound person"),
    prepare=name_where,
    link=lambda row: reverse("console:unit", args=[row.pk]),
    empty=Empty(_("No unit is on the list here."), _("Draw up the list"), "console:units-draw-up", KEEP_UNITS),
)  # fmt: skip


def state(row: Unit) -> tuple[str, str]:
    return ("good", _now("Judged")) if row.active else ("", _now("Not judged"))


class DrawUpForm(forms.Form):
    """Which card of which programme."""

    programme = forms.ModelChoiceField(label=_("Programme"), queryset=Programme.objects.none())
    card = forms.ChoiceField(label=_("Scorecard"), help_text=_("The policy says which kind of unit it judges."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        having = with_cards()
        programme, card = self.fields["programme"], self.fields["card"]
        assert isinstance(programme, forms.ModelChoiceField)
        assert isinstance(card, forms.ChoiceField)
        programme.queryset = Programme.objects.filter(pk__in=[one.pk for one, _cards in having]).order_by("name")
        card.choices = [(name, name) for name in dict.fromkeys(each.name for _one, cards in having for each in cards)]


def with_cards() -> list[tuple[Programme, Any]]:
    """Programmes whose policy has cards today, with the cards."""
    day = timezone.localdate()
    having = []
    for programme in Programme.objects.order_by("name"):
        try:
            cards = units.cards_of(programme, day)
        except Refusal:
            continue  # no text is in force today, or its file is gone: the programme's own page says so
        if cards:
            having.append((programme, cards))
    return having


@page(READ_UNITS)
def listing(request: HttpRequest) -> HttpResponseBase:
    offer = Offer(_("Draw up the list"), "units-draw-up", "plus", KEEP_UNITS)
    context = units_frame(actor_of(request), "units-list", offer)
    return show(request, UNITS, template="console/tenure/list.html", context=context)


@page(KEEP_UNITS)
def draw_up(request: HttpRequest) -> HttpResponseBase:
    region = regioncode.pad(regions.viewing(request) or actor_of(request).prefixes[0])

    def save(data: dict[str, Any], actor: User) -> str:
        units.draw_up(data["programme"], data["card"], region, timezone.localdate(), actor=actor)
        return reverse("console:units-list")

    form = DrawUpForm(request.POST or None)
    return form_page(request, form, _now("Draw up the list"), save, back_to=reverse("console:units-list"))


class BindForm(forms.Form):
    """Somebody in a role of the card."""

    name = forms.CharField(label=_("Name"), max_length=60)
    role = forms.ChoiceField(label=_("Role"))
    on = forms.DateField(label=_("First day"), widget=Day)

    def __init__(self, roles: list[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role = self.fields["role"]
        assert isinstance(role, forms.ChoiceField)
        role.choices = [(one, one) for one in roles]


def roles_of(row: Unit) -> list[str]:
    cards = units.cards_of(row.programme, timezone.localdate())
    return [role.name for card in cards if card.name == row.card for role in card.bound]


@page(READ_UNITS)
def one(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = found(rows(None), pk=pk)
    name_where([row])
    bound = list(row.bound.order_by("-starts", "role"))
    lines = row.lines.filter(ranking__withdrawn_at=None).select_related("ranking").order_by("-ranking__last")
    points = row.points.select_related("given_by").order_by("-pk")[:50]
    tables = [
        (_("Bound people"), (_("Role"), _("Name"), _("First day"), _("Last day")),
         [(one.role, one.name, one.starts, one.ends) for one in bound]),
        (_("Standings"), (_("Ranking"), _("Score"), _("Rank"), _("Amount (yuan)"), _("Flag")),
         [(linked("units-ranking", line.ranking_id, line.ranking), line.score, line.place or line.left_out, money.show(line.fen),
           line.flag) for line in lines]),
        (_("Points, the newest first"), (_("Ranking"), _("From"), _("Item"), _("Points"), _("Reason"), _("Given by")),
         [(one.ranking, one.first, one.item, one.points, one.reason, one.given_by.name) for one in points]),
    ]  # fmt: skip
    context = {
        "title": row.name, "state": state(row), "tables": tables, "steps": _steps(request, row, bound),
        "facts": [(_("Region"), row.where), (_("Programme"), row.programme), (_("Scorecard"), row.card)],
        "back_to": reverse("console:units-list"), "back_label": _("Units on the list"),
    }  # fmt: skip
    return render(request, "console/tenure/one.html", context)


def _steps(request: HttpRequest, row: Unit, bound: list[BoundMember]) -> list[Step]:
    why, today = may(actor_of(request), KEEP_UNITS, row.region_code).why, timezone.localdate()
    here = [one for one in bound if one.ends is None]
    off = _now("Judge no longer") if row.active else _now("Judge again")
    return [
        Step(_now("Bind somebody"), reverse("console:unit-bind", args=[row.pk]), "user-plus",
             BindForm(roles_of(row), initial={"on": today}), why),
        *(Step(_now("%(name)s is bound no longer") % {"name": one.name}, reverse("console:unit-unbind", args=[row.pk, one.pk]),
               "x", DayForm(), why) for one in here),
        Step(off, reverse("console:unit-off", args=[row.pk]), "lock", ReasonForm(), why, danger=row.active),
    ]  # fmt: skip


@action(KEEP_UNITS)
def bind(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = found(Unit.objects.select_related("programme"), pk=pk)
    data = cleaned(BindForm(roles_of(row), request.POST))
    units.bind(row, data["name"], data["role"], starts=data["on"], actor=actor_of(request))
    return redirect("console:unit", pk)


@action(KEEP_UNITS)
def unbind(request: HttpRequest, pk: int, member: int) -> HttpResponseBase:
    row = found(BoundMember.objects.filter(unit=pk), pk=member)
    units.unbind(row, ends=cleaned(DayForm(request.POST))["on"], actor=actor_of(request))
    return redirect("console:unit", pk)


@action(KEEP_UNITS)
def off(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = found(Unit.objects.all(), pk=pk)
    reason = cleaned(ReasonForm(request.POST))["reason"]
    units.leave_off(row, judged=not row.active, reason=reason, actor=actor_of(request))
    return redirect("console:unit", pk)
