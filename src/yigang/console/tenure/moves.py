"""Moves that a rotation proposes: accepted by rings, rejected, or one person sent elsewhere."""

from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.lists import BulkAction, ChoiceFilter, Column, Empty, FlagFilter, List, bulk_view, show
from yigang.console.lists.verbs import in_order, states
from yigang.console.pages import action, actor_of, found, page
from yigang.console.regions import Reader
from yigang.console.tenure.pieces import ReasonForm, Step, cleaned, person_link, sentences, tag
from yigang.console.tenure.tabs import frame
from yigang.foundation.access import may
from yigang.foundation.models import User
from yigang.posts.models import Post
from yigang.tenure import domain
from yigang.tenure.access import READ_TENURE, ROTATE
from yigang.tenure.enums import MoveState
from yigang.tenure.models import RotationMove, RotationRound

COLOURS = {MoveState.PROPOSED: "warn", MoveState.ACCEPTED: "good", MoveState.CHANGED: "good", MoveState.REJECTED: "bad"}


def rounds(_reader: Reader) -> list[tuple[int, str]]:
    return list(RotationRound.objects.order_by("-on").values_list("pk", "title")[:200])


def name_both(rows: list[Any]) -> None:
    """Names of the village left and the one gone to, one query for both."""
    known = regions.names(
        code for row in rows for one in (row.region_code, row.to_region) for code in (one, f"{one[:9]}000")
    )
    for row in rows:
        row.place, row.goes_to = (regions.full_name(one, known) for one in (row.region_code, row.to_region))


MOVES = List(
    name="rotation-moves",
    title=_("Proposed moves"),
    unit=_("moves"),
    rows=lambda _reader: RotationMove.objects.select_related("round", "appointment__person", "post", "decided_by"),
    columns=(
        Column("ring", _("Ring"), lambda row: row.cycle, sort=("round", "cycle"), kind="integer", always=True),
        Column("name", _("Name"), lambda row: row.appointment.person.name,
               show=lambda row: person_link(row.appointment.person.name, row.appointment.person_id), always=True),
        Column("place", _("From"), lambda row: row.place, sort=("region_code",)),
        Column("to", _("To"), lambda row: row.goes_to, sort=("to_region",)),
        Column("post", _("New post"), lambda row: row.post.number),
        Column("score", _("Points"), lambda row: row.score, sort=("score",), kind="integer"),
        Column("why", _("Why"), lambda row: sentences(row.why), wrap=True),
        Column("state", _("State"), lambda row: row.get_state_display(),
               show=lambda row: tag(COLOURS[MoveState(row.state)], row.get_state_display())),
        Column("reason", _("Reason"), lambda row: row.reason, wrap=True, shown=False),
    ),
    order=("-round", "cycle"),
    filters=(
        ChoiceFilter("round", _("Round"), "round", rounds),
        ChoiceFilter("state", _("State"), "state", MoveState.choices),
        FlagFilter("open", _("Not decided"), lambda: Q(state=MoveState.PROPOSED)),
    ),
    search=lambda rows, words: rows.filter(appointment__person__name__contains=words),
    search_hint=_("Name"),
    prepare=name_both,
    link=lambda row: reverse("console:tenure-move", args=[row.pk]),
    actions=(
        BulkAction(_("Accept"), "console:tenure-moves-accept", ROTATE, "check"),
        BulkAction(_("Reject"), "console:tenure-moves-reject", ROTATE, "x"),
    ),
    empty=Empty(_("No moves are proposed.")),
)  # fmt: skip


@page(READ_TENURE)
def moves(request: HttpRequest) -> HttpResponseBase:
    context = frame(actor_of(request), "tenure-rotations")
    return show(request, MOVES, template="console/tenure/list.html", context=context)


class ElsewhereForm(forms.Form):
    """Another post than the proposed one, of the same programme."""

    post = forms.ModelChoiceField(
        label=_("Post"),
        queryset=Post.objects.none(),
        to_field_name="number",
        widget=forms.TextInput,
        help_text=_("The number of a post that is free on the day."),
        error_messages={"invalid_choice": _("The programme has no other post with this number.")},
    )
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, move: RotationMove, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["post"]
        assert isinstance(field, forms.ModelChoiceField)
        mine = (move.appointment.post_id, move.post_id)
        field.queryset = Post.objects.filter(programme=move.round.programme_id).exclude(pk__in=mine)


@page(READ_TENURE)
def one(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One proposed move with its ring, and what may be done with it before it is decided."""
    row = _row(pk)
    name_both([row])
    facts = [
        (_("Round"), row.round), (_("Moves take effect on"), row.round.on), (_("From"), row.place), (_("To"), row.goes_to),
        (_("New post"), row.post), (_("Points"), row.score), (_("Decision by"), row.decided_by), (_("Reason"), row.reason),
    ]  # fmt: skip
    ring = list(row.round.moves.filter(cycle=row.cycle).select_related("appointment__person", "post"))
    name_both(ring)
    tables = [
        (_("Why"), (_("Why"),), [(why,) for why in row.why]),
        (_("Ring"), (_("Name"), _("From"), _("To"), _("New post"), _("State")),
         [(each.appointment.person.name, each.place, each.goes_to, each.post.number, each.get_state_display())
          for each in ring]),
    ]  # fmt: skip
    context = {
        "title": row.appointment.person.name, "state": (COLOURS[MoveState(row.state)], row.get_state_display()),
        "facts": facts, "tables": tables, "steps": _steps(row, actor_of(request)), "back_label": _("Proposed moves"),
    }  # fmt: skip
    return render(request, "console/tenure/one.html", context)


def _steps(row: RotationMove, actor: User) -> list[Step]:
    if row.state != MoveState.PROPOSED:
        return []
    why, address = may(actor, ROTATE, row.round.region_code).why, reverse("console:tenure-move-change", args=[row.pk])
    return [Step(_now("Send elsewhere"), address, "pencil", ElsewhereForm(row), why)]


@action(ROTATE)
def change(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = _row(pk)
    data = cleaned(ElsewhereForm(row, request.POST))
    domain.change_move(row, data["post"], data["reason"], actor=actor_of(request))
    return redirect("console:tenure-move", pk)


def _row(pk: int) -> Any:
    return found(RotationMove.objects.select_related("round", "appointment__person", "post", "decided_by"), pk=pk)


def _named(row: RotationMove) -> str:
    return f"{row.appointment.person.name} → {row.post.number}"


accept = bulk_view(
    MOVES, "console:tenure-moves", ROTATE,
    lambda rows, _given, actor: states(in_order(domain.accept_moves(rows, actor=actor), rows)),
    title=_("Accept these moves"), done=_("%(count)d moves are accepted."), name=_named,
)  # fmt: skip
reject = bulk_view(
    MOVES, "console:tenure-moves", ROTATE,
    lambda rows, given, actor: states(in_order(domain.reject_moves(rows, given["reason"], actor=actor), rows)),
    title=_("Reject these moves"), done=_("%(count)d moves are rejected."), name=_named, form=ReasonForm,
)  # fmt: skip
