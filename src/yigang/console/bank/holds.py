"""Held pay: the list, one hold with what may be done now, and a new one by hand or from a page that proposes it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yigang.console import regions
from yigang.console.bank.forms import MonthField
from yigang.console.fields import offer_rows
from yigang.console.lists import BelowFilter, ChoiceFilter, Column, DateFilter, Empty, FlagFilter, List, show
from yigang.console.lists.spec import plain
from yigang.console.pages import action, actor_of, form_page, found, page
from yigang.console.posts.posts import programmes
from yigang.console.tenure.exits import DeliveryForm
from yigang.console.tenure.pieces import PersonField, ReasonForm, Step, cleaned, linked, person_link, place_of, tag
from yigang.console.tenure.telling import SaidForm, telling_step, told_facts
from yigang.foundation import money
from yigang.foundation.access import may
from yigang.foundation.models import User
from yigang.payment.bank import holds as domain
from yigang.payment.bank.access import PROPOSE_HOLD, READ_PAYMENTS, SET_HOLD, TELL_HOLD
from yigang.payment.bank.proposal import unpaid
from yigang.payment.enums import HoldState
from yigang.payment.hold_models import PayHold
from yigang.people import queries as people_queries
from yigang.people.models import Person
from yigang.posts.models import Programme
from yigang.tenure.enums import Delivery

COLOURS = {HoldState.PROPOSED: "warn", HoldState.LIVE: "bad", HoldState.LIFTED: "good", HoldState.DECLINED: ""}


def overdue() -> Q:
    """Live holds whose day to be decided has passed."""
    return Q(state=HoldState.LIVE, review_by__lt=timezone.localdate())


def state(row: PayHold) -> str:
    late = row.state == HoldState.LIVE and row.review_by is not None and row.review_by < timezone.localdate()
    words = _now("%(state)s, overdue") % {"state": row.get_state_display()} if late else row.get_state_display()
    return tag(COLOURS[HoldState(row.state)], words)


HOLDS = List(
    name="holds",
    title=_("Held pay"),
    unit=_("holds"),
    rows=lambda _reader: PayHold.objects.select_related("person", "programme", "set_by", "proposed_by"),
    columns=(
        Column("person", _("Person"), lambda row: row.person.name, sort=("person__pinyin",), always=True),
        Column("place", _("Village"), lambda row: row.place, sort=("region_code",)),
        Column("from", _("Held back from"), lambda row: f"{row.from_month:%Y-%m}", sort=("from_month",)),
        Column("reason", _("Reason"), lambda row: row.reason, wrap=True),
        Column("evidence", _("Evidence"), lambda row: row.evidence, wrap=True, shown=False),
        Column("state", _("State"), lambda row: row.get_state_display(), show=state, sort=("state",)),
        Column("review", _("To be decided by"), lambda row: row.review_by, sort=("review_by",), kind="date"),
        Column("told", _("Told on"), lambda row: row.told_on, kind="date"),
        Column("answer", _("What the person says"), lambda row: row.answer, wrap=True),
        Column("proposed", _("Proposed by"), lambda row: row.proposed_by.name, shown=False),
        Column("set", _("Set by"), lambda row: row.set_by.name if row.set_by else "", shown=False),
        Column("programme", _("Programme"), lambda row: row.programme.name, shown=False),
    ),
    order=("-proposed_at",),
    filters=(
        BelowFilter(),
        ChoiceFilter("programme", _("Programme"), "programme", programmes),
        ChoiceFilter("state", _("State"), "state", HoldState.choices),
        FlagFilter("overdue", _("Overdue"), overdue),
        DateFilter("from", _("From"), "from_month__gte"),
        DateFilter("to", _("To"), "from_month__lte"),
    ),
    search=lambda rows, words: rows.filter(person__in=people_queries.search(Person.objects.all(), words)),
    search_hint=_("Name, pinyin initials or last four digits"),
    prepare=regions.name_places,
    link=lambda row: reverse("console:bank-hold", args=[row.pk]),
    empty=Empty(_("Nobody's pay is held back."), _("Hold somebody's pay back"), "console:bank-hold-add", PROPOSE_HOLD),
)  # fmt: skip


class WhyForm(forms.Form):
    """From when on, and why."""

    from_month = MonthField(label=_("Held back from"))
    reason = forms.CharField(label=_("Reason"), max_length=domain.LONGEST, help_text=_("The person reads this."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from_month"].initial = timezone.localdate().replace(day=1)


class HoldForm(WhyForm):
    """Whose pay."""

    programme = forms.ModelChoiceField(Programme.objects.none(), label=_("Programme"))
    person = PersonField()
    evidence = forms.CharField(
        label=_("Evidence"), max_length=domain.LONGEST, help_text=_("Which anomaly, finding or paper shows it.")
    )
    field_order = ("programme", "person", "from_month", "reason", "evidence")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "programme", Programme.objects.order_by("name"))


def ask(order: domain.HoldOrder, actor: User) -> PayHold:
    """Set by who may, proposed by everybody else."""
    return (domain.set_hold if may(actor, SET_HOLD) else domain.propose_hold)(order, actor=actor)


@page(READ_PAYMENTS)
def holds(request: HttpRequest) -> HttpResponseBase:
    context = {"tab": "holds", "may_hold": may(actor_of(request), PROPOSE_HOLD)}
    return show(request, HOLDS, template="console/bank/holds.html", context=context)


@page(PROPOSE_HOLD)
def add(request: HttpRequest) -> HttpResponseBase:
    """A hold that no other page proposes."""

    def save(data: dict[str, Any], actor: User) -> str:
        given = (data["programme"], data["person"], data["from_month"], data["reason"], data["evidence"])
        return reverse("console:bank-hold", args=[ask(domain.HoldOrder(*given), actor).pk])

    form = HoldForm(request.POST or None)
    return form_page(request, form, _now("Hold somebody's pay back"), save, back_to=reverse("console:bank-holds"))


@page(READ_PAYMENTS)
def hold(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = _row(pk)
    lines = [line for line in unpaid(row.programme, "", people=[row.person_id]) if line.on_hold]
    context = {
        "title": f"{row.person.name} · {_now('Held pay')}", "state": (COLOURS[HoldState(row.state)], row.get_state_display()),
        "facts": facts(row), "printable": True, "steps": steps(row, actor_of(request)),
        "tables": [(
            _("Sealed months that are held back"), (pgettext_lazy("calendar", "Month"), _("Amount (yuan)")),
            [(f"{line.month:%Y-%m}", _now("undetermined") if line.undetermined else money.plain(line.amount_fen or 0))
             for line in lines],
        )],
        "back_to": reverse("console:bank-holds"), "back_label": _("Held pay"),
    }  # fmt: skip
    return render(request, "console/tenure/one.html", context)


def facts(row: PayHold) -> list[tuple[Any, Any]]:
    return [
        (_("Person"), person_link(row.person.name, row.person_id)), (_("Village"), place_of(row.region_code)),
        (_("Programme"), row.programme.name), (_("Held back from"), f"{row.from_month:%Y-%m}"), (_("Reason"), row.reason),
        (_("Evidence"), evidence(row)), (_("Proposed by"), f"{row.proposed_by.name} {plain(row.proposed_at)}"),
        (_("Set by"), f"{row.set_by.name} {plain(row.set_at)}" if row.set_by else ""), (_("To be decided by"), row.review_by),
        *told_facts(row),
        (_("Ended by"), f"{row.ended_by.name} {plain(row.ended_at)}" if row.ended_by else ""),
        (_("Why it ended"), row.ended_because),
    ]  # fmt: skip


def evidence(row: PayHold) -> str:
    """The evidence, with the page it came from where there is one."""
    kind, _colon, key = row.source.partition(":")
    return linked("oversight-anomaly", int(key), row.evidence) if kind == "anomaly" else row.evidence


def steps(row: PayHold, actor: User) -> list[Step]:
    """What may be done now, or why not."""

    def address(key: str) -> str:
        return reverse(f"console:bank-hold-{key}", args=[row.pk])

    why = may(actor, SET_HOLD, row.region_code).why
    if row.state == HoldState.PROPOSED:
        return [
            Step(_now("Hold the pay back"), address("confirm"), "lock", forms.Form(), why),
            Step(_now("Decline"), address("decline"), "x", ReasonForm(), why, danger=True),
        ]
    if row.state != HoldState.LIVE:
        return []
    own = _now("You held this pay back yourself; another person lifts it.") if row.set_by_id == actor.pk else ""
    lift = Step(_now("Lift the hold"), address("lift"), "refresh", ReasonForm(), why or own)
    return [lift, telling_step(row, address, may(actor, TELL_HOLD, row.region_code).why)]


def _row(pk: int) -> PayHold:
    return found(PayHold.objects.select_related("person", "programme", "proposed_by", "set_by", "ended_by"), pk=pk)


@action(SET_HOLD)
def confirm(request: HttpRequest, pk: int) -> HttpResponseBase:
    domain.confirm_hold(_row(pk), actor=actor_of(request))
    return redirect("console:bank-hold", pk)


@action(SET_HOLD)
def decline(request: HttpRequest, pk: int) -> HttpResponseBase:
    domain.decline_hold(_row(pk), reason=cleaned(ReasonForm(request.POST))["reason"], actor=actor_of(request))
    return redirect("console:bank-hold", pk)


@action(SET_HOLD)
def lift(request: HttpRequest, pk: int) -> HttpResponseBase:
    domain.lift_hold(_row(pk), reason=cleaned(ReasonForm(request.POST))["reason"], actor=actor_of(request))
    return redirect("console:bank-hold", pk)


@action(TELL_HOLD)
def tell(request: HttpRequest, pk: int) -> HttpResponseBase:
    data = cleaned(DeliveryForm(request.POST))
    domain.tell_hold(_row(pk), Delivery(data["how"]), data["on"], actor=actor_of(request))
    return redirect("console:bank-hold", pk)


@action(TELL_HOLD)
def answer(request: HttpRequest, pk: int) -> HttpResponseBase:
    data = cleaned(SaidForm(request.POST))
    domain.note_hold_answer(_row(pk), data["answer"], data["on"], actor=actor_of(request))
    return redirect("console:bank-hold", pk)
