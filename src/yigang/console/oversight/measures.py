"""Interviews with one person or many, and recalls with the clock of the replacement."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Count, Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.appraisal.queries import rhythm_for
from yigang.console import regions
from yigang.console.fields import offer_rows
from yigang.console.lists import BelowFilter, ChoiceFilter, Column, DateFilter, Empty, List, show
from yigang.console.oversight.tabs import frame
from yigang.console.pages import action, actor_of, form_page, found, page
from yigang.console.people.forms import Day
from yigang.console.posts.posts import programmes
from yigang.console.tenure.exits import COLOURS
from yigang.console.tenure.pieces import PersonField, Step, cleaned, linked, person_link, place_of, tag
from yigang.console.tenure.tabs import Offer
from yigang.foundation import regioncode
from yigang.foundation.access import may
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.oversight import domain
from yigang.oversight.access import INTERVIEW, ORDER_RECALL, READ_OVERSIGHT
from yigang.oversight.domain import Called, Talk
from yigang.oversight.enums import InterviewKind
from yigang.oversight.models import Interview, RecallOrder
from yigang.people import queries as people_queries
from yigang.people.models import Person
from yigang.posts.models import Programme
from yigang.tenure import queries as tenure_queries
from yigang.tenure.enums import REASONS, ExitKind, ExitReason, ExitState
from yigang.tenure.models import SendingUnit


def by_person(field: str) -> Any:
    """A search by name, pinyin initials or last digits of the person that a field leads to."""
    return lambda rows, words: rows.filter(
        **{f"{field}__in": people_queries.search(Person.objects.all(), words)}
    ).distinct()


def kind_of(row: Any) -> str:
    """A talk with several people is a collective one."""
    if row.kind == InterviewKind.INTERVIEW and row.called > 1:
        return _now("Collective interview")
    return str(row.get_kind_display())


def with_names(rows: list[Any]) -> None:
    for row in rows:
        row.names = "、".join(part.name for part in row.parts.all())
    regions.name_places(rows)


INTERVIEWS = List(
    name="interviews",
    title=_("Interviews"),
    unit=_("interviews"),
    rows=lambda _reader: Interview.objects.prefetch_related("parts").annotate(called=Count("parts", distinct=True)),
    columns=(
        Column("on", _("Day"), lambda row: row.on, sort=("on",), kind="date", always=True),
        Column("kind", _("Kind"), kind_of, sort=("kind",), always=True),
        Column("names", _("Called"), lambda row: row.names, wrap=True, always=True),
        Column("count", _("People"), lambda row: row.called, kind="integer"),
        Column("held", _("Held by"), lambda row: row.held_by),
        Column("place", _("Region"), lambda row: row.place),
        Column("said", _("What was said"), lambda row: row.said, wrap=True, shown=False),
    ),
    order=("-on",),
    filters=(
        BelowFilter(),
        ChoiceFilter("programme", _("Programme"), "programme", programmes),
        ChoiceFilter("kind", _("Kind"), "kind", InterviewKind.choices),
        DateFilter("from", _("From"), "on__gte"),
        DateFilter("to", _("To"), "on__lte"),
    ),
    search=lambda rows, words: rows.filter(
        Q(pk__in=Interview.objects.filter(parts__name__contains=words))
        | Q(pk__in=by_person("parts__person")(Interview.objects.all(), words))
    ),
    search_hint=_("Name or pinyin initials"),
    prepare=with_names,
    link=lambda row: reverse("console:oversight-interview", args=[row.pk]),
    empty=Empty(_("Nobody was interviewed."), _("Record an interview"), "console:oversight-interview-add", INTERVIEW),
)  # fmt: skip


def fill_by(row: RecallOrder) -> Any:
    """The last day for the replacement; nothing while the recall is not confirmed."""
    vacancy = next(iter(row.exit.vacancies.all()), None)
    return vacancy.fill_by if vacancy else None


def replaced(row: RecallOrder) -> tuple[str, str]:
    vacancy = next(iter(row.exit.vacancies.all()), None)
    if vacancy is None:
        return "", ""
    if vacancy.filled_on is None:
        late = vacancy.fill_by is not None and vacancy.fill_by < timezone.localdate()
        return ("bad", _now("Replacement overdue")) if late else ("warn", _now("Waits for the replacement"))
    late = vacancy.fill_by is not None and vacancy.filled_on > vacancy.fill_by
    return ("warn", _now("Replaced late")) if late else ("good", _now("Replaced in time"))


def follower(row: RecallOrder) -> str:
    """Who fills the place, by name; the vacancy knows."""
    vacancy = next(iter(row.exit.vacancies.all()), None)
    if vacancy is None or vacancy.filled_by is None:
        return ""
    return person_link(vacancy.filled_by.person.name, vacancy.filled_by.person_id)


RECALLS = List(
    name="recalls",
    title=_("Recalls"),
    unit=_("recalls"),
    rows=lambda _reader: RecallOrder.objects.select_related(
        "appointment__person", "appointment__post", "exit", "unit", "interview"
    ).prefetch_related("exit__vacancies"),
    columns=(
        Column("name", _("Name"), lambda row: row.appointment.person.name, sort=("appointment__person__pinyin",), always=True),
        Column("place", _("Village"), lambda row: row.place, sort=("region_code",)),
        Column("unit", _("Sending unit"), lambda row: row.unit.name if row.unit else ""),
        Column("on", _("Last day"), lambda row: row.exit.on, sort=("exit__on",), kind="date"),
        Column("text", _("Explanation"), lambda row: row.exit.text, wrap=True),
        Column("clause", _("Clause"), lambda row: row.exit.clause, wrap=True, shown=False),
        Column("state", _("State"), lambda row: row.exit.get_state_display(),
               show=lambda row: tag(COLOURS[ExitState(row.exit.state)], row.exit.get_state_display())),
        Column("fill", _("Replacement by"), fill_by, kind="date"),
        Column("replaced", _("Replacement"), lambda row: replaced(row)[1],
               show=lambda row: tag(*replaced(row)) if replaced(row)[1] else "—"),
        Column("interview", _("Unit's leader interviewed"), lambda row: row.interview.on if row.interview else None, kind="date"),
    ),
    order=("-ordered_at",),
    filters=(
        BelowFilter(),
        ChoiceFilter("programme", _("Programme"), "appointment__programme", programmes),
        ChoiceFilter("state", _("State"), "exit__state", ExitState.choices),
        DateFilter("from", _("From"), "exit__on__gte"),
        DateFilter("to", _("To"), "exit__on__lte"),
    ),
    search=by_person("appointment__person"),
    search_hint=_("Name, pinyin initials or last four digits"),
    prepare=regions.name_places,
    link=lambda row: reverse("console:oversight-recall", args=[row.pk]),
    empty=Empty(_("Nobody was recalled."), _("Order a recall"), "console:oversight-recall-add", ORDER_RECALL),
)  # fmt: skip


class TalkForm(forms.Form):
    """A talk as it was held; the people called stand in lines, each with the cause."""

    kind = forms.ChoiceField(label=_("Kind"), choices=InterviewKind.choices)
    on = forms.DateField(label=_("Day"), widget=Day)
    place = forms.CharField(label=_("Where it was held"), max_length=120)
    held_by = forms.CharField(label=_("Held by"), max_length=120, help_text=_("Names and offices."))
    said = forms.CharField(label=_("What was said"), max_length=2_000, widget=forms.Textarea({"rows": 5}))
    asked = forms.CharField(label=_("What the interview asks for"), max_length=500, required=False)


class InterviewForm(TalkForm):
    programme = forms.ModelChoiceField(label=_("Programme"), queryset=Programme.objects.none())
    people = forms.CharField(
        label=_("Called"), widget=forms.Textarea({"rows": 4}),
        help_text=_("A person a line: identity number, a comma, the cause."),
    )  # fmt: skip
    field_order = ["programme", "kind", "on", "place", "held_by", "people", "said", "asked"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "programme", Programme.objects.order_by("name"))

    def clean_people(self) -> list[Called]:
        """People by their numbers, each with the cause, in the order of the lines."""
        called = []
        for number, line in enumerate(filter(None, map(str.strip, self.cleaned_data["people"].splitlines())), start=1):
            written, _comma, cause = line.replace("，", ",").partition(",")
            try:
                called.append(Called(cause.strip(), PersonField().clean(written)))
            except forms.ValidationError as error:
                raise forms.ValidationError(_("Line %(line)d: %(what)s"), params={
                    "line": number, "what": " ".join(error.messages)}) from error  # fmt: skip
        return called


class UnitTalkForm(TalkForm):
    """The leader of the unit that sent somebody who was recalled."""

    name = forms.CharField(label=_("Name"), max_length=60)
    office = forms.CharField(label=_("Position held"), max_length=60)
    cause = forms.CharField(label=_("Cause"), max_length=200)
    field_order = ["kind", "on", "place", "held_by", "name", "office", "cause", "said", "asked"]


class RecallForm(forms.Form):
    number = PersonField()
    on = forms.DateField(label=_("Last day"), widget=Day)
    cause = forms.ChoiceField(label=_("Cause"), choices=[(one.value, one.label) for one in REASONS[ExitKind.RECALL]])
    reason = forms.CharField(label=_("Explanation"), max_length=200)
    clause = forms.CharField(label=_("Clause"), max_length=200)


def talk_of(data: dict[str, Any], called: list[Called]) -> Talk:
    return Talk(
        InterviewKind(data["kind"]), data["on"], data["place"], data["held_by"], data["said"], called, data["asked"]
    )


@page(READ_OVERSIGHT)
def interviews(request: HttpRequest) -> HttpResponseBase:
    offer = Offer(_("Record an interview"), "oversight-interview-add", "plus", INTERVIEW)
    context = frame(actor_of(request), "oversight-interviews", offer)
    return show(request, INTERVIEWS, template="console/tenure/list.html", context=context)


@page(INTERVIEW)
def add_interview(request: HttpRequest) -> HttpResponseBase:
    region = regioncode.pad(regions.viewing(request) or actor_of(request).prefixes[0])

    def save(data: dict[str, Any], actor: User) -> str:
        made = domain.record_interview(data["programme"], region, talk_of(data, data["people"]), actor=actor)
        return reverse("console:oversight-interview", args=[made.pk])

    form = InterviewForm(request.POST or None, initial={"on": timezone.localdate()})
    back_to = reverse("console:oversight-interviews")
    return form_page(request, form, _now("Record an interview"), save, back_to=back_to)


@page(READ_OVERSIGHT)
def interview(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = found(Interview.objects.select_related("programme", "recorded_by").annotate(called=Count("parts")), pk=pk)
    called = [
        (person_link(part.name, part.person_id) if part.person_id else part.name,
         part.unit.name if part.unit else "", part.office, part.cause)
        for part in row.parts.select_related("unit")
    ]  # fmt: skip
    context = {
        "title": f"{kind_of(row)} {row.on}", "printable": True,
        "facts": [
            (_("Programme"), row.programme.name), (_("Region"), place_of(row.region_code)), (_("Day"), row.on),
            (_("Place"), row.place), (_("Held by"), row.held_by), (_("What was said"), row.said),
            (_("What the interview asks for"), row.asked), (_("Recorded by"), row.recorded_by.name),
        ],
        "tables": [(_("Called"), (_("Name"), _("Sending unit"), _("Position held"), _("Cause")), called)],
        "back_to": reverse("console:oversight-interviews"), "back_label": _("Interviews"),
    }  # fmt: skip
    return render(request, "console/tenure/one.html", context)


@page(READ_OVERSIGHT)
def recalls(request: HttpRequest) -> HttpResponseBase:
    offer = Offer(_("Order a recall"), "oversight-recall-add", "plus", ORDER_RECALL)
    context = frame(actor_of(request), "oversight-recalls", offer)
    return show(request, RECALLS, template="console/tenure/list.html", context=context)


@page(ORDER_RECALL)
def add_recall(request: HttpRequest) -> HttpResponseBase:
    def save(data: dict[str, Any], actor: User) -> str:
        held = tenure_queries.current(data["number"], data["on"])
        if held is None:
            raise Refusal(
                _("%(name)s holds no post on %(day)s; who has left cannot be recalled."),
                {"name": data["number"].name, "day": data["on"]}, code="left_already", field="number",
            )  # fmt: skip
        made = domain.order_recall(
            held, data["on"], ExitReason(data["cause"]), reason=data["reason"], clause=data["clause"], actor=actor
        )
        return reverse("console:oversight-recall", args=[made.pk])

    form = RecallForm(request.POST or None, initial={"on": timezone.localdate()})
    back_to = reverse("console:oversight-recalls")
    return form_page(request, form, _now("Order a recall"), save, back_to=back_to, submit=_now("Order the recall"))


@page(READ_OVERSIGHT)
def recall(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = _recall(pk)
    held = row.appointment
    context = {
        "title": held.person.name, "state": (COLOURS[ExitState(row.exit.state)], row.exit.get_state_display()),
        "facts": [
            (_("Name"), person_link(held.person.name, held.person_id)), (_("Village"), place_of(row.region_code)),
            (_("Programme"), held.programme.name), (_("Sending unit"), row.unit.name if row.unit else ""),
            (_("Last day"), row.exit.on), (_("Cause"), row.exit.get_reason_display()), (_("Explanation"), row.exit.text),
            (_("Clause"), row.exit.clause), (_("Ordered by"), row.ordered_by.name),
            (_("Exit"), linked("tenure-exit", row.exit_id, row.exit.get_state_display())),
            (_("Replacement by"), fill_by(row)), (_("Replacement"), replaced(row)[1]), (_("Filled by"), follower(row)),
            (_("Unit's leader interviewed"),
             linked("oversight-interview", row.interview.pk, row.interview.on) if row.interview else ""),
            *year_of(row),
        ],
        "tables": unit_history(row.unit) if row.unit else [],
        "steps": _steps(row, actor_of(request)), "back_to": reverse("console:oversight-recalls"), "back_label": _("Recalls"),
    }  # fmt: skip
    return render(request, "console/tenure/one.html", context)


def year_of(row: RecallOrder) -> list[tuple[Any, Any]]:
    """What the recall does to the year: its closed result, or the open year's page; nothing before it is confirmed."""
    held = row.appointment
    rhythm = rhythm_for(held.programme, "year", row.exit.on) if row.exit.state == ExitState.DONE else None
    if rhythm is None:
        return []
    first = rhythm.first_of(row.exit.on)
    kept = held.period_results.filter(closing__rhythm="year", closing__first=first, closing__reopened_at=None).first()
    if kept is not None:
        return [(_("Effect on the year"), linked("rhythms-result", kept.pk, kept.grade or _now("Undetermined")))]
    address = reverse("console:rhythms-period", args=[held.programme.pk, "year", first.isoformat()])
    words = _now("%(year)s, not closed yet") % {"year": first.year}
    return [(_("Effect on the year"), format_html('<a href="{}">{}</a>', address, words))]


def unit_history(unit: SendingUnit) -> list[tuple[Any, ...]]:
    """A table of every interview of a sending unit, whoever it was about."""
    parts = unit.interviews.select_related("interview").order_by("-interview__on")
    rows = [
        (linked("oversight-interview", part.interview_id, part.interview.on), part.name, part.office, part.cause)
        for part in parts
    ]
    return [(_("Interviews of the sending unit"), (_("Day"), _("Name"), _("Position held"), _("Cause")), rows)]


def _recall(pk: int) -> RecallOrder:
    rows = RecallOrder.objects.select_related(
        "appointment__person", "appointment__programme", "exit", "unit", "interview", "ordered_by"
    )
    return found(rows.prefetch_related("exit__vacancies__filled_by__person"), pk=pk)


def _steps(row: RecallOrder, actor: User) -> list[Step]:
    if row.interview_id is not None:
        return []
    why = may(actor, INTERVIEW, row.region_code).why
    if not why and row.unit is None:
        why = _now("No sending unit is on file.")
    address = reverse("console:oversight-recall-unit", args=[row.pk])
    return [Step(_now("Interview the unit's leader"), address, "users", UnitTalkForm(), why)]


@action(INTERVIEW)
def interview_unit(request: HttpRequest, pk: int) -> HttpResponseBase:
    row, data = _recall(pk), cleaned(UnitTalkForm(request.POST))
    called = Called(data["cause"], unit=row.unit, name=data["name"], office=data["office"])
    domain.hold_unit_to_account(row, talk_of(data, [called]), actor=actor_of(request))
    return redirect("console:oversight-recall", pk)
