"""The month sheet: people and days, the result of one person beside them, marks given in it, the steps below."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from yigang.appraisal import queries as appraisal
from yigang.appraisal.access import capability_for
from yigang.appraisal.models import Mark
from yigang.console import regions
from yigang.console.months import evidence, grid
from yigang.console.pages import actor_of, found, page
from yigang.console.policies import language
from yigang.duty.access import CORRECT_EVIDENCE, ENTER_LEAVE, ENTER_PROXY
from yigang.foundation import money, regioncode
from yigang.foundation.access import may
from yigang.foundation.errors import Problem, Refusal
from yigang.foundation.models import User
from yigang.payment import access
from yigang.payment.enums import LineKind, LineState, Step
from yigang.payment.models import Settlement, SubsidyLine
from yigang.payment.settlement import hanging, queries, review
from yigang.payment.settlement.calculate import OPEN
from yigang.payment.settlement.judged import version_of
from yigang.policy import Period
from yigang.policy.model import Mark as MarkRule

PEOPLE_A_PAGE = 100
DAYS_FROM = 2
"""The cells between the name and the first day: grade and amount, and then the marks."""
MOVES = (
    ("publish", access.PUBLISH), ("submit", access.SUBMIT), ("approve", access.APPROVE), ("seal", access.SEAL),
)  # fmt: skip


@dataclass(frozen=True)
class RefusedMarks:
    """What was handed in and not taken, so that nobody types it twice: inputs by name, or a pasted table."""

    typed: Mapping[str, str] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)
    reason: str | None = None
    pasted: str = ""
    mark: str = ""
    rows: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class MarkCell:
    """An input of the grid: the mark's name, what was given, and up to what."""

    rule: MarkRule
    appointment_id: int
    given: Mark | None
    may_give: bool
    refused: "RefusedMarks"

    @property
    def field(self) -> str:
        return field_of(self.appointment_id, self.rule)

    @property
    def value(self) -> str:
        given = "" if self.given is None else f"{self.given.value.normalize():f}"
        return self.refused.typed.get(self.field, given)

    def as_html(self) -> SafeString:
        label = f"{self.rule.name} 0–{self.rule.most}"
        if not self.may_give:
            return format_html('<td class="mark number">{}</td>', self.value or "—")
        wrong = self.refused.wrong.get(self.field, "")
        return format_html(
            '<td class="mark"><input name="{}" value="{}" inputmode="decimal" aria-label="{}" title="{}" size="4"{}>{}</td>',
            self.field, self.value, label, label,
            format_html(' aria-invalid="true" aria-describedby="{}-wrong"', self.field) if wrong else "",
            format_html('<small class="wrong" id="{}-wrong">{}</small>', self.field, wrong) if wrong else "",
        )  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One person of the grid."""

    line: SubsidyLine
    village: str
    days_html: SafeString
    marks: list[MarkCell]

    def marks_html(self) -> SafeString:
        return format_html_join("", "{}", ((mark.as_html(),) for mark in self.marks))


def field_of(appointment_id: int, rule: MarkRule) -> str:
    return f"mark-{appointment_id}-{rule.mark}"


def settlement_of(request: HttpRequest, pk: int) -> Settlement:
    """The settlement, if it lies in the reader's scope and the role may see it; otherwise as if it were not there."""
    settlement = found(Settlement.objects.select_related("programme", "author", "approver"), pk=pk)
    if not may(actor_of(request), access.READ_SETTLEMENTS, settlement.region_code):
        raise Http404
    return settlement


def place_of(settlement: Settlement) -> str:
    name: str = regions.names([settlement.region_code]).get(settlement.region_code, settlement.region_code)
    return name


def own_lines(settlement: Settlement) -> QuerySet[SubsidyLine]:
    """The month's own lines with what the grid shows of them, by village and name."""
    rows = SubsidyLine.objects.filter(settlement=settlement, kind=LineKind.REGULAR, month=settlement.month)
    return rows.select_related("person", "appointment__post").order_by("region_code", "person__pinyin", "pk")


def paged(lines: QuerySet[SubsidyLine], known: int | None, number: str | None) -> "Page[SubsidyLine]":
    """One page; the number of lines is not counted again where the villages' figures tell it."""
    pages = Paginator(lines, PEOPLE_A_PAGE)
    if known is not None:
        pages.count = known
    return pages.get_page(number)


@page(access.READ_SETTLEMENTS)
def month(request: HttpRequest, pk: int) -> HttpResponse:
    """The grid. What compares with other months comes in beside it (`side`), so that the grid is there at once."""
    return show(request, settlement_of(request, pk))


def show(request: HttpRequest, settlement: Settlement, refused: RefusedMarks = RefusedMarks()) -> HttpResponse:
    """The grid, with marks that were refused as they were typed."""
    villages = queries.by_village(settlement)
    names = regions.names({one.region_code for one in villages} | {settlement.region_code})
    lines, known = filtered(request.GET, settlement, villages)
    shown = paged(lines, known, request.GET.get("page"))
    rules = rules_of(settlement)
    context = {
        "settlement": settlement, "place": names.get(settlement.region_code, settlement.region_code), "rules": rules,
        "villages": [(one.region_code, names.get(one.region_code, one.region_code)) for one in villages],
        "days": grid.days_of(Period.of(settlement.month)), "days_from": DAYS_FROM + len(rules), "legend": grid.legend(),
        "rows": rows_of(settlement, shown, rules, names, actor_of(request), refused), "shown": shown,
        "sheet": reverse("console:month", args=[settlement.pk]), "asked": request.GET.urlencode(), "refused": refused,
        "village": request.GET.get("village", ""), "filter": request.GET.get("filter", ""),
        "held": held_of(settlement), "chart": chart_of(villages, names), "query": page_query(request),
        **steps_of(settlement, actor_of(request), rules),
    }  # fmt: skip
    return render(request, "console/months/sheet.html", context)


@page(access.READ_SETTLEMENTS)
def side(request: HttpRequest, pk: int) -> HttpResponse:
    """What stands beside the grid: last month, who changed most, what earlier months still owe or brought in."""
    settlement = settlement_of(request, pk)
    before = queries.previous_of(settlement)
    context = {
        "settlement": settlement, "before": before, "changed": queries.most_changed(settlement, before),
        "held_before": list(queries.held_before(settlement)[:20]),
        "brought": list(queries.brought_into(settlement)[:50]),
    }  # fmt: skip
    return render(request, "console/months/side.html", context)


def filtered(
    asked: QueryDict, settlement: Settlement, villages: list[queries.Village]
) -> tuple[QuerySet[SubsidyLine], int | None]:
    """The lines that the chips ask for, and how many they are when the villages' figures tell."""
    lines, village = own_lines(settlement), asked.get("village", "")
    inside = [one for one in villages if not village or one.region_code == village]
    if village:
        lines = lines.filter(region_code=village)
    match asked.get("filter", ""):
        case "undetermined":
            return lines.filter(state=LineState.UNDETERMINED), sum(one.held for one in inside)
        case "failed":
            return lines.filter(amount_fen=0), sum(one.unpaid for one in inside)
        case "changed":
            changed = queries.most_changed(settlement, queries.previous_of(settlement))
            return lines.filter(pk__in=[one.line.pk for one in changed]), None
    return lines, sum(one.paid + one.unpaid + one.held for one in inside)


def page_query(request: HttpRequest) -> str:
    """The address's parameters without the page, ready to be followed by one."""
    kept = request.GET.copy()
    kept.pop("page", None)
    return f"{kept.urlencode()}&" if kept else ""


def rules_of(settlement: Settlement) -> list[MarkRule]:
    """The marks the month asks for; none when the policy cannot be read, which the page then says elsewhere."""
    try:
        return list(version_of(settlement).month.marks)
    except Refusal:
        return []


def rows_of(
    settlement: Settlement, lines: "Page[SubsidyLine]", rules: list[MarkRule], names: dict[str, str], actor: User,
    refused: RefusedMarks,
) -> list[Row]:  # fmt: skip
    """The page's rows with their days and marks."""
    villages = {line.region_code for line in lines}
    prefix = next(iter(villages)) if len(villages) == 1 else regioncode.prefix_of(settlement.region_code)
    people = [line.person_id for line in lines]
    known, cells = grid.Evidence(settlement.programme, prefix, Period.of(settlement.month), people), day_cells()
    given = appraisal.latest_marks([line.appointment_id for line in lines], settlement.month)
    open_ = settlement.step in OPEN
    return [
        Row(
            line, names.get(line.region_code, line.region_code),
            days_html(known.kinds_of(line.person_id, line.appointment.starts, line.appointment.ends), cells),
            [
                MarkCell(
                    rule, line.appointment_id,
                    given.get((line.appointment_id, rule.name)) or given.get((line.appointment_id, rule.mark)),
                    open_ and bool(may(actor, capability_for(rule.mark), line.region_code)),
                    refused,
                )
                for rule in rules
            ],
        )
        for line in lines
    ]  # fmt: skip


def day_cells() -> dict[str, SafeString]:
    """The cell of each kind of day, made once: a page has thousands of cells and nine kinds."""
    return {kind: format_html('<td class="day day-{}">{}</td>', kind, letter) for kind, letter, _is in grid.legend()}


def days_html(days: Iterable[tuple[date, str]], cells: dict[str, SafeString]) -> SafeString:
    """A person's cells as one string: a template's loop over 12,000 of them would take a second."""
    return SafeString("".join(cells[kind] for _day, kind in days))


def held_of(settlement: Settlement) -> list[tuple[str, int]]:
    """What is missing in this month, and for how many people."""
    if not settlement.undetermined:
        return []
    lines = SubsidyLine.objects.filter(settlement=settlement, state=LineState.UNDETERMINED).only("missing")
    return list(queries.missing_counts(lines).items())


def chart_of(villages: list[queries.Village], names: dict[str, str]) -> dict[str, Any]:
    """Results by village as a stacked bar: paid, nothing due, undetermined."""
    series = ((_("paid"), "paid"), (_("nothing due"), "unpaid"), (_("undetermined"), "held"))
    return {
        "xAxis": {"type": "category", "data": [names.get(one.region_code, one.region_code) for one in villages]},
        "yAxis": {"type": "value", "minInterval": 1},
        "series": [
            {"type": "bar", "stack": "all", "name": str(label), "data": [getattr(one, field) for one in villages]}
            for label, field in series
        ],
    }


def steps_of(settlement: Settlement, actor: User, rules: list[MarkRule]) -> dict[str, Any]:
    """The bar at the bottom: the steps, where the month stands, who is next, and what this user may do now."""
    order = list(Step)
    at = order.index(Step(settlement.step))
    steps = [
        (step.label, "done" if number < at else "now" if number == at else "") for number, step in enumerate(order)
    ]
    moves = [
        (name, capability.label) for name, capability in MOVES
        if settlement.step in review.MOVES[name] and may(actor, capability, settlement.region_code)
    ]  # fmt: skip
    last = hanging.last_days([settlement])[settlement.pk] if settlement.step == Step.PUBLISHED else None
    hangs = last if last and timezone.localdate() <= last else None
    is_author = actor.pk in (settlement.author_id, settlement.submitted_by_id)
    waiting = {name for name, waits in (("approve", is_author), ("submit", hangs)) if waits}
    return {
        "steps": steps, "moves": [move for move in moves if move[0] not in waiting],
        "hangs": hangs, "handed_from": hangs and hanging.next_day(hangs),
        "own_approval": is_author and settlement.step == Step.SUBMITTED and bool(may(actor, access.APPROVE)),
        "next_role": queries.next_role(settlement.step),
        "may_send_back": settlement.step in review.MOVES["send_back"] and bool(may(actor, access.SEND_BACK)),
        "may_compute": settlement.step in OPEN
        and bool(may(actor, access.CALCULATE, settlement.region_code)),
        "may_mark": settlement.step in OPEN and any(
            may(actor, capability_for(rule.mark), settlement.region_code) for rule in rules
        ),
        "may_adjust": bool(may(actor, access.ADJUST, settlement.region_code)),
        "may_verify": settlement.step == Step.SEALED and bool(may(actor, access.VERIFY)),
        "may_compare": bool(may(actor, access.COMPARE_POLICIES)),
    }  # fmt: skip


@page(access.READ_SETTLEMENTS)
def person(request: HttpRequest, pk: int, line_pk: int) -> HttpResponse:
    """The right side of the sheet: a person's result as sentences and, when a day was chosen, that day's evidence."""
    settlement = settlement_of(request, pk)
    line = found(own_lines(settlement).select_related("settlement__programme", "corrects"), pk=line_pk)
    day = day_of(settlement, request.GET.get("day", ""))
    context = {
        "line": line, "settlement": settlement, "sentences": queries.sentences_of(line, language()),
        "day": day, "events": evidence.of_day(line.person_id, day) if day else None,
        "place": regions.full_name(line.region_code, regions.names([line.region_code, f"{line.region_code[:9]}000"])),
        "amount": None if line.amount_fen is None else money.show(line.amount_fen), **corrections_of(request, line),
    }  # fmt: skip
    return render(request, "console/months/person.html", context)


def corrections_of(request: HttpRequest, line: SubsidyLine) -> dict[str, Any]:
    """What this user may put right about the day, and where he comes back to: the sheet as it stands in the browser."""
    actor, shown = actor_of(request), urlsplit(request.headers.get("HX-Current-URL", ""))
    sheet = shown._replace(scheme="", netloc="").geturl() or reverse("console:month", args=[line.settlement_id])
    return {
        "correct": may(actor, CORRECT_EVIDENCE, line.region_code), "enter_leave": may(actor, ENTER_LEAVE, line.region_code),
        "enter_paper": may(actor, ENTER_PROXY, line.region_code), "back": urlencode({"next": sheet}),
    }  # fmt: skip


def day_of(settlement: Settlement, text: str) -> date | None:
    """The chosen day of the month, counted from 1."""
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text) <= Period.of(settlement.month).days:
        return None
    return settlement.month.replace(day=int(text))
