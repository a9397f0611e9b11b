"""Rotation rounds: wishes and needs, the proposal with its proof, moves accepted by rings."""

from typing import Any

from django import forms
from django.db.models import Count, Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.lists import ChoiceFilter, Column, Empty, List, show
from yigang.console.pages import action, actor_of, form_page, found, page
from yigang.console.people.forms import Day, villages
from yigang.console.regions import Reader
from yigang.console.tenure.pieces import (
    PersonField,
    Step,
    cleaned,
    place_of,
)
from yigang.console.tenure.tabs import Offer, frame
from yigang.foundation import regioncode
from yigang.foundation.access import may
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.posts.models import Programme
from yigang.tenure import domain
from yigang.tenure.access import EMPLOY, READ_TENURE, ROTATE
from yigang.tenure.enums import MoveState, RotationState, Wish
from yigang.tenure.models import RotationRound
from yigang.tenure.rotation.people import holders

ROUNDS = List(
    name="rotation-rounds",
    title=_("Rotations"),
    unit=_("rounds"),
    rows=lambda _reader: RotationRound.objects.select_related("programme").annotate(
        done=Count("moves", filter=Q(moves__state__in=[MoveState.ACCEPTED, MoveState.CHANGED]))
    ),
    columns=(
        Column("title", _("Title"), lambda row: row.title, sort=("title",), always=True),
        Column("programme", _("Programme"), lambda row: row.programme.name),
        Column("place", _("Region"), lambda row: row.place),
        Column("on", _("Moves take effect on"), lambda row: row.on, sort=("on",), kind="date"),
        Column("state", _("State"), lambda row: row.get_state_display()),
        Column("people", _("People"), lambda row: row.result.get("people"), kind="integer"),
        Column("moves", _("Proposed moves"), lambda row: row.result.get("moves"), kind="integer"),
        Column("done", _("Accepted"), lambda row: row.done, kind="integer"),
    ),
    order=("-on", "-pk"),
    filters=(ChoiceFilter("state", _("State"), "state", RotationState.choices),),
    region_field="",
    prepare=regions.name_places,
    link=lambda row: reverse("console:tenure-rotation", args=[row.pk]),
    empty=Empty(_("No rotation was begun yet."), _("Begin a rotation"), "console:tenure-rotation-open", ROTATE),
)  # fmt: skip


class RotationForm(forms.Form):
    programme = forms.ModelChoiceField(label=_("Programme"), queryset=Programme.objects.none())
    title = forms.CharField(label=_("Title"), max_length=120)
    on = forms.DateField(label=_("Moves take effect on"), widget=Day)
    most = forms.IntegerField(label=_("Moves at most"), min_value=2, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["programme"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Programme.objects.order_by("name")


class WishForm(forms.Form):
    """What somebody asks of the round."""

    number = PersonField()
    wish = forms.ChoiceField(label=_("Wish"), choices=Wish.choices)
    village = forms.ChoiceField(label=_("Wanted village"), required=False)
    text = forms.CharField(label=_("Explanation"), max_length=200, required=False)

    def __init__(self, reader: Reader, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["village"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "—"), *villages(reader)]


class NeedForm(forms.Form):
    """How urgently a village needs somebody new."""

    village = forms.ChoiceField(label=_("Village"))
    urgency = forms.IntegerField(label=_("Urgency (0 to 5)"), min_value=0, max_value=5)
    text = forms.CharField(label=_("Explanation"), max_length=200)

    def __init__(self, reader: Reader, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["village"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = villages(reader)


@page(READ_TENURE)
def rotations(request: HttpRequest) -> HttpResponseBase:
    offer = Offer(_("Begin a rotation"), "tenure-rotation-open", "plus", ROTATE)
    context = frame(actor_of(request), "tenure-rotations", offer)
    return show(request, ROUNDS, template="console/tenure/list.html", context=context)


@page(ROTATE)
def open_round(request: HttpRequest) -> HttpResponseBase:
    region = regioncode.pad(regions.viewing(request) or actor_of(request).prefixes[0])

    def save(data: dict[str, Any], actor: User) -> str:
        made = domain.open_rotation(
            data["programme"], region, data["title"], on=data["on"], most=data["most"], actor=actor
        )  # fmt: skip
        return reverse("console:tenure-rotation", args=[made.pk])

    form = RotationForm(request.POST or None)
    return form_page(request, form, _now("Begin a rotation"), save, back_to=reverse("console:tenure-rotations"))


@page(READ_TENURE)
def one(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = found(RotationRound.objects.select_related("programme"), pk=pk)
    wishes = list(row.wishes.select_related("appointment__person").order_by("region_code")[:200])
    needs = list(row.needs.order_by("-urgency", "region_code")[:200])
    known = regions.names([*(one.village for one in wishes), *(one.region_code for one in needs)])
    result = row.result
    facts = [
        (_("Programme"), row.programme), (_("Region"), place_of(row.region_code)), (_("Moves take effect on"), row.on),
        (_("Moves at most"), row.moves_wanted), (_("People"), result.get("people")),
        (_("May be moved"), result.get("may_move")), (_("Proposed moves"), result.get("moves")),
        (_("Points"), result.get("total")), (_("How good"), proof(result)),
    ]  # fmt: skip
    tables = [
        (_("Wishes"), (_("Name"), _("Wish"), _("Wanted village"), _("Explanation")),
         [(one.appointment.person.name, one.get_wish_display(), known.get(one.village, ""), one.text) for one in wishes]),
        (_("Needs of villages"), (_("Village"), _("Urgency"), _("Explanation")),
         [(known.get(one.region_code, one.region_code), one.urgency, one.text) for one in needs]),
    ]  # fmt: skip
    context = {
        "title": row.title, "state": ("", row.get_state_display()), "facts": facts, "tables": tables,
        "steps": _steps(request, row), "back_to": reverse("console:tenure-rotations"), "back_label": _("Rotations"),
        "moves_url": f"{reverse('console:tenure-moves')}?round={row.pk}" if result else "",
    }  # fmt: skip
    return render(request, "console/tenure/rotation.html", context)


def proof(result: dict[str, Any]) -> str:
    """Whether the proposal is the best there is, or by how much it may fall short."""
    if not result:
        return ""
    if result["optimal"]:
        return _now("proven to be the best")
    gap = 100 * (result["bound"] - result["total"]) / max(1, result["bound"])
    return _now("at most %(gap).1f%% short of the best") % {"gap": gap}


def _steps(request: HttpRequest, row: RotationRound) -> list[Step]:
    reader, actor = regions.reader(request), actor_of(request)
    if row.state == RotationState.CLOSED:
        return []

    def step(key: str, label: str, icon: str, form: forms.Form, why: str) -> Step:
        return Step(label, reverse(f"console:tenure-rotation-{key}", args=[row.pk]), icon, form, why)

    keeps, plans = may(actor, EMPLOY).why, may(actor, ROTATE, row.region_code).why
    late = "" if row.state == RotationState.COLLECTING else _now("Moves are proposed already.")
    return [
        step("wish", _now("Record a wish"), "pencil", WishForm(reader), keeps or late),
        step("need", _now("Record a village's need"), "map-pin", NeedForm(reader), keeps or late),
        step("propose", _now("Propose moves"), "list-check", forms.Form(), plans),
    ]


@action(EMPLOY)
def wish(request: HttpRequest, pk: int) -> HttpResponseBase:
    row, data = found(RotationRound.objects.all(), pk=pk), cleaned(WishForm(regions.reader(request), request.POST))
    held = holders(row).filter(person=data["number"]).first()
    if held is None:
        raise Refusal(_now("This person holds no post of the round."), code="not_in_post")
    asked = domain.Asked(Wish(data["wish"]), data["village"], data["text"])
    domain.record_wish(row, held, asked, actor=actor_of(request))
    return redirect("console:tenure-rotation", pk)


@action(EMPLOY)
def need(request: HttpRequest, pk: int) -> HttpResponseBase:
    row, data = found(RotationRound.objects.all(), pk=pk), cleaned(NeedForm(regions.reader(request), request.POST))
    domain.record_need(row, data["village"], data["urgency"], data["text"], actor=actor_of(request))
    return redirect("console:tenure-rotation", pk)


@action(ROTATE)
def propose(request: HttpRequest, pk: int) -> HttpResponseBase:
    domain.propose_moves(found(RotationRound.objects.all(), pk=pk), actor=actor_of(request))
    return redirect("console:tenure-rotation", pk)
