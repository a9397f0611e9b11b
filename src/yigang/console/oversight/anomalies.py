"""Anomalies over a year: the list, one with its evidence, what comes next, the answer; the look itself."""

from __future__ import annotations

from decimal import Decimal
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
from yigang.console.bank.holds import WhyForm, ask
from yigang.console.fields import offer_rows
from yigang.console.flags.listing import STRENGTHS
from yigang.console.lists import (
    BelowFilter,
    BulkAction,
    ChoiceFilter,
    Column,
    DateFilter,
    Empty,
    List,
    bulk_view,
    show,
)
from yigang.console.lists.spec import plain
from yigang.console.oversight.evidence import evidence
from yigang.console.oversight.measures import by_person
from yigang.console.oversight.tabs import frame
from yigang.console.pages import action, actor_of, form_page, found, page
from yigang.console.people.forms import Day
from yigang.console.posts.posts import programmes
from yigang.console.tenure.pieces import ReasonForm, Step, cleaned, linked, person_link, place_of, tag
from yigang.console.tenure.tabs import Offer
from yigang.foundation import money, regioncode
from yigang.foundation.access import may
from yigang.foundation.models import User
from yigang.oversight import domain
from yigang.oversight.access import ANSWER_ANOMALIES, ENTER_FINDINGS, FIND_ANOMALIES, READ_OVERSIGHT
from yigang.oversight.anomaly_words import measured_by, name_of, next_step, sentence
from yigang.oversight.domain import Point
from yigang.oversight.enums import AnomalyOutcome, AnomalyState
from yigang.oversight.models import Anomaly
from yigang.oversight.tasks import start_looking
from yigang.payment.bank.access import PROPOSE_HOLD, SET_HOLD
from yigang.payment.bank.holds import LONGEST, HoldOrder
from yigang.payment.enums import HoldState
from yigang.payment.hold_models import PayHold
from yigang.people.models import Person
from yigang.policy.anomalies import MIDDLE, RULES, STRONG, grade
from yigang.policy.period import Period
from yigang.posts.models import Programme

COLOURS = {
    AnomalyState.OPEN: "warn", AnomalyState.TRUE: "bad", AnomalyState.FALSE: "good", AnomalyState.UNCLEAR: "",
    AnomalyState.FALLEN: "",
}  # fmt: skip
GRADES = {
    "strong": Q(strength__gte=STRONG), "middle": Q(strength__gte=MIDDLE, strength__lt=STRONG), "weak": Q(strength__lt=MIDDLE),
}  # fmt: skip
ANSWERS = [choice for choice in AnomalyOutcome.choices if choice[0] != AnomalyOutcome.REOPENED]
FINDING = 500


class AnswerForm(forms.Form):
    """What somebody found out."""

    outcome = forms.ChoiceField(label=_("Answer"), choices=ANSWERS)
    reason = forms.CharField(label=_("Reason"), max_length=400, widget=forms.Textarea({"rows": 3}))


class PointForm(forms.Form):
    """Who answers for putting it right."""

    unit = forms.CharField(label=_("Office that answers"), max_length=120)
    owner = forms.CharField(label=_("Who answers for it"), max_length=60)


class LookForm(forms.Form):
    """Whose year, up to which month."""

    programme = forms.ModelChoiceField(label=_("Programme"), queryset=Programme.objects.none())
    month = forms.DateField(label=_("Up to the month of"), widget=Day)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "programme", Programme.objects.order_by("name"))


def power(value: Decimal) -> str:
    """The strength as a word with its figure."""
    return f"{STRENGTHS[grade(value)]} {value}"


def state(row: Anomaly) -> str:
    return tag(COLOURS[AnomalyState(row.state)], row.get_state_display())


def span(row: Anomaly) -> str:
    first, last = f"{row.first:%Y-%m}", f"{row.last:%Y-%m}"
    return first if first == last else f"{first} – {last}"


ANOMALIES = List(
    name="anomalies",
    title=_("Anomalies"),
    unit=_("anomalies"),
    rows=lambda _reader: Anomaly.objects.select_related("person", "programme"),
    columns=(
        Column("person", _("Person"), lambda row: row.person.name, sort=("person__pinyin",), always=True),
        Column("place", _("Village"), lambda row: row.place, sort=("region_code",)),
        Column("rule", _("Anomaly"), lambda row: name_of(row.rule), sort=("rule",), always=True),
        Column("said", _("What is on record"), sentence, wrap=True),
        Column("strength", _("Strength"), lambda row: power(row.strength), sort=("strength",)),
        Column("span", _("Months"), span, sort=("first",)),
        Column("state", _("State"), lambda row: row.get_state_display(), show=state, sort=("state",)),
        Column("others", _("Others touched"), lambda row: len(row.others), kind="integer", shown=False),
        Column("fen", _("Paid meanwhile (yuan)"), lambda row: money.plain(row.fen), sort=("fen",), shown=False),
        Column("programme", _("Programme"), lambda row: row.programme.name, shown=False),
        Column("found", _("Found at"), lambda row: row.found_at, sort=("found_at",), kind="datetime", shown=False),
    ),
    order=("-strength",),
    filters=(
        BelowFilter(),
        ChoiceFilter("programme", _("Programme"), "programme", programmes),
        ChoiceFilter("state", _("State"), "state", AnomalyState.choices),
        ChoiceFilter("rule", _("Anomaly"), "rule", lambda _reader: [(code, name_of(code)) for code in RULES]),
        ChoiceFilter("strength", _("Strength"), lambda rows, value: rows.filter(GRADES.get(value, Q())), list(STRENGTHS.items())),
        DateFilter("from", _("From"), "last__gte"),
        DateFilter("to", _("To"), "first__lte"),
    ),
    search=by_person("person"),
    search_hint=_("Name, pinyin initials or last four digits"),
    prepare=regions.name_places,
    actions=(BulkAction(_("Answer"), "console:oversight-anomalies-answer", ANSWER_ANOMALIES, "check"),),
    link=lambda row: reverse("console:oversight-anomaly", args=[row.pk]),
    empty=Empty(_("Nothing was found that evidence and pay do not explain."), _("Look now"), "console:oversight-look",
                FIND_ANOMALIES),
)  # fmt: skip


@page(READ_OVERSIGHT)
def anomalies(request: HttpRequest) -> HttpResponseBase:
    offers = (
        Offer(_("Look now"), "oversight-look", "search", FIND_ANOMALIES),
        Offer(_("How often each was true"), "oversight-anomaly-sums", "chart-bar"),
    )
    context = frame(actor_of(request), "oversight-anomalies", *offers)
    return show(request, ANOMALIES, template="console/tenure/list.html", context=context)


@page(FIND_ANOMALIES)
def look(request: HttpRequest) -> HttpResponseBase:
    """Start the look as a job, whose page shows how far it is."""
    region = regioncode.pad(regions.viewing(request) or actor_of(request).prefixes[0])

    def save(data: dict[str, Any], actor: User) -> str:
        run = start_looking(data["programme"], region, data["month"].replace(day=1), actor=actor)
        return reverse("console:job", args=[run.pk])

    initial = {"month": Period.of(timezone.localdate()).previous().first}
    form = LookForm(request.POST or None, initial=initial)
    back_to = reverse("console:oversight-anomalies")
    return form_page(
        request, form, _now("Look for anomalies"), save, back_to=back_to, submit=_now("Look for anomalies")
    )


@page(READ_OVERSIGHT)
def anomaly(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = _row(pk)
    answers = [
        (plain(one.at), one.get_outcome_display(), one.reason, one.by.name if one.by else _now("the program"))
        for one in row.answers.select_related("by")
    ]
    context = {
        "title": f"{row.person.name} · {name_of(row.rule)}", "state": (COLOURS[AnomalyState(row.state)], row.get_state_display()),
        "facts": facts(row), "printable": True, "steps": steps(row, actor_of(request)),
        "tables": [
            (_("Evidence"), (pgettext_lazy("evidence", "Where"), _("What it says")), evidence(row)),
            (_("Answers"), (_("When"), _("Answer"), _("Reason"), pgettext_lazy("record", "By whom")), answers),
        ],
        "back_to": reverse("console:oversight-anomalies"), "back_label": _("Anomalies"),
    }  # fmt: skip
    return render(request, "console/tenure/one.html", context)


def facts(row: Anomaly) -> list[tuple[Any, Any]]:
    by = "；".join(f"{label} {value}" for label, value in measured_by(row))
    return [
        (_("Person"), person_link(row.person.name, row.person_id)), (_("Village"), place_of(row.region_code)),
        (_("Others touched"), others(row)), (_("Programme"), row.programme.name), (_("What is on record"), sentence(row)),
        (_("Strength"), power(row.strength)), (_("Months"), span(row)), (_("Paid meanwhile (yuan)"), money.plain(row.fen)),
        (_("What usually comes next"), next_step(row.rule)), (_("Measured by"), by), (_("Found at"), plain(row.found_at)),
        (_("Looked at until"), f"{row.month:%Y-%m}"), *_pay(row), (_("Version of the rule"), row.rule_version),
    ]  # fmt: skip


def _pay(row: Anomaly) -> list[tuple[Any, Any]]:
    """The hold on the person's pay, whoever asked for it."""
    held = _held_back(row)
    return (
        [(_("Held pay"), linked("bank-hold", held.pk, f"{held.get_state_display()} {held.from_month:%Y-%m}"))]
        if held
        else []
    )


def others(row: Anomaly) -> Any:
    """Those whom the reader may see, by name; the rest as a number."""
    from django.utils.html import format_html_join

    seen = Person.objects.filter(pk__in=row.others).order_by("pinyin")
    shown = [(person_link(person.name, person.pk),) for person in seen]
    if hidden := len(row.others) - len(shown):
        shown.append((_now("%(count)d in other regions") % {"count": hidden},))
    return format_html_join("、", "{}", shown)


def steps(row: Anomaly, actor: User) -> list[Step]:
    """What may be done now, or why not."""
    why = may(actor, ANSWER_ANOMALIES, row.region_code).why

    def address(key: str) -> str:
        return reverse(f"console:oversight-anomaly-{key}", args=[row.pk])

    if row.state == AnomalyState.FALLEN:
        return []
    if row.state != AnomalyState.OPEN:
        return [
            Step(_now("Open it again"), address("reopen"), "refresh", ReasonForm(), why), _point(row, actor),
            *_hold(row, actor),
        ]  # fmt: skip
    return [Step(_now("Answer"), address("answer"), "check", AnswerForm(), why), _point(row, actor), *_hold(row, actor)]


def _hold(row: Anomaly, actor: User) -> list[Step]:
    """Holding the pay back, unless it is, or the anomaly turned out untrue."""
    if row.state == AnomalyState.FALSE or _held_back(row):
        return []
    words = _now("Hold the pay back") if may(actor, SET_HOLD) else _now("Propose to hold the pay back")
    why = may(actor, PROPOSE_HOLD, row.region_code).why
    return [Step(words, reverse("console:oversight-anomaly-hold", args=[row.pk]), "lock", WhyForm(), why)]


def _held_back(row: Anomaly) -> PayHold | None:
    waiting = PayHold.objects.filter(programme=row.programme_id, person=row.person_id)
    return waiting.filter(state__in=(HoldState.PROPOSED, HoldState.LIVE)).first()


def _point(row: Anomaly, actor: User) -> Step:
    why = may(actor, ENTER_FINDINGS, row.region_code).why
    address = reverse("console:oversight-anomaly-point", args=[row.pk])
    return Step(_now("Enter a point to be put right"), address, "clipboard-check", PointForm(), why)


def _row(pk: int) -> Anomaly:
    return found(Anomaly.objects.select_related("person", "programme"), pk=pk)


@action(ANSWER_ANOMALIES)
def answer(request: HttpRequest, pk: int) -> HttpResponseBase:
    given = cleaned(AnswerForm(request.POST))
    domain.answer_anomaly(_row(pk), AnomalyOutcome(given["outcome"]), reason=given["reason"], actor=actor_of(request))
    return redirect("console:oversight-anomaly", pk)


@action(ANSWER_ANOMALIES)
def reopen(request: HttpRequest, pk: int) -> HttpResponseBase:
    reason = cleaned(ReasonForm(request.POST))["reason"]
    domain.reopen_anomaly(_row(pk), reason=reason, actor=actor_of(request))
    return redirect("console:oversight-anomaly", pk)


@action(ENTER_FINDINGS)
def point(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A point of the rectification list with the anomaly's sentence, about its person."""
    row, data = _row(pk), cleaned(PointForm(request.POST))
    said = f"{name_of(row.rule)}：{sentence(row)}"[:FINDING]
    given = Point(
        row.region_code,
        said,
        data["unit"],
        data["owner"],
        timezone.localdate(),
        item=name_of(row.rule),
        person=row.person,
    )
    (made,) = domain.open_points(row.programme, [given], actor=actor_of(request))
    return redirect("console:oversight-point", made.pk)


@action(PROPOSE_HOLD)
def hold_pay(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Hold the pay of the anomaly's person back, or propose it, with the anomaly as evidence."""
    row, data = _row(pk), cleaned(WhyForm(request.POST))
    said = f"{name_of(row.rule)}：{sentence(row)}"[:LONGEST]
    source = f"anomaly:{row.pk}"
    held = ask(
        HoldOrder(row.programme, row.person, data["from_month"], data["reason"], said, source), actor_of(request)
    )
    return redirect("console:bank-hold", held.pk)


def name(row: Anomaly) -> str:
    return f"{row.person.name} · {name_of(row.rule)}"


def answered(rows: list[Anomaly], given: dict[str, Any], actor: User) -> list[str]:
    """One answer to many anomalies."""
    said = domain.answer_anomalies(rows, AnomalyOutcome(given["outcome"]), reason=given["reason"], actor=actor)
    return [one.get_outcome_display() for one in said]


answer_chosen = bulk_view(
    ANOMALIES, "console:oversight-anomalies", ANSWER_ANOMALIES, answered, title=_("Answer"), done=_("%(count)d answered."),
    name=name, form=AnswerForm,
)  # fmt: skip
